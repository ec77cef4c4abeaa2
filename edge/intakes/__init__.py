"""One way in for devices' messages a file, found by its name: `Settings` and `build(settings, clock)`."""
