"""Where tickets are sent to: one file a kind, with `Settings` and `Export`."""
