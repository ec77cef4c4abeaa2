"""Cameras that another system looks at, as sources: its tracks come in, the decisions are made here."""
