"""What follows from tickets: one file a kind, with a class `Follower`."""
