"""What people say of what was told, and what follows from it: figures, suggestions, suppressions. Pure."""
