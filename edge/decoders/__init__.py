"""One make of devices a file, found by its name: `Settings` and `build(settings) -> Decoder`."""
