"""What is done with many nodes at once: what may be asked of them, and how an action goes on. Pure."""
