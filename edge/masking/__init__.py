"""Masks pictures that others took, as the node masks its own: for the centre, over pipes, and for a file."""
