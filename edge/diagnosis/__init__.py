"""What a doctor's figures mean: a code, a state, and what to change. One examination, one file. Pure."""
