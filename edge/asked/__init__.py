"""What people at the centre ask a node: taken, worked on beside the looks, answered."""
