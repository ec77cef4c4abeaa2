"""How a drone's telemetry comes: one kind, one file, with `Settings`; of a film (`chunks`), or live (`build`)."""
