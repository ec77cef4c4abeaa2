"""What the judge of queues is made of, and that it keeps nothing for ever."""

import json
import math
from dataclasses import replace
from functools import partial
from itertools import product

import pytest

from edge.flow import Flow
from edge.flow.movers import KEPT_S, Movers
from edge.flow.shapes import Shape, cut_off, near, same_spot, shape_of
from edge.flow.stints import Run
from edge.flow.waits import ENOUGH, KEPT, KEPT_HERE, Waits
from edge.observation import Box, Observation, Sighting
from edge.places import Place
from edge.rule import Zone
from edge.rules import dwell
from tests.replays.looks import look

CAR = (0.45, 0.4, 0.55, 0.5)
SHAPE = shape_of(CAR, 1.0)
STREET = Zone("street", "the street", [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], "1")


def beside(shape: Shape, dx: float, dy: float = 0.0, scale: float = 1.0) -> Shape:
    x, y, half, high = (shape.x1 + shape.x2) / 2 + dx, shape.y2 + dy, 0.05 * scale, 0.1 * scale
    return Shape(x - half, y - high, x + half, y)


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (beside(SHAPE, 0.13), True),
        (beside(SHAPE, 0.24), True),
        (beside(SHAPE, 0.26), False),
        (beside(SHAPE, 0.0, 0.19), True),
        (beside(SHAPE, 0.0, 0.21), False),
        (beside(SHAPE, 0.2, 0.18), False),
        (beside(SHAPE, 0.2, scale=2.4), True),
        (beside(SHAPE, 0.2, scale=2.6), False),
        (Shape(0.6, 0.4, 0.6, 0.5), False),
    ],
)
def test_neighbours_are_near_and_of_one_scale(other: Shape, is_near: bool) -> None:
    assert near(SHAPE, other) is near(other, SHAPE) is is_near


def car_before(ahead: float, *, height: float, pitch: float) -> Shape:
    """A car that starts so many metres further up its lane, from a camera that looks at the first of them."""
    to, down = height / math.tan(pitch) + ahead, []
    for across, along, up in product((-0.9, 0.9), (to, to + 4.5), (0.0, 1.5)):
        depth = along * math.cos(pitch) + (height - up) * math.sin(pitch)
        down.append((across / depth, ((height - up) * math.cos(pitch) - along * math.sin(pitch)) / depth))
    xs, ys = zip(*down, strict=True)
    return Shape(min(xs), min(ys), max(xs), max(ys))


@pytest.mark.parametrize("height", [5.0, 12.0, 60.0])
@pytest.mark.parametrize("degrees", [10, 20, 30, 45, 60, 85])
def test_a_queue_up_the_picture_is_one_from_every_height_and_two_lengths_off_is_none(
    height: float, degrees: int
) -> None:
    seen = partial(car_before, height=height, pitch=math.radians(degrees))

    assert all(near(seen(0.0), seen(4.5 + gap)) for gap in (1.0, 2.5, 4.0))
    assert degrees < 45 or not near(seen(0.0), seen(3 * 4.5 + 4.0))


def test_what_passes_in_the_next_lane_is_not_on_the_spot() -> None:
    assert same_spot(SHAPE, beside(SHAPE, 0.04))
    assert not same_spot(SHAPE, beside(SHAPE, 0.06))
    assert not same_spot(SHAPE, beside(SHAPE, 0.0, 0.03))


@pytest.mark.parametrize(
    ("box", "is_cut"),
    [(CAR, False), ((0.0, 0.4, 0.1, 0.5), True), ((0.4, 0.9, 0.5, 1.0), True), ((0.4, 0.0, 0.5, 0.1), True)],
)
def test_the_border_cuts_things_off(box: Box, is_cut: bool) -> None:
    assert cut_off(box) is is_cut


def test_waits_are_a_habit_only_after_some_and_one_outlier_is_none() -> None:
    waits = Waits()
    for n, seconds in enumerate((30.0, 40.0, 20.0)):
        waits.add(SHAPE, seconds, float(n))
    assert waits.usual(SHAPE, 10.0) is None

    waits.add(SHAPE, 290.0, 10.0)

    assert waits.usual(SHAPE, 10.0) == (80.0, ENOUGH)
    assert waits.usual(beside(SHAPE, 0.2), 10.0) is None
    assert waits.usual(SHAPE, 2 * 86400.0) is None


def test_halts_and_parking_are_no_waits() -> None:
    waits = Waits()
    waits.add(SHAPE, 1.0, 0.0)
    waits.add(SHAPE, 301.0, 0.0)

    assert len(waits) == 0


def test_waits_are_bounded_at_a_spot_in_all_and_in_age() -> None:
    waits = Waits()
    for n in range(50):
        waits.add(SHAPE, 30.0, float(n))
    assert len(waits) == KEPT_HERE
    for n in range(1000):
        waits.add(beside(SHAPE, n * 0.3), 30.0, 100.0)
    assert len(waits) == KEPT

    again = Waits()
    again.restore(json.loads(json.dumps(waits.dump())))
    assert again.dump() == waits.dump()
    waits.add(SHAPE, 30.0, 1e6)
    assert len(waits) == 1


def test_a_flow_is_steady_only_without_a_break() -> None:
    run, broken = Run(), Run()
    for n in range(12):
        run.add(10.0 * n)
        broken.add(10.0 * n + (40.0 if n > 6 else 0.0))

    assert run.steady(111.0)
    assert not run.steady(200.0)
    assert not broken.steady(150.0)


def standing(t: float, *xs: float, utc: float | None = None) -> tuple[Observation, list[Place]]:
    """A look at cars that stand side by side since 0."""
    boxes: list[Box] = [(x - 0.05, 0.4, x + 0.05, 0.5) for x in xs]
    places = [
        Place(f"p-{x}", "vehicle", "car", 0.8, box, "confirmed", 0.0, t, t, 1.0, ())
        for x, box in zip(xs, boxes, strict=True)
    ]
    return look(t, *(Sighting(box, 0.8, "car", "vehicle") for box in boxes), utc=utc), places


def test_everything_kept_of_places_has_a_way_out() -> None:
    flow = Flow(["vehicle"], 300.0)
    for n in range(200):
        seen, places = standing(float(n), 0.1 + 0.004 * n, 0.3)
        flow.step(seen, places, places)
    assert len(flow.dump()["stints"]) == 2
    seen, _ = standing(300.0)
    flow.step(seen, [], [])

    assert flow.dump()["stints"] == {}


def test_trails_are_forgotten() -> None:
    movers = Movers()
    for n in range(100):
        movers.step(look(float(n), Sighting(CAR, 0.8, "car", "vehicle", n, True)), float(n))

    assert len(movers._trails) <= KEPT_S + 1


def test_a_clock_that_is_set_changes_nothing() -> None:
    plain, set_ = Flow(["vehicle"], 300.0), Flow(["vehicle"], 300.0)
    for n in range(100):
        seen, places = standing(float(n), 0.3, 0.43)
        plain.step(seen, places, places)
        back, _ = standing(float(n), 0.3, 0.43, utc=seen.utc - (3600.0 if n > 50 else 0.0))
        set_.step(back, places, places)

    one, other = plain.held(places[0], seen.utc), set_.held(places[0], back.utc)
    assert one == other
    assert one is not None


@pytest.mark.parametrize("blind", [{"looked": False}, {"trusted": False}])
def test_a_look_that_sees_nothing_says_nothing(blind: dict[str, bool]) -> None:
    flow = Flow(["vehicle"], 300.0)
    seen, places = standing(1.0, 0.3, 0.43)
    flow.step(seen, places, places)
    before = flow.dump()

    flow.step(replace(seen, t=50.0, utc=seen.utc + 49.0, sightings=(), **blind), [], [])  # type: ignore[arg-type]

    assert flow.dump() == before


def test_a_break_of_the_camera_is_no_departure() -> None:
    """After it the first look finds one of the two, as a detector may; both have stood all the time."""
    flow = Flow(["vehicle"], 300.0)
    for t in (*range(10), *range(101, 110)):
        seen, places = standing(float(t), 0.3, 0.43)
        if t == 101:
            places[1] = replace(places[1], last_seen=9.0)
        flow.step(seen, places, places)

    held = flow.held(places[0], seen.utc)
    assert held is not None
    assert held.code == "in_queue"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stints": {"p": {}}, "waits": []},
        {"stints": {}, "waits": [[1, 2]]},
        {"stints": [], "waits": []},
    ],
)
def test_a_damaged_dump_is_refused_with_the_rules(data: dict[str, object]) -> None:
    given = {"kind": "dwell", "incident": "illegal_parking", "dwell": "5s"}
    rule = dwell.Dwell(dwell.Settings.model_validate(given), "cam", STREET)

    with pytest.raises(ValueError, match="this is no dump of a dwell rule"):
        rule.restore({"version": 1, "open": {}, "flow": data})
