"""The exit codes of `gewu-edge`."""

FINE, BROKE, BAD_CONFIGURATION, CANNOT_START = 0, 1, 2, 3
