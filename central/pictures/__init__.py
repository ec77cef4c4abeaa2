"""What is done with the bytes of a picture, apart from keeping them."""
