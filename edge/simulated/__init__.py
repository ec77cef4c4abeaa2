"""Kinds of things that a simulated street has, one file each: what their makes send, and by which way."""
