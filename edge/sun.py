"""How high the sun stands. Pure.

The low-precision formulas of the Astronomical Almanac (section C, "Low precision formulas for the Sun"):
within 0.01 degrees of the apparent place from 1950 to 2050, without refraction: more than a lamp needs.
"""

from functools import lru_cache
from math import asin, atan2, cos, degrees, radians, sin
from typing import Final

_J2000_UTC: Final = 946_728_000.0  # 2000-01-01T12:00:00Z
_DAY_S: Final = 86_400.0


@lru_cache(maxsize=4096)  # many lamps of one street ask for the same minute
def elevation(utc: float, lon: float, lat: float) -> float:
    """Degrees above the horizon at a place (WGS84 degrees), negative at night. utc: seconds since 1970."""
    n = (utc - _J2000_UTC) / _DAY_S
    anomaly = radians((357.528 + 0.9856003 * n) % 360.0)
    longitude = radians((280.460 + 0.9856474 * n) % 360.0 + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    tilt = radians(23.439 - 0.0000004 * n)
    ascension = atan2(cos(tilt) * sin(longitude), cos(longitude))
    declination = asin(sin(tilt) * sin(longitude))
    sidereal = (18.697374558 + 24.06570982441908 * n) % 24.0 * 15.0
    hour = radians(sidereal + lon) - ascension
    place = radians(lat)
    return degrees(asin(sin(place) * sin(declination) + cos(place) * cos(declination) * cos(hour)))
