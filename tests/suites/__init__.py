"""Suites for `gewu-edge score` that tests write: what is true in clips that cannot be part of the project."""
