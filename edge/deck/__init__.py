"""Drones as sources of a node: films and streams in, looks to the book of flights, events out."""
