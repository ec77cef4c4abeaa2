"""How long what is kept, what stops it from going, and what the public is told of it. Pure."""
