"""Sensors and gates: how they are set, what is kept of them, and what is told."""
