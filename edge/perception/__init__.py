"""From pictures to observations: motion, tracks, likeness of places."""
