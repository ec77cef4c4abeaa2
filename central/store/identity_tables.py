"""Enrolled nodes, their certificates and tokens. A change here needs a migration beside it."""
