"""Zones on the ground, boxes that stand on it, what a picture shows of it, and pictures laid on it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from broker.events import Reason
from edge.ground.aim import Aim
from edge.ground.camera import of_field
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.sheet import Known, Sheet
from edge.ground.spot import Spot
from edge.ground.view import disc, drawn, outline, seen, standing_share
from edge.ground.zones import GroundZone, places
from tests.bench import ground as bench

CAMERA = of_field(1920, 1080, 90.0)
SETTINGS = GroundSettings()
AIM = Aim(37.0, 127.0, 100.0, -90.0, 0.0, 0.0, 2.5, 2.0, 1.0, 3.0, 3.0)
PLANE = Tangent(37.0, 127.0)


def square(east: float, north: float, half: float) -> dict[str, Any]:
    """GeoJSON of a square around a place, metres from 37 N 127 E."""
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    corners = [PLANE.place(east + sx * half, north + sy * half) for sx, sy in signs]
    return {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon, _ in corners]]}


def at(east: float, north: float, accuracy: float = 1.0) -> Spot:
    latitude, longitude, _ = PLANE.place(east, north)
    return Spot(latitude, longitude, accuracy, (0.0, 0.0, 0.0), 0.0)


def test_inside_outside_and_at_the_edge() -> None:
    zone = GroundZone("lane", square(0, 0, 10))

    assert zone.stands(at(0, 0)).where == "inside"
    assert zone.stands(at(20, 0)).where == "outside"
    near = zone.stands(at(9.5, 0, 2.0))
    assert near.where == "uncertain"
    assert near.share == pytest.approx(0.66, abs=0.02)
    assert near.reason.code == "zone_uncertain"
    assert near.reason.text == "at the edge of zone lane: 0.5 m from its edge, known to 2.0 m"


def test_a_rough_place_is_never_surely_inside() -> None:
    assert GroundZone("lane", square(0, 0, 10)).stands(at(0, 0, 60.0)).where == "uncertain"


def test_holes_and_several_parts() -> None:
    outer, inner = square(0, 0, 10)["coordinates"][0], square(0, 0, 4)["coordinates"][0]
    other = square(100, 0, 5)["coordinates"]
    zone = GroundZone("two", {"type": "MultiPolygon", "coordinates": [[outer, inner], other]})

    assert [zone.stands(at(east, 0)).where for east in (0, 7, 50, 100)] == [
        "outside",
        "inside",
        "outside",
        "inside",
    ]


def test_a_feature_is_its_geometry() -> None:
    zone = GroundZone("lane", {"type": "Feature", "properties": {}, "geometry": square(0, 0, 10)})

    assert zone.stands(at(0, 0)).where == "inside"


def test_the_share_of_an_outline() -> None:
    zone = GroundZone("lane", square(0, 0, 10))
    half = places(AIM, [(5.0, -2.0), (15.0, -2.0), (15.0, 2.0), (5.0, 2.0)])

    assert zone.share(half) == pytest.approx(0.5, abs=0.001)
    assert zone.share(half[:1] * 4) == 0.0


RING = square(0, 0, 10)["coordinates"][0]


@pytest.mark.parametrize(
    ("geometry", "text"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, "not 'Point'"),
        ({}, "not 'None'"),
        ({"type": "Feature", "geometry": None}, "not 'None'"),
        ({"type": "Polygon", "coordinates": []}, "list of rings"),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, "4 to 10000 points"),
        ({"type": "Polygon", "coordinates": [RING[:4]]}, "must be as the first"),
        ({"type": "Polygon", "coordinates": [[RING[0], RING[2], RING[1], RING[3], RING[0]]]}, "not simple"),
        ({"type": "Polygon", "coordinates": [[[1, "2"], *RING[1:]]]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[[37.0, 127.0]] * 4]}, r"\[37, 127\] is no"),
        ({"type": "Polygon", "coordinates": [[[10**400, 1]] * 4]}, "is no"),
        ({"type": "Polygon", "coordinates": [[[float("nan"), 1]] * 4]}, "is no"),
        ({"type": "MultiPolygon", "coordinates": [7]}, "list of rings"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}, "spans 0.5"),
    ],
)
def test_faults_of_a_zone(geometry: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        GroundZone("lane", geometry)


def test_a_zone_in_the_picture() -> None:
    zone = GroundZone("lane", square(50, 0, 10))
    shown = drawn(CAMERA, AIM, zone.around(AIM))

    # 40 to 60 m to the right from 100 m: 0.7 to 0.8 of the width; 10 m up and down: 0.089 of the height.
    assert shown.bounds == pytest.approx((0.7, 0.5 - 0.0889, 0.8, 0.5 + 0.0889), abs=0.001)


def test_only_the_visible_part_is_drawn() -> None:
    ahead = replace(AIM, pitch=-30.0)
    around = drawn(CAMERA, ahead, shapely.box(-5000, -5000, 5000, 5000))
    behind = drawn(CAMERA, ahead, shapely.box(-50, -500, 50, -100))

    assert around.bounds == pytest.approx((0.0, 0.0, 1.0, 1.0), abs=0.02)
    assert 0.9 < around.area <= 1.0  # the horizon is cut off where the zone ends
    assert behind.is_empty


def test_seen_from_above_the_whole_box_is_ground() -> None:
    corners = outline(SETTINGS, CAMERA, AIM, (0.45, 0.4, 0.55, 0.6))
    assert isinstance(corners, list)

    assert standing_share(100.0, 0.0, 0.5) == pytest.approx(1.0)
    assert shapely.Polygon(corners).bounds == pytest.approx((-10.0, -11.25, 10.0, 10.05), abs=0.01)


def test_seen_flat_only_the_lowest_part_is() -> None:
    assert standing_share(100.0, 100.0, 0.5) == pytest.approx(2 / 3)
    assert standing_share(10.0, 100.0, 0.5) == pytest.approx(1 / 6)
    found = outline(SETTINGS, CAMERA, replace(AIM, pitch=-3.0), (0.4, 0.4, 0.5, 0.5))
    assert isinstance(found, Reason)


def test_the_ground_that_a_picture_shows() -> None:
    below = seen(SETTINGS, CAMERA, AIM)
    assert not isinstance(below, Reason)
    assert below.bounds == pytest.approx((-100, -56.25, 100, 56.25))

    ahead = seen(SETTINGS, CAMERA, replace(AIM, pitch=-20.0))
    assert not isinstance(ahead, Reason)
    assert ahead.bounds[3] == pytest.approx(711.5, abs=1.0)  # 8° below the horizon, 100 m high

    assert isinstance(seen(SETTINGS, CAMERA, replace(AIM, pitch=60.0)), Reason)
    assert isinstance(seen(SETTINGS, CAMERA, replace(AIM, yaw=None)), Reason)


def test_a_disc_encloses_its_circle() -> None:
    shape = disc((3.0, 4.0), 5.0)

    assert shapely.Point(3.0, 4.0).distance(shape.boundary) == pytest.approx(5.0, abs=0.001)


def known(*points: tuple[float, float, float, float]) -> list[Known]:
    """x, y in shares; metres east, north."""
    return [Known(x, y, *PLANE.place(east, north)[:2]) for x, y, east, north in points]


CORNERS = known((0.0, 0.0, -20, 60), (1.0, 0.0, 20, 60), (1.0, 1.0, 10, 0), (0.0, 1.0, -10, 0))


def test_a_picture_laid_on_four_points() -> None:
    sheet = Sheet(CORNERS)
    for corner in CORNERS:
        found = sheet.locate(corner.x, corner.y)
        assert isinstance(found, Spot)
        assert (found.latitude, found.longitude) == pytest.approx((corner.latitude, corner.longitude))
    middle = sheet.locate(0.5, 0.5)
    assert isinstance(middle, Spot)
    # The diagonals of the trapezium cross at a third of its height.
    assert PLANE.metres(middle.latitude, middle.longitude)[:2] == pytest.approx((0.0, 20.0), abs=1e-3)
    assert 1.0 < middle.accuracy_m < 2.0


def test_points_that_do_not_fit_make_it_uncertain() -> None:
    more = [*CORNERS, *known((0.5, 0.5, 0, 26), (0.5, 0.0, 2, 60), (0.5, 1.0, -2, 0))]
    found = Sheet(more).locate(0.5, 0.5)

    clean = Sheet(CORNERS).locate(0.5, 0.5)
    assert isinstance(found, Spot)
    assert isinstance(clean, Spot)
    assert found.accuracy_m > 2 * clean.accuracy_m


def test_the_sky_over_a_sheet_is_no_place() -> None:
    found = Sheet(CORNERS).locate(0.5, -1.5)

    assert isinstance(found, Reason)
    assert found.code == "above_horizon"


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (CORNERS[:3], "4 are needed"),
        ([CORNERS[0]] * 4, "all the same"),
        ([*CORNERS[:3], CORNERS[0]], "fix no plane"),
        (known((0, 0, 0, 0), (0.5, 0.5, 5, 5), (1, 1, 10, 10), (0, 1, 0, 10)), "fix no plane"),
    ],
)
def test_points_that_fix_nothing(points: list[Known], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Sheet(points)


def test_a_real_picture_with_four_known_corners() -> None:
    """A drone's picture of a junction in Kharkiv that a page on the web pins to its corners."""
    corners = [(0, 0, 36.3034739, 49.9671879), (1, 0, 36.3063206, 49.9743221)]
    corners += [(1, 1, 36.3125578, 49.9732927), (0, 1, 36.3097064, 49.9661625)]
    sheet = Sheet([Known(x, y, lat, lon) for x, y, lon, lat in corners])
    plane = Tangent(49.9702, 36.3080)
    spots = [sheet.locate(x, y) for x, y in ((0.25, 0.5), (0.75, 0.5), (0.5, 0.25), (0.5, 0.75))]
    west, east, north, south = (
        plane.metres(spot.latitude, spot.longitude)[:2] for spot in spots if isinstance(spot, Spot)
    )

    # The corners are 820 m and 461 m apart: a picture of 16 to 9 from straight above.
    assert np.hypot(*np.subtract(west, east)) == pytest.approx(820 / 2, abs=2)
    assert np.hypot(*np.subtract(north, south)) == pytest.approx(461 / 2, abs=2)


@pytest.mark.shared_data
def test_the_hover_over_songdo(shared_data: Path) -> None:
    """What the bench reports, on every thirtieth frame."""
    folder = shared_data / "drone" / "geotrax"
    every = [one for one in bench.sightings(folder) if one.frame % 30 == 0]
    path = bench.flight(folder)
    alone = GroundSettings(nadir="assume")
    headed = alone.model_copy(update={"heading_deg": 308.0, "heading_sd_deg": 3.0})
    transform = bench.scored(every, bench.by_transform(folder, every))
    log = bench.scored(every, bench.by_log(path, alone))
    heading = bench.scored(every, bench.by_log(path, headed))
    points = bench.scored(every, bench.by_points(every))

    assert len(path) == 151
    assert transform["median_m"] <= transform["p95_m"] <= 0.5
    assert points["p95_m"] <= 0.5
    assert min(log["covered"], heading["covered"], points["covered"]) >= 0.9
    assert heading["p95_m"] < 15.0 < log["median_m"]
    assert bench.scored(every, bench.by_log(path, GroundSettings()))["refused"] == len(every)
