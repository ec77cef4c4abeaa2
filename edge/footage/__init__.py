"""Where a drone's pictures come from: one kind, one file. Each has `Settings`; what is `live` has no film."""
