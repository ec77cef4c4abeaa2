"""What the kinds of source are made of: reading, times, pacing, connections."""
