"""The commands of `gewu-central`, one file each: HELP, `arguments` and `run`; found by this folder."""
