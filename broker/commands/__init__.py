"""The commands of gewu-broker, one a file: HELP, arguments(parser), run(asked)."""
