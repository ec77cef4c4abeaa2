"""What the centre wants nodes to run: its parts, what is wrong with them, what differs, in words. Pure."""
