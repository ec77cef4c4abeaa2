"""From a dataset of marked pictures to a bundle; the training tool runs in a process of its own."""
