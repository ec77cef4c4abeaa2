"""The commands of `gewu-models`, one a file: HELP, arguments(parser), run(asked, folder)."""
