"""The city's grid: cells, communities, streets and districts, and which of them a point lies in."""
