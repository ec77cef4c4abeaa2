"""Output formats, one file each: how a network's raw tensors become Detections."""
