"""What people may ask nodes, and what becomes of an ask. Pure."""
