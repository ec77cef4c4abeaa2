"""How a drone's telemetry comes: one kind, one file, with `Settings`; of a film, or live."""
