"""Kinds of rule over what flights see on the ground, one file each: `Settings` and `build`."""
