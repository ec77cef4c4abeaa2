"""The exit codes of `gewu-edge`."""

FINE, BROKE, BAD_CONFIGURATION, CANNOT_START = 0, 1, 2, 3
WARNED = 4  # of the doctor: nothing is broken, something should be changed
HUNG = 5  # a loop of its own hung, and the process ended itself to be begun again
ANEW = 6  # the centre asked it to be begun anew: systemd and compose begin it again after any exit code but 0
