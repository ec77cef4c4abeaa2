"""Builds the images without a container engine and shows what they are: `make image`."""
