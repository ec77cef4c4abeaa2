"""How long a degree is: apart from the shapes, so that whoever needs none does not load what draws them."""

METRES_PER_DEGREE = 111_319.49  # of a circle with the radius of the WGS84 equator
