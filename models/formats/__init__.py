"""What networks put out, one format a file; each has a class `Format` (models.graph.Format says what it offers)."""
