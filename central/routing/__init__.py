"""Routing: which department handles a ticket, which post of it, and who else is told."""
