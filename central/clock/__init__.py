"""Working time: which hours count, when something is due, and what happens when it is."""
