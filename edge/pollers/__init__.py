"""One way to ask devices a file, found by its name: `Settings` and `build(settings) -> Poller`."""
