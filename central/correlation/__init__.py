"""From situations to tickets: what belongs together, what follows from something else, what comes back."""
