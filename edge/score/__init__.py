"""Scoring: cases whose truth is known through the real product, and what came of it."""
