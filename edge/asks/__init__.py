"""What can be asked: one kind, one file. Each has `answer(ask, room, tell)`."""
