"""The suite: kinds of situation and trap, with disturbances and looks a second. Same seed, same suite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from tests.composites.backgrounds import Point
from tests.composites.scene import Thing
from tests.composites.views import CAR_SPOTS, CYCLE_SPOTS, HEAP_SPOTS, NARROW, STALL_SPOTS, VIEWS

Looks = float
Spot = tuple[str, Point]
SAMPLES: Final = (5.0, 2.0, 1.0, 0.5)
PATIENCE: Final = 25.0  # seconds after the dwell within which a situation must be told


@dataclass(frozen=True)
class Real:
    """A real situation: these things of the case, from the first's start to the last's end."""

    id: str
    incident: str
    things: tuple[int, ...]
    start: float
    end: float | None


@dataclass(frozen=True)
class Trap:
    """What must not fire, where (these things, or the spot), and why it is there."""

    id: str
    incident: str
    things: tuple[int, ...]
    start: float
    end: float
    what: str


@dataclass(frozen=True)
class Case:
    """One case before it is built. rule: of the one zone, drawn around the things, or around `spot`."""

    name: str
    view: str
    disturbance: str
    looks: Looks
    things: tuple[Thing, ...]
    rule: dict[str, Any]
    reals: tuple[Real, ...] = ()
    traps: tuple[Trap, ...] = ()
    spot: Point | None = None
    tags: tuple[str, ...] = ()
    seconds: float = 150.0
    gop_s: float = 4.0


def rule(kind: str) -> dict[str, Any]:
    """The rule of a case of that kind."""
    return {
        "parking": {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
        "cycle": {
            "kind": "dwell",
            "incident": "two_wheeler_parking",
            "groups": ["two_wheeler"],
            "dwell": "20s",
        },
        "stall": {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "40s"},
        "debris": {"kind": "left", "incident": "accumulated_debris", "dwell": "30s"},
    }[kind]


def suite(seed: int = 0) -> list[Case]:
    """All cases."""
    chance = np.random.default_rng(seed)
    plans: list[tuple[str, Callable[[np.random.Generator, int, str], Case], Sequence[str]]] = [
        ("parking", _parking, (*_LIGHTS, *_CAMERA, "clear", "headlights", "rain", "squeezed", "clear")),
        ("cycle", _cycle, ("clear", "cloud", "squeezed", "infrared", "gain_slow", "clear")),
        ("stall", _stall, ("clear", "cloud", "gain_step", "squeezed", "shift1", "shadow_edge", "noise")),
        ("stall2", _stall_changes, ("clear", "gain_slow", "infrared", "dusk", "rain")),
        ("debris", _debris, (*_LIGHTS, *_CAMERA, "clear")),
        ("pile", _pile, ("clear", "cloud", "squeezed", "shift1", "gain_slow")),
        ("queue", _queue, ("clear", "cloud", "gain_step")),
        ("queue_stays", _queue_and_one_stays, ("clear", "gain_slow")),
        ("stop", _short_stop, ("clear", "cloud", "noise", "rain")),
        ("person", _standing_person, ("clear", "shadow_edge", "clear", "dusk")),
        ("light", _light_only, ("spot", "cloud", "infrared", "gain_step", "shadow_edge", "headlights")),
        ("taken", _taken_away, ("clear", "cloud", "squeezed")),
        ("furniture", _furniture, ("clear", "cloud", "gain_slow")),
        ("lonely", _lonely, ("clear", "rain")),
    ]
    cases = []
    for name, make, disturbances in plans:
        for index, disturbance in enumerate(disturbances):
            case = make(chance, index, disturbance)
            tags = (*case.tags, str(case.rule["kind"]), name, disturbance, case.view, f"{case.looks:g}fps")
            full = f"{name}_{index:02d}_{case.view}_{disturbance}_{case.looks:g}fps".replace(".", "")
            cases.append(replace(case, name=full, tags=tuple(dict.fromkeys(tags))))
    return cases


_LIGHTS = ("clear", "gain_step", "gain_slow", "gamma", "cloud", "shadow_edge", "spot", "infrared", "dusk")
_CAMERA = ("noise", "shift1", "shift3", "blur")


def _looks(index: int) -> Looks:
    return SAMPLES[index % len(SAMPLES)]


def _spot(spots: Sequence[Spot], index: int) -> Spot:
    return spots[index % len(spots)]


def _car(chance: np.random.Generator, view: str) -> str:
    """Some vehicle, seen from before or behind as the streets run. Only cars where a lane passes close by."""
    kind = str(chance.choice(["car", "car", "car", "van", "truck"]))
    return f"{'car' if view in NARROW else kind}.{chance.integers(0, 5)}"


HEIGHTS: Final = {"car": 1.45, "car_side": 1.4, "van": 2.1, "truck": 2.6, "bus": 3.2}


def _vehicle(crop: str, at: Point, since: float, until: float | None) -> Thing:
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


def _parking(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(CAR_SPOTS, index)
    since, until = float(chance.uniform(25, 50)), float(chance.uniform(100, 120))
    thing = _vehicle(_car(chance, view), at, since, until)
    if index % 5 == 4:  # was there before the camera looked, as on any first day
        since, thing = 0.0, replace(thing, since=-1.0)
    real = Real("car1", "illegal_parking", (0,), since, until)
    return Case("", view, disturbance, _looks(index), (thing,), rule("parking"), (real,))


def _cycle(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(CYCLE_SPOTS, index)
    since, until = float(chance.uniform(25, 45)), float(chance.uniform(105, 120))
    crop = ("motorcycle.0", "bicycle.0", "bicycle.1")[index % 3]
    thing = Thing(crop, at, 1.15, since, until, mirrored=bool(index % 2))
    real = Real("cycle1", "two_wheeler_parking", (0,), since, until)
    return Case("", view, disturbance, _looks(index), (thing,), rule("cycle"), (real,))


def stall(
    chance: np.random.Generator, view: str, at: Point, since: float, until: float | None
) -> list[Thing]:
    """Umbrella, table, goods on it, bags beside it and somebody behind it, put up within six seconds."""
    metre = VIEWS[view].ground.metre(at[1])
    x, y = at

    def put(crop: str, right: float, metres: float, lift: float = 0.0, near: float = 0.0) -> Thing:
        place = (x + right * metre * 0.7, y + near * 0.25 * metre)
        begin = since + min(6.0, len(things) * 0.8)
        return Thing(crop, place, metres, begin, until, lift, bool(chance.integers(2)))

    things: list[Thing] = []
    things.append(put(f"table.{chance.integers(3)}", 0.0, 0.8))
    things.append(put("pole", 0.1, 2.1, near=-0.05))
    things.append(put(f"umbrella.{chance.integers(2)}", 0.1, 1.0, lift=1.5, near=0.03))
    things.append(put(f"fruit.{chance.integers(5)}", -0.35, 0.3, lift=0.74, near=0.01))
    things.append(put(f"fruit.{chance.integers(5)}", 0.3, 0.3, lift=0.74, near=0.02))
    things.append(put(f"bottle.{chance.integers(3)}", 0.02, 0.32, lift=0.74, near=0.02))
    things.append(put(f"suitcase.{chance.integers(5)}", 1.15, 0.65, near=0.1))
    things.append(put(f"chair.{chance.integers(3)}", -1.3, 0.95))
    things.append(put(f"bag.{chance.integers(9)}", 1.7, 0.45, near=0.2))
    if chance.integers(2):
        things.append(put(f"person.{chance.integers(5)}", 0.45, 1.7, near=-0.5))
    return [thing for thing in things if 0.04 <= thing.at[0] <= 0.96 and thing.at[1] <= 1.0]


def _stall(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(STALL_SPOTS, index)
    since = float(chance.uniform(20, 40))
    until = float(chance.uniform(125, 140)) if index % 2 == 0 else None
    things = tuple(stall(chance, view, at, since, until))
    real = Real("stall1", "unlicensed_stall", tuple(range(len(things))), since, until)
    traps = ()
    return Case("", view, disturbance, _looks(index), things, rule("stall"), (real,), traps, seconds=200.0)


def _stall_changes(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    """Goods come and go while the stall stands."""
    case = _stall(chance, index, disturbance)
    things = list(case.things)
    for number, thing in enumerate(things):
        if thing.crop.startswith(("bag", "chair")):
            things[number] = replace(thing, until=85.0)
        if thing.crop.startswith("suitcase"):
            things[number] = replace(thing, since=75.0)
    return replace(case, things=tuple(things), looks=_looks(index + 1))


def _debris(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(HEAP_SPOTS, index)
    since, until = float(chance.uniform(25, 45)), float(chance.uniform(110, 125))
    size = 0.7 if view == "kitchen" else float(chance.uniform(0.9, 1.3))
    thing = Thing(f"heap.{chance.integers(1000)}", at, size, since, until, mirrored=bool(index % 2))
    real = Real("heap1", "accumulated_debris", (0,), since, until)
    return Case("", view, disturbance, _looks(index), (thing,), rule("debris"), (real,), seconds=160.0)


def _pile(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    """Bags, one after another, until they are a pile."""
    view, at = _spot([HEAP_SPOTS[i] for i in (2, 10, 0, 11, 3)], index)
    since, until = float(chance.uniform(25, 40)), None if index % 2 else 130.0
    things = []
    for number in range(5):
        place = (at[0] + 0.018 * (number % 3 - 1), at[1] + 0.006 * (number % 2))
        lift = 0.25 if number > 2 else 0.0
        crop = f"bag.{chance.integers(9)}"
        things.append(Thing(crop, place, 0.6, since + 7.0 * number, until, lift, bool(chance.integers(2))))
    real = Real("pile1", "accumulated_debris", tuple(range(5)), since, until)
    return Case("", view, disturbance, _looks(index), tuple(things), rule("debris"), (real,), seconds=170.0)


_LANES: Final[tuple[tuple[str, tuple[Point, ...]], ...]] = (
    ("stuttgart", ((0.15, 0.60), (0.145, 0.78), (0.13, 0.99))),
    ("crossroad", ((0.46, 0.52), (0.40, 0.70), (0.33, 0.92))),
    ("campus", ((0.30, 0.62), (0.36, 0.78), (0.43, 0.97))),
)


def _line(chance: np.random.Generator, index: int, since: float, until: float) -> tuple[str, list[Thing]]:
    """Three cars one behind another: stop one after another, go one after another, the first first."""
    view, places = _LANES[index % len(_LANES)]
    things = []
    for number, at in enumerate(places):
        crop = f"car.{chance.integers(5)}"
        thing = _vehicle(crop, at, since + 2.0 * number, until + 2.0 * number)
        things.append(replace(thing, way=((at[0], 1.3), 4.0), out=((at[0] + 0.1, at[1] - 0.25), 4.0)))
    return view, things


def _queue(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, things = _line(chance, index, 30.0, 75.0)
    what = "three cars wait in line for 45 s, more than the dwell, then all go"
    trap = Trap("queue1", "illegal_parking", (0, 1, 2), 30.0, 80.0, what)
    return Case(
        "", view, disturbance, _looks(index), tuple(things), rule("parking"), (), (trap,), tags=("trap",)
    )


def _queue_and_one_stays(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    """The neighbours go; the last one was parked all the time."""
    view, things = _line(chance, index, 25.0, 60.0)
    things[2] = replace(things[2], until=130.0)
    real = Real("car1", "illegal_parking", (2,), 29.0, 130.0)
    trap = Trap("queue1", "illegal_parking", (0, 1), 25.0, 65.0, "two cars wait in line for 35 s, then go")
    return Case("", view, disturbance, _looks(index + 1), tuple(things), rule("parking"), (real,), (trap,))


def _short_stop(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(CAR_SPOTS, 2 * index + 1)
    first = _vehicle(_car(chance, view), at, 25.0, 37.0)
    second = _vehicle(_car(chance, view), at, 70.0, 84.0)
    trap = Trap("stops", "illegal_parking", (0, 1), 25.0, 84.0, "one stops for 12 s, another later for 14 s")
    return Case(
        "", view, disturbance, _looks(index), (first, second), rule("parking"), (), (trap,), tags=("trap",)
    )


def _standing_person(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    kind = ("debris", "stall")[index % 2]
    view, at = _spot([HEAP_SPOTS[2], STALL_SPOTS[1], HEAP_SPOTS[7], STALL_SPOTS[0]], index)
    person = Thing(f"person.{chance.integers(5)}", at, 1.7, 30.0, 100.0)
    what = "somebody stands there for 70 s"
    trap = Trap("somebody", str(rule(kind)["incident"]), (0,), 30.0, 100.0, what)
    return Case("", view, disturbance, _looks(index), (person,), rule(kind), (), (trap,), tags=("trap",))


def _light_only(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(HEAP_SPOTS, index)
    trap = Trap("light", "accumulated_debris", (), 0.0, 150.0, "nothing is put down; only the light changes")
    return Case(
        "", view, disturbance, _looks(index), (), rule("debris"), (), (trap,), spot=at, tags=("trap",)
    )


def _taken_away(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    view, at = _spot(HEAP_SPOTS, 3 * index)
    thing = Thing(f"heap.{chance.integers(1000)}", at, 1.0, -1.0, 70.0)
    what = "it lies there from the start and is taken away: its place is changed ground, not a thing"
    trap = Trap("taken", "accumulated_debris", (0,), 70.0, 150.0, what)
    return Case("", view, disturbance, _looks(index), (thing,), rule("debris"), (), (trap,), tags=("trap",))


def _furniture(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    """A bench and chairs that always stood there."""
    view, at = _spot(STALL_SPOTS, index)
    things = (Thing("bench.0", at, 0.8), Thing("chair.0", (at[0] + 0.09, at[1]), 0.95))
    things += (Thing("table.0", (at[0] - 0.1, at[1]), 0.8),) if index == 2 else ()
    what = "furniture that stood there before the watch began"
    trap = Trap("furniture", "unlicensed_stall", tuple(range(len(things))), 0.0, 150.0, what)
    return Case("", view, disturbance, _looks(index), things, rule("stall"), (), (trap,), tags=("trap",))


def _lonely(chance: np.random.Generator, index: int, disturbance: str) -> Case:
    """One suitcase, and one parked bicycle some way off: no stall."""
    view, at = _spot((STALL_SPOTS[0], STALL_SPOTS[5]), index)
    away = (at[0] + 0.28, at[1])
    things = (Thing("suitcase.2", at, 0.7, 30.0), Thing("bicycle.0", away, 1.1, 25.0))
    trap = Trap("lonely", "unlicensed_stall", (0, 1), 25.0, 150.0, "two things far apart are no stall")
    return Case("", view, disturbance, _looks(index), things, rule("stall"), (), (trap,), tags=("trap",))


def chosen(cases: Sequence[Case], count: int | None, tag: str | None) -> Iterator[Case]:
    """Those with the tag; of them `count`, spread evenly over the suite."""
    fitting = [case for case in cases if tag is None or tag in case.tags]
    if count is None or count >= len(fitting):
        yield from fitting
        return
    for place in np.linspace(0, len(fitting) - 1, count).round().astype(int):
        yield fitting[int(place)]
