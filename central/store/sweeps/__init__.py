"""What goes when its time is over: one file a part, found by this folder.

Each has `sweep(connection, keeping, after)`, which looks at one portion, in an order of its own, from where
the last one ended (None: at the beginning), and erases what may go. The transaction is the caller's, and so
is its turn.
"""
