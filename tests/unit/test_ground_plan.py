"""A fixed camera's picture as a plan of the ground: exact where it can be, and honest about how well."""

import json
from math import cos, hypot, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from broker.events import Audit, Clock, Reason
from broker.settings import SettingsError
from edge.config import load
from edge.config_notes import notes
from edge.ground.earth import Tangent
from edge.ground.fixed import on_ground
from edge.ground.plan import NoPlan, Pair, Plan
from edge.identity import context
from edge.incidents import incident
from edge.places import Finding, Place
from edge.reports import source_about

WHY = Reason(code="dwelt", text="stood there")
HERE = Tangent(39.5, 116.7)
HIGH, TILT, ASPECT = 6.0, radians(20.0), 16 / 9
SPREAD = [(-4.0, 10.0), (5.0, 10.0), (-8.0, 25.0), (9.0, 26.0), (0.5, 17.0), (3.0, 35.0)]


def seen(east: float, north: float) -> tuple[float, float]:
    """Where a camera on a mast, that looks north and down, has a place on the ground."""
    ahead = cos(TILT) * north + sin(TILT) * HIGH
    return 0.5 + east / ahead, 0.5 + ASPECT * (cos(TILT) * HIGH - sin(TILT) * north) / ahead


def place(east: float, north: float) -> tuple[float, float]:
    latitude, longitude, _ = HERE.place(east, north)
    return longitude, latitude


def pairs(points: list[tuple[float, float]]) -> list[Pair]:
    return [(seen(*point), place(*point)) for point in points]


def away_m(found: tuple[float, ...], point: tuple[float, float]) -> float:
    east, north, _ = HERE.metres(found[1], found[0])
    return hypot(east - point[0], north - point[1])


@given(st.floats(-8, 8), st.floats(9, 40))
def test_it_is_exact_both_ways_where_the_points_are(east: float, north: float) -> None:
    plan = Plan(pairs(SPREAD))
    assert plan.rms_m < 1e-6
    found = plan.locate(*seen(east, north))
    assert found is not None
    assert away_m(found, (east, north)) < 0.01
    assert plan.picture_of(*place(east, north)) == pytest.approx(seen(east, north), abs=1e-6)


def test_the_sky_and_what_lies_behind_are_nowhere() -> None:
    plan = Plan(pairs(SPREAD))
    assert plan.locate(0.5, -0.4) is None
    assert plan.picture_of(*place(0.0, -20.0)) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 9))
def test_the_accuracy_that_is_told_holds(seed: int, count: int) -> None:
    """In 95 of 100 cases at least, with points clicked a little off."""
    chance = np.random.default_rng(seed)
    held, tried = 0, 0
    for _ in range(20):
        points = list(zip(chance.uniform(-6, 6, count), chance.uniform(9, 35, count), strict=True))
        off = [((x + chance.normal(0, 0.004), y + chance.normal(0, 0.004)), p) for (x, y), p in pairs(points)]
        try:
            plan = Plan(off)
        except NoPlan:
            continue
        there = (chance.uniform(-5, 5), chance.uniform(10, 30))
        found = plan.locate(*seen(*there))
        if found is not None:
            tried, held = tried + 1, held + (away_m(found, there) <= found[2])
    assume(tried >= 10)
    assert held >= 0.8 * tried  # of few; over all of them it is more than 95 of 100


def test_it_is_told_worse_outside_of_the_points_and_where_they_do_not_fit() -> None:
    near, far = (Plan(pairs(SPREAD)).locate(*seen(0.0, n)) for n in (18.0, 80.0))
    assert near is not None
    assert far is not None
    assert far[2] > 3 * near[2]
    wrong = pairs(SPREAD)
    wrong[4] = (wrong[4][0], place(6.0, 19.0))
    plan = Plan(wrong)
    assert plan.rms_m > 1.0
    assert int(plan.residuals_m.argmax()) == 4
    again = plan.locate(*seen(0.0, 18.0))
    assert again is not None
    assert again[2] > 2 * near[2]


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (SPREAD[:3], "4 points are needed"),
        ([(0, 10), (0, 20), (0, 30), (5, 10)], "in one line"),
        ([(0, 10)] * 4, "the same"),
        ([*SPREAD[:3], SPREAD[0]], "two are the same"),
    ],
)
def test_points_that_make_no_plan_are_refused(points: list[tuple[float, float]], why: str) -> None:
    with pytest.raises(NoPlan, match=why):
        Plan(pairs(points))


def written(folder: Path, points: list[Pair], **zone: Any) -> Path:
    known = [{"picture": list(picture), "position": list(position)} for picture, position in points]
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": "90s"}
    source = {"id": "cam-1", "kind": "file", "path": "x.mkv", "ground": {"points": known}}
    source["zones"] = [{"id": "kerb", "rules": [rule], **zone}]  # type: ignore[assignment]
    own = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": "mqtt://x"},
        "storage": {"directory": "data"},
        "sources": [source],
    }
    path = folder / "edge.yaml"
    path.write_text(json.dumps(own))
    return path


KERB = [(-3.0, 12.0), (3.0, 12.0), (3.0, 24.0), (-3.0, 24.0)]


def test_a_zone_on_the_ground_is_drawn_into_the_picture_and_told_in_both(tmp_path: Path) -> None:
    path = written(tmp_path, pairs(SPREAD), ground=[list(place(*point)) for point in KERB])
    (source,) = load(path).settings.sources
    drawn = {tuple(round(v, 4) for v in point) for point in source.zones[0].polygon}
    assert drawn == {tuple(round(v, 4) for v in seen(*point)) for point in KERB}
    (zone,) = source_about(source).zones
    assert zone.ground is not None
    assert zone.ground.coordinates[0][0] == pytest.approx(place(*KERB[0]))


def test_empty_points_are_no_calibration_and_a_zone_on_the_ground_needs_one(tmp_path: Path) -> None:
    square = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]]
    (source,) = load(written(tmp_path, [], polygon=square)).settings.sources
    assert source.ground is None
    with pytest.raises(SettingsError, match="polygon"):
        load(written(tmp_path, [], ground=[list(place(*point)) for point in KERB]))


@pytest.mark.parametrize(
    ("zone", "what"),
    [
        ([(-3, 12), (3, 12), (0, -30)], "behind the camera"),
        ([(200, 12), (203, 12), (203, 20)], "the picture shows nothing of it"),
    ],
)
def test_a_zone_that_the_picture_does_not_show_is_a_fault(
    tmp_path: Path, zone: list[tuple[float, float]], what: str
) -> None:
    with pytest.raises(SettingsError, match=what):
        load(written(tmp_path, pairs(SPREAD), ground=[list(place(*point)) for point in zone]))


def test_a_situation_lies_where_its_foot_is(tmp_path: Path) -> None:
    outline = [[0.1, 0.3], [0.9, 0.3], [0.9, 0.9]]
    (source,) = load(written(tmp_path, pairs(SPREAD), polygon=outline)).settings.sources
    (x1, y1), (x2, y2) = seen(-1.0, 18.0), seen(1.0, 14.0)
    box = (x1, y2 - (y2 - y1) / 0.3, x2, y2)
    audit = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
    about = context(source, source.zones[0], source.zones[0].rules[0], audit)
    thing = Place("p-1", "vehicle", "car", 0.8, box, "confirmed", 0.0, 9.0, 9.0, 1.0, ())
    told = incident(Finding("s-1", "opened", thing, 1.0, (WHY,)), about, utc_minus_t=1.7e9, evidence=[])
    assert told.location is not None
    assert told.location.method == "calibrated"
    corners = told.location.geometry.coordinates[0]  # type: ignore[index]
    middle = np.mean(np.array(corners[:-1]), axis=0)  # type: ignore[index]
    assert away_m(tuple(middle), (0.0, 16.0)) < 3.0
    assert told.location.accuracy_m < 5.0
    assert on_ground(source.ground.plan, [(0.5, -1.0)]) is None  # type: ignore[union-attr]


def test_points_that_do_not_fit_are_noted(tmp_path: Path) -> None:
    outline = [[0.1, 0.3], [0.9, 0.3], [0.9, 0.9]]
    four = load(written(tmp_path, pairs(SPREAD[:4]), polygon=outline)).settings
    assert any("a fifth would show an error" in note for note in notes(four))
    wrong = pairs(SPREAD)
    wrong[4] = (wrong[4][0], place(8.0, 22.0))
    six = load(written(tmp_path, wrong, polygon=outline)).settings
    assert any("ground.points[4]" in note for note in notes(six))
