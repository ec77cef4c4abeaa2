"""Drones as sources of a node: films and streams in, looks at the ground to the book of flights, events out."""
