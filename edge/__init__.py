"""The node beside the cameras, gates, drones and sensors."""
