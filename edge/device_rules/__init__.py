"""Kinds of rule over readings, one file each: `Settings` and `build`."""
