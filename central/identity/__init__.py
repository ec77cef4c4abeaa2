"""Which nodes are ours, how they become it, and how they prove it."""
