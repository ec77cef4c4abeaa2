"""To whom a ticket goes: a tree of routes, departments, grid workers and their duty hours."""
