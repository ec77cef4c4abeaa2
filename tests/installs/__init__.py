"""A wheel in fresh environments, one an extra: `make installs`."""
