"""Masked pictures that are no evidence: for people who look at a camera now."""
