"""What a flight has shown of the ground."""

from dataclasses import replace

import pytest
import shapely

from edge.ground import coverage
from edge.ground.aim import Aim
from edge.ground.coverage import Coverage
from edge.ground.earth import Tangent
from edge.ground.spot import Spot
from edge.ground.zones import GroundZone

AIM = Aim(37.0, 127.0, 100.0, -90.0, 0.0, 0.0, 2.5, 2.0, 1.0, 3.0, 3.0)
PLANE = Tangent(37.0, 127.0)
LOOK = shapely.box(-50.0, -25.0, 50.0, 25.0)


def at(east: float, north: float, accuracy: float = 4.0) -> Spot:
    latitude, longitude, _ = PLANE.place(east, north)
    return Spot(latitude, longitude, accuracy, (0.0, 0.0, 0.0), 0.0)


def over(east: float, north: float) -> Aim:
    latitude, longitude, _ = PLANE.place(east, north)
    return replace(AIM, latitude=latitude, longitude=longitude)


def corners(east: float, north: float, half: float) -> list[tuple[float, float]]:
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return [PLANE.place(east + x * half, north + y * half)[:2] for x, y in signs]


def flight() -> Coverage:
    """Two looks, the second 50 m further east and of twice the time."""
    seen = Coverage(37.0, 127.0)
    seen.add(AIM, LOOK, 1.0)
    seen.add(over(52.0, 0.0), LOOK, 2.0)
    return seen


def test_how_long_a_place_was_in_view() -> None:
    seen = flight()

    assert [seen.seconds(at(east, 0.0)) for east in (-20, 20, 80, 200)] == [1.0, 3.0, 2.0, 0.0]


def test_a_place_is_seen_when_all_of_its_disc_is() -> None:
    assert flight().seconds(at(-45.0, 0.0, 3.0)) == 1.0
    assert flight().seconds(at(-45.0, 0.0, 12.0)) == 0.0


def test_the_share_of_an_area() -> None:
    seen = flight()

    assert seen.share(corners(0.0, 0.0, 20.0)) == 1.0
    assert seen.share(corners(0.0, 0.0, 20.0), least_s=1.5) == pytest.approx(18 / 40, abs=0.1)
    assert seen.share(corners(0.0, 25.0, 20.0)) == pytest.approx(0.5, abs=0.1)
    assert seen.share(corners(0.0, 300.0, 20.0)) == 0.0


def test_the_area_and_its_outline() -> None:
    seen = flight()
    zone = GroundZone("seen", seen.outline())

    assert seen.area_m2 == pytest.approx(152 * 50, rel=0.12)
    assert zone.stands(at(0.0, 0.0)).where == "inside"
    assert zone.stands(at(-70.0, 0.0)).where == "outside"


def test_it_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "MOST_CELLS", 100)
    seen = Coverage(37.0, 127.0)
    seen.add(AIM, shapely.box(-24.0, -24.0, 24.0, 24.0), 1.0)
    before = seen.full
    seen.add(over(60.0, 0.0), shapely.box(-24.0, -24.0, 24.0, 24.0), 1.0)

    assert (before, seen.full) == (False, True)
    assert seen.area_m2 == 100 * 25.0


def test_a_flight_that_ended_is_forgotten() -> None:
    seen = flight()
    seen.clear()

    assert (seen.area_m2, seen.seconds(at(0.0, 0.0)), seen.full) == (0.0, 0.0, False)
