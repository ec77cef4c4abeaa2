"""Where model files come from, one kind a file: `Settings` and `fetch(settings, work, progress)`."""
