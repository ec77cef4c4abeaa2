"""Trying zones on what was seen, and saying why: `docs/trial.md` is what it does for people."""
