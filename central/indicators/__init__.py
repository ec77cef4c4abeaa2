"""What the tickets of a period come to: figures, reports that stand, and a scored evaluation. Pure."""
