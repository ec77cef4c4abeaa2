"""Detectors: what they return, where they come from, how they run."""
