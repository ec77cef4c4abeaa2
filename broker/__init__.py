"""The contract between edge nodes, the centre and any other platform, and what carries it."""
