"""Recipes of real situations: what is put where, when, and when it goes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tests.composites.backgrounds import Point
from tests.composites.cases import Case, Real, Spot, Trap, Turn, rule
from tests.composites.scene import Thing
from tests.composites.views import CAR_SPOTS, CYCLE_SPOTS, HEAP_SPOTS, NARROW, STALL_SPOTS, VIEWS

Chance = np.random.Generator


def spot_of(spots: Sequence[Spot], place: int) -> Spot:
    return spots[place % len(spots)]


def car_of(chance: Chance, view: str) -> str:
    """Some vehicle, seen from before or behind as the streets run. Only cars where a lane passes close by."""
    kind = str(chance.choice(["car", "car", "car", "van", "van"]))
    return f"{'car' if view in NARROW else kind}.{chance.integers(0, 5)}"


HEIGHTS: Final = {"car": 1.45, "car_side": 1.4, "van": 2.1, "bus": 3.2}


def vehicle(crop: str, at: Point, since: float, until: float | None) -> Thing:
    """Drives in from below or above within 4 s, and off the same way."""
    far = (at[0] + (0.12 if at[0] < 0.5 else -0.12), min(1.15, at[1] + 0.3))
    return Thing(
        crop,
        at,
        HEIGHTS[crop.split(".")[0]],
        since,
        until,
        mirrored=at[0] < 0.5,
        way=(far, 4.0),
        out=(far, 4.0),
    )


def parking(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(CAR_SPOTS, turn.place)
    since, until = float(chance.uniform(25, 50)), float(chance.uniform(100, 120))
    thing = vehicle(car_of(chance, view), at, since, until)
    if turn.index % 5 == 4:  # was there before the camera looked, as on any first day
        since, thing = 0.0, replace(thing, since=-1.0)
    real = Real("car1", "illegal_parking", (0,), since, until)
    return Case(view, turn.disturbance, (thing,), rule("parking"), (real,))


def cycle(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(CYCLE_SPOTS, turn.place)
    since, until = float(chance.uniform(25, 45)), float(chance.uniform(105, 120))
    thing = Thing(f"bicycle.{turn.index % 2}", at, 1.15, since, until, mirrored=True)
    real = Real("cycle1", "two_wheeler_parking", (0,), since, until)
    return Case(view, turn.disturbance, (thing,), rule("cycle"), (real,))


def stall(chance: Chance, view: str, at: Point, since: float, until: float | None) -> list[Thing]:
    """Umbrella, table, goods on it, bags beside it and somebody behind it, put up within six seconds."""
    metre = VIEWS[view].ground.metre(at[1])
    x, y = at

    def put(crop: str, right: float, metres: float, lift: float = 0.0, near: float = 0.0) -> Thing:
        place = (x + right * metre * 0.7, y + near * 0.25 * metre)
        begin = since + min(6.0, len(things) * 0.8)
        return Thing(crop, place, metres, begin, until, lift, bool(chance.integers(2)))

    things: list[Thing] = []
    things.append(put(f"table.{chance.integers(4)}", 0.0, 0.8))
    things.append(put("pole", 0.1, 2.1, near=-0.05))
    things.append(put(f"umbrella.{chance.integers(3)}", 0.1, 1.0, lift=1.5, near=0.03))
    things.append(put(f"fruit.{chance.integers(4)}", -0.35, 0.3, lift=0.74, near=0.01))
    things.append(put(f"fruit.{chance.integers(4)}", 0.3, 0.3, lift=0.74, near=0.02))
    things.append(put(f"bottle.{chance.integers(3)}", 0.02, 0.32, lift=0.74, near=0.02))
    things.append(put(f"suitcase.{chance.integers(5)}", 1.15, 0.65, near=0.1))
    things.append(put(f"chair.{chance.integers(3)}", -1.3, 0.95))
    things.append(put(f"bag.{chance.integers(4)}", 1.7, 0.45, near=0.2))
    if chance.integers(2):
        things.append(put(f"person.{chance.integers(5)}", 0.45, 1.7, near=-0.5))
    return [thing for thing in things if 0.04 <= thing.at[0] <= 0.96 and thing.at[1] <= 1.0]


def stall_case(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(STALL_SPOTS, turn.place)
    since = float(chance.uniform(20, 40))
    until = float(chance.uniform(125, 140)) if turn.index % 2 == 0 else None
    things = tuple(stall(chance, view, at, since, until))
    real = Real("stall1", "unlicensed_stall", tuple(range(len(things))), since, until)
    return Case(view, turn.disturbance, things, rule("stall"), (real,), seconds=200.0)


def stall_that_changes(chance: Chance, turn: Turn) -> Case:
    """Goods come and go while the stall stands."""
    case = stall_case(chance, turn)
    things = list(case.things)
    for number, thing in enumerate(things):
        if thing.crop.startswith(("bag", "chair")):
            things[number] = replace(thing, until=85.0)
        if thing.crop.startswith("suitcase"):
            things[number] = replace(thing, since=75.0)
    return replace(case, things=tuple(things))


def stall_and_no_heap(chance: Chance, turn: Turn) -> Case:
    """What is a stall to one rule of the zone is nothing to the other."""
    return replace(stall_case(chance, turn), also=(rule("debris"),))


def debris(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(HEAP_SPOTS, turn.place)
    since, until = float(chance.uniform(25, 45)), float(chance.uniform(110, 125))
    size = 0.7 if view == "kitchen" else float(chance.uniform(0.9, 1.3))
    thing = Thing(f"heap.{chance.integers(1000)}", at, size, since, until, mirrored=bool(turn.index % 2))
    real = Real("heap1", "accumulated_debris", (0,), since, until)
    return Case(view, turn.disturbance, (thing,), rule("debris"), (real,), seconds=160.0)


def pile(chance: Chance, turn: Turn) -> Case:
    """Bags, one after another, until they are a pile."""
    view, at = spot_of([HEAP_SPOTS[i] for i in (2, 10, 0, 11, 3)], turn.place)
    since, until = float(chance.uniform(25, 40)), None if turn.index % 2 else 130.0
    things = []
    for number in range(5):
        place = (at[0] + 0.018 * (number % 3 - 1), at[1] + 0.006 * (number % 2))
        lift = 0.25 if number > 2 else 0.0
        crop = str(chance.choice(["bag", "bag", "suitcase"])) + f".{chance.integers(20)}"
        things.append(Thing(crop, place, 0.6, since + 7.0 * number, until, lift, bool(chance.integers(2))))
    real = Real("pile1", "accumulated_debris", tuple(range(5)), since, until)
    return Case(view, turn.disturbance, tuple(things), rule("debris"), (real,), seconds=170.0)


_LANES: Final[tuple[tuple[str, tuple[Point, ...]], ...]] = (
    ("stuttgart", ((0.15, 0.55), (0.145, 0.70), (0.13, 0.93))),
    ("crossroad", ((0.46, 0.52), (0.40, 0.70), (0.33, 0.92))),
    ("campus", ((0.30, 0.62), (0.36, 0.78), (0.43, 0.97))),
)


def line_of(chance: Chance, place: int, since: float, until: float) -> tuple[str, list[Thing]]:
    """Three cars one behind another: stop one after another, go one after another, the first first."""
    view, places = _LANES[place % len(_LANES)]
    things = []
    for number, at in enumerate(places):
        crop = f"car.{chance.integers(5)}"
        thing = vehicle(crop, at, since + 2.0 * number, until + 2.0 * number)
        things.append(replace(thing, way=((at[0], 1.3), 4.0), out=((at[0] + 0.1, at[1] - 0.25), 4.0)))
    return view, things


def queue_and_one_stays(chance: Chance, turn: Turn) -> Case:
    """The neighbours go; the last one was parked all the time."""
    view, things = line_of(chance, turn.place, 25.0, 60.0)
    things[2] = replace(things[2], until=130.0)
    gone = max(thing.until or 0.0 for thing in things[:2])
    real = Real("car1", "illegal_parking", (2,), 29.0, 130.0, alone=gone)
    trap = Trap("queue1", "illegal_parking", (0, 1), 25.0, 65.0, "two cars wait in line for 35 s, then go")
    return Case(view, turn.disturbance, tuple(things), rule("parking"), (real,), (trap,), whole=True)


def through_a_fault(chance: Chance, turn: Turn) -> Case:
    """Told before the view goes wrong, there all through it, and gone after it."""
    make = (parking, debris)[turn.index % 2]
    case = make(chance, replace(turn, index=2 * turn.index + 1))
    since, until = float(chance.uniform(25, 33)), float(chance.uniform(172, 182))
    thing = replace(case.things[0], since=since, until=until)
    real = replace(case.reals[0], start=since, end=until)
    return replace(case, things=(thing,), reals=(real,), seconds=215.0)
