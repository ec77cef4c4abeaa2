"""Hostile input in bulk: `python -m tests.fuzz.messages` and `python -m tests.fuzz.requests`."""
