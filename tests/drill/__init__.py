"""Real senders, broker and centres under seeded faults, judged from the outside: `python -m tests.drill`."""
