"""What people marked, as pictures with boxes to train a detector with. Pure."""
