"""How this node became one of the centre's, how it proves that, and how its certificate is renewed."""
