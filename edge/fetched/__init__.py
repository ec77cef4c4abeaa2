"""Models that come from the centre: fetched, checked, tried, kept, and dropped again when they are old."""
