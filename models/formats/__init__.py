"""What networks put out, one format a file, each with a class `Format` (see models.graph.Format)."""
