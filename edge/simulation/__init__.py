"""A street that is played: what its sensors, gates, cameras and drones would say, from a script."""
