"""Nothing is put where traffic drives through it, where it is hardly seen, or where nothing would be due."""

from collections.abc import Sequence
from dataclasses import replace

from edge.geometry import footprint
from tests.composites.cases import Case, Real, Trap
from tests.composites.scene import Scene, Thing
from tests.composites.standing import Stand, beside

MOST = 0.25  # share of the pictures in which something may move where a thing stands
SEEN = 0.5  # of what a case is about, the street leaves so much to be seen, on the average
RIM = 0.01  # share of the picture: what comes so close to the border is cut off by it


class NoGround(ValueError):
    """A thing cannot stand there; the text says which and why."""


def run_over(scene: Scene, thing: Thing) -> bool:
    """Whether the street's traffic often goes where it stands. What lies on a table stands with the table."""
    if thing.lift > 0:
        return False
    corners = footprint(scene.box(thing))
    return scene.background.crossed((*corners[0], *corners[2])) > MOST


def on_free_ground(case: Case, scene: Scene, stands: Sequence[Stand] = ()) -> Case:
    """The case without what would be run over.

    stands: where the street's own vehicles stand. Raises NoGround where nothing honest is left of it: what
    it is about would be run over, is hidden, or may by the rules wait for what stands before it.
    """
    kept = [n for n, thing in enumerate(case.things) if not run_over(scene, thing)]
    for number in _needed(case):
        thing = case.things[number]
        if number not in kept:
            raise NoGround(f"traffic drives through {thing.crop} at {thing.at} of {case.view}")
        if (seen := scene.visible(thing)) < SEEN:
            raise NoGround(f"{thing.crop} at {thing.at} of {case.view} is in view for {seen:.0%} of the time")
    for number in {n for real in case.reals for n in real.things if case.rule["kind"] == "dwell"}:
        _surely_due(case.things[number], case, scene, stands)
    number_of = {old: new for new, old in enumerate(kept)}
    reals = tuple(replace(real, things=_left(real, number_of)) for real in case.reals)
    traps = tuple(replace(trap, things=_left(trap, number_of)) for trap in case.traps)
    return replace(case, things=tuple(case.things[n] for n in kept), reals=reals, traps=traps)


def _surely_due(thing: Thing, case: Case, scene: Scene, stands: Sequence[Stand]) -> None:
    """Raises NoGround where docs/rules.md lets a node hold it as one of a queue, for no matter how long."""
    box, aspect = scene.box(thing), scene.background.width / scene.background.height
    where = f"{thing.crop} at {thing.at} of {case.view}"
    if min(box) <= RIM or max(box) >= 1.0 - RIM:
        raise NoGround(f"the picture's border cuts off {where}")
    for stand in stands:
        if stand.group == case.group and beside(box, stand.box, aspect):
            real = ", ".join(f"{value:.2f}" for value in stand.box)
            raise NoGround(f"a real {stand.group} stands beside {where}, at ({real})")


def _needed(case: Case) -> list[int]:
    """What each situation and trap begins with; every thing of a case that must be whole."""
    if case.whole:
        return list(range(len(case.things)))
    items: tuple[Real | Trap, ...] = (*case.reals, *case.traps)
    return sorted({item.things[0] for item in items if item.things})


def _left(item: Real | Trap, number_of: dict[int, int]) -> tuple[int, ...]:
    return tuple(number_of[n] for n in item.things if n in number_of)
