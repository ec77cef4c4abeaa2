"""What is near is in one of the tiles around, and those are few."""

from math import cos, radians

from hypothesis import given, settings
from hypothesis import strategies as st

from central.correlation.sightings import Spot, metres_between
from central.correlation.tiles import tile_of, tiles_around

METRE = 1 / 111_319.49


@settings(max_examples=2000, deadline=None)
@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(0, 50), st.floats(-1, 1), st.floats(-1, 1))
def test_whatever_is_within_reach_lies_in_a_tile_around(
    longitude: float, latitude: float, reach_m: float, east: float, north: float
) -> None:
    here = Spot(longitude, latitude, 1.0)
    shrunk = cos(radians(latitude))
    there = Spot(longitude + east * reach_m * METRE / shrunk, latitude + north * reach_m * METRE, 1.0)
    if metres_between(here, there) <= reach_m * 0.999:
        assert tile_of(there) in tiles_around(here, reach_m)
    assert tile_of(here) in tiles_around(here, reach_m)


def test_there_are_few() -> None:
    numbers = [
        len(tiles_around(Spot(116.7 + n * 0.00037, 39.5 + n * 0.00029, 1.0), 30.0)) for n in range(100)
    ]
    assert max(numbers) <= 4
