"""A change for many nodes in stages: how it goes on, and when it stops by itself. Pure."""
