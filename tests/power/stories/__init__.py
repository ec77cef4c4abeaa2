"""Programs whose power is cut. What they say on their standard output, they promise."""
