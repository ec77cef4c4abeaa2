"""One make's payloads a file, found by its name: `Settings` and `build(settings) -> Codec`."""
