"""Bundles of models that people hand to the centre, and nodes fetch from it."""
