"""Whether a node lives, for whoever starts it again when it does not: containers, systemd, people."""
