"""What people, and the centre by itself, do with a ticket: the closed loop."""
