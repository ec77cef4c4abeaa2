"""One family of flight telemetry a file, found by its name: `Settings`, `build(settings) -> Telemetry`."""
