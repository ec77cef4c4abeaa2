"""Tables of what makes of devices say, kept apart from the code that reads by them."""
