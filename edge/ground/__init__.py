"""From pixels to places on the ground and back, with how far each can be trusted. Pure.

Inside, the ground is a plane that touches WGS84 near the camera: metres to the east and to the north.
"""
