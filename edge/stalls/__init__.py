"""What a stall is made of: things that settle beside each other. Pure; the rule `cluster` is its user."""
