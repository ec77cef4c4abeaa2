"""What is known of a node in one file, for who helps from afar: no secret, no picture, nobody."""
