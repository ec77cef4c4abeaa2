"""The parts under the book of flights: pairs, shifts, ground that is known, zones, coverage, rules."""

import json
import random
from dataclasses import asdict, replace
from math import cos, degrees, radians, sin

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broker.events import Reason
from broker.settings import kinds
from edge import flight_rules
from edge.flight.here import covariance_at
from edge.flight.pairs import nearest
from edge.flight.settings import BookSettings, GroundZoneSettings
from edge.flight.shifts import Shift, common_shift
from edge.flight.tracks import Tracks
from edge.flight.zoning import zone_of
from edge.flight_rule import Stay
from edge.flight_rules import standing
from edge.ground.aim import Aim
from edge.ground.camera import of_film
from edge.ground.coverage import Coverage
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.spot import Spot, locate, radius95
from edge.ground.zones import GroundZone
from tests.flights import DAY, PLANE, Car, Flown, square


def test_pairs_are_one_to_one_within_each_gate() -> None:
    assert nearest([(0, 0), (2, 0), (50, 0)], [(1, 0), (3, 0)], [3.0, 3.0]) == {0: 0, 1: 1}
    assert nearest([(0, 0)], [(2, 0)], [1.0]) == {}
    assert nearest([], [(2, 0)], [1.0]) == {}


def drawn(count: int, seed: int) -> list[tuple[float, float]]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [(chance.uniform(-60, 60), chance.uniform(-60, 60)) for _ in range(count)]


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 12), st.integers(0, 99), st.floats(-12, 12), st.floats(-12, 12))
def test_a_shift_is_found_or_refused_but_never_wrong(
    count: int, seed: int, east: float, north: float
) -> None:
    known = drawn(count, seed)
    seen = [(x + east, y + north) for x, y in known]
    found = common_shift(seen, known, np.ones((count, count), dtype=bool))

    assert found is None or (found.east, found.north) == pytest.approx((east, north), abs=0.5)
    assert found is not None or count < 8


def test_two_pairs_tell_no_shift_and_a_row_tells_none() -> None:
    every = np.ones((6, 6), dtype=bool)
    for apart in (2.5, 5.0, 7.0):
        row = [(apart * n, 0.0) for n in range(6)]
        off = [(x + apart, y) for x, y in row]
        assert common_shift(row[:2], row[:2], every[:2, :2]) is None
        assert common_shift(row[:3], off[:3], every[:3, :3]) is None
        assert common_shift(row, off, every) is None
        assert common_shift(row, off, every, turn_sd=4.0) is None


def test_a_flight_that_is_turned_is_told_with_its_turn() -> None:
    known = drawn(12, 5)
    c, s = cos(radians(4.3)), sin(radians(4.3))
    seen = [(c * x - s * y + 3.0, s * x + c * y - 2.0) for x, y in known]
    found = common_shift(seen, known, np.ones((12, 12), dtype=bool), turn_sd=4.0)

    assert found is not None
    assert degrees(found.turn) == pytest.approx(4.3, abs=0.3)
    assert [found.moved(point) for point in known] == [pytest.approx(point, abs=0.3) for point in seen]
    assert Shift.restore(json.loads(json.dumps(asdict(found)))) == found


@pytest.mark.parametrize("pitch", [-90.0, -60.0, -35.0])
def test_empty_ground_is_known_as_well_as_what_would_stand_there(pitch: float) -> None:
    aim = Aim(37.0, 127.0, 80.0, pitch, 40.0, 0.0, 2.5, 3.0, 1.0, 3.0, 3.0)
    camera, plane = of_film(3840, 2160, 24.0), Tangent(37.0, 127.0)
    for x, y in ((0.5, 0.5), (0.1, 0.5), (0.5, 0.9), (0.9, 0.2)):
        spot = locate(GroundSettings(), camera, aim, x, y)
        assert not isinstance(spot, Reason)
        east, north, _ = plane.metres(spot.latitude, spot.longitude)
        claimed = radius95(covariance_at(aim, (east, north)))
        assert 0.85 * spot.accuracy_m <= claimed <= 1.35 * spot.accuracy_m


def test_coverage_is_kept_to_the_second() -> None:
    aim = Aim(37.0, 127.0, 80.0, -90.0, 0.0, 0.0, 2.5, 2.0, 1.0, 3.0, 3.0)
    seen = Coverage(37.0, 127.0)
    seen.add(aim, shapely.box(-40.0, -20.0, 40.0, 20.0), 1.25)
    data = json.loads(json.dumps(seen.dump()))
    again = Coverage.restore(data)

    assert again.dump() == seen.dump()
    assert again.outline() == seen.outline()
    assert Coverage.restore(json.loads(json.dumps(Coverage(1.0, 2.0).dump()))).area_m2 == 0.0
    for wrong in ({"count": data["count"] + 1}, {"count": 10**9}, {"cell_m": "x"}):
        with pytest.raises(ValueError, match=r"cells|limit|convert"):
            Coverage.restore({**data, **wrong})


def test_a_zone_knows_what_is_far_and_its_outlines() -> None:
    lane = GroundZone("lane", square(0.0, 0.0, 50.0))
    spots = [_spot(east) for east in (0.0, 54.0, 61.0)]

    assert [lane.far(spot) for spot in spots] == [False, False, True]
    ((area, outline),) = lane.outlines
    assert area == pytest.approx(10_000.0, rel=1e-3)
    assert len(outline) == 5


def _spot(east: float) -> Spot:
    latitude, longitude, _ = PLANE.place(east, 0.0)
    return Spot(latitude, longitude, 10.0, (16.0, 0.0, 16.0), 0.0)


def test_a_rule_counts_looks_and_time() -> None:
    rule = standing.build(standing.Settings(kind="standing", incident="illegal_parking", dwell="10m"))
    long = Stay(4.0, 3, DAY, DAY + 600.0, 600.0, 2)

    assert rule.judge(long).opens
    for short, code in (
        (replace(long, looks=2), "too_short"),
        (replace(long, stood_s=3.9), "too_short"),
        (replace(long, lasted_s=599.0), "not_long_enough"),
    ):
        judged = rule.judge(short)
        assert (judged.opens, judged.reasons[0].code) == (False, code)


def test_every_kind_of_rule_is_its_own_file_and_its_own_kind() -> None:
    for name, module in kinds(flight_rules):
        made = module.Settings(kind=name, incident="illegal_parking")
        assert module.build(made).settings == made


def test_zones_say_what_is_wrong_with_them() -> None:
    rule = standing.Settings(kind="standing", incident="illegal_parking")
    good = GroundZoneSettings(id="lane", ground=square(0, 0, 10), rules=[rule])
    assert zone_of(good).rules[0].settings == rule
    assert good.version != GroundZoneSettings(id="lane", ground=square(0, 0, 11), rules=[rule]).version
    with pytest.raises(ValidationError, match="Polygon or MultiPolygon"):
        GroundZoneSettings(id="lane", ground={"type": "Point", "coordinates": [0, 0]}, rules=[rule])
    with pytest.raises(ValidationError, match="at least one rule"):
        GroundZoneSettings(id="lane", ground=square(0, 0, 10), rules=[])


def test_tracks_are_bounded_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.flight.tracks.MOST_TRACKS", 3)
    tracks, flown = Tracks(BookSettings()), Flown([Car(20.0 * n, 0.0) for n in range(5)])
    (look, *_) = flown.looks()
    points = [(20.0 * n, 0.0) for n in range(5)]
    tracks.step(look.things, points, DAY)
    assert (len(tracks.all), tracks.left_out) == (3, 2)
    tracks.step([], [], DAY + 60.0)
    assert len(tracks.all) == 0
