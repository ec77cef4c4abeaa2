"""What is on a disk when the power goes: recorded from the real process, cut at every step."""
