"""What a node shows to who stands before it: a page, a table in a terminal, figures, how it is. Read only."""
