"""Recipes of traps: what looks like a situation and is none."""

import numpy as np

from tests.composites.cases import Case, Trap, Turn, rule
from tests.composites.scene import Thing
from tests.composites.situations import car_of, line_of, spot_of, vehicle
from tests.composites.views import CAR_SPOTS, HEAP_SPOTS, STALL_SPOTS, STREET_SPOTS

Chance = np.random.Generator


def queue(chance: Chance, turn: Turn) -> Case:
    view, things = line_of(chance, turn.place, 30.0, 75.0)
    what = "three cars wait in line for 45 s, more than the dwell, then all go"
    trap = Trap("queue1", "illegal_parking", (0, 1, 2), 30.0, 80.0, what)
    return Case(
        view, turn.disturbance, tuple(things), rule("parking"), (), (trap,), tags=("trap",), whole=True
    )


def short_stop(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(CAR_SPOTS, turn.place + turn.index + 1)
    first = vehicle(car_of(chance, view), at, 25.0, 37.0)
    second = vehicle(car_of(chance, view), at, 70.0, 84.0)
    trap = Trap("stops", "illegal_parking", (0, 1), 25.0, 84.0, "one stops for 12 s, another later for 14 s")
    return Case(view, turn.disturbance, (first, second), rule("parking"), (), (trap,), tags=("trap",))


def standing_person(chance: Chance, turn: Turn) -> Case:
    kind = ("debris", "stall")[turn.index % 2]
    view, at = spot_of(
        [HEAP_SPOTS[2], STALL_SPOTS[1], HEAP_SPOTS[7], STALL_SPOTS[0]], turn.index + 2 * turn.attempt
    )
    person = Thing(f"person.{chance.integers(5)}", at, 1.7, 30.0, 100.0)
    what = "somebody stands there for 70 s"
    trap = Trap("somebody", str(rule(kind)["incident"]), (0,), 30.0, 100.0, what)
    return Case(view, turn.disturbance, (person,), rule(kind), (), (trap,), tags=("trap",))


def light_only(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(HEAP_SPOTS, turn.place)
    trap = Trap("light", "accumulated_debris", (), 0.0, 150.0, "nothing is put down; only the light changes")
    return Case(view, turn.disturbance, (), rule("debris"), (), (trap,), spot=at, tags=("trap",))


def bare_street(chance: Chance, turn: Turn) -> Case:
    """Marks on the ground, posts, what only passes: nothing that is put there."""
    view, at = spot_of(STREET_SPOTS, turn.place)
    what = "nothing is put down; the street's traffic and the marks on its ground"
    trap = Trap("street", "illegal_parking", (), 0.0, 150.0, what)
    return Case(view, turn.disturbance, (), rule("parking"), (), (trap,), spot=at, tags=("trap",))


def taken_away(chance: Chance, turn: Turn) -> Case:
    view, at = spot_of(HEAP_SPOTS, 3 * turn.index + turn.attempt)
    thing = Thing(f"heap.{chance.integers(1000)}", at, 1.0, -1.0, 70.0)
    what = "it lies there from the start and is taken away: its place is changed ground, not a thing"
    trap = Trap("taken", "accumulated_debris", (0,), 70.0, 150.0, what)
    return Case(view, turn.disturbance, (thing,), rule("debris"), (), (trap,), tags=("trap",))


def furniture(chance: Chance, turn: Turn) -> Case:
    """A bench and chairs that always stood there."""
    view, at = spot_of(STALL_SPOTS, turn.place)
    things: tuple[Thing, ...] = (Thing("bench.0", at, 0.8), Thing("chair.0", (at[0] + 0.09, at[1]), 0.95))
    things += (Thing("table.0", (at[0] - 0.1, at[1]), 0.8),) if turn.index == 2 else ()
    what = "furniture that stood there before the watch began"
    trap = Trap("furniture", "unlicensed_stall", tuple(range(len(things))), 0.0, 150.0, what)
    return Case(view, turn.disturbance, things, rule("stall"), (), (trap,), tags=("trap",))


def lonely(chance: Chance, turn: Turn) -> Case:
    """One suitcase, and one parked bicycle some way off: no stall."""
    view, at = spot_of((STALL_SPOTS[0], STALL_SPOTS[5]), turn.place)
    away = (at[0] + 0.28, at[1])
    things = (Thing("suitcase.2", at, 0.7, 30.0), Thing("bicycle.0", away, 1.1, 25.0))
    trap = Trap("lonely", "unlicensed_stall", (0, 1), 25.0, 150.0, "two things far apart are no stall")
    return Case(view, turn.disturbance, things, rule("stall"), (), (trap,), tags=("trap",))


def waiting(chance: Chance, turn: Turn) -> Case:
    """A bench that always stood there, and somebody who waits by it with a suitcase."""
    view, at = spot_of((STALL_SPOTS[2], STALL_SPOTS[1]), turn.place)
    person = Thing(f"person.{chance.integers(5)}", (at[0] + 0.05, at[1] - 0.01), 1.7, 30.0, 110.0)
    case = Thing("suitcase.1", (at[0] + 0.09, at[1]), 0.7, 31.0, 110.0)
    trap = Trap("waiting", "unlicensed_stall", (0, 1, 2), 30.0, 110.0, "somebody waits on a bench for 80 s")
    things = (Thing("bench.0", at, 0.8), person, case)
    return Case(view, turn.disturbance, things, rule("stall"), (), (trap,), tags=("trap",))
