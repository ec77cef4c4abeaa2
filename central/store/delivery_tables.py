"""Gaps, digests and what became of the quarantine. A change here needs a migration beside it."""
