"""The working clock: which hours count, how long each stage of a ticket may take, and what happens when."""
