"""Nothing is put where traffic would drive through it."""

from dataclasses import replace

from edge.geometry import footprint
from tests.composites.cases import Case
from tests.composites.scene import Scene, Thing

MOST = 0.25  # share of the pictures in which something may move where a thing stands


def run_over(scene: Scene, thing: Thing) -> bool:
    """Whether the street's traffic often goes where it stands. What lies on a table stands with the table."""
    if thing.lift > 0:
        return False
    corners = footprint(scene.box(thing))
    return scene.background.crossed((*corners[0], *corners[2])) > MOST


def on_free_ground(case: Case, scene: Scene) -> Case:
    """The case without what would be run over. Raises ValueError where that is the very thing it is about."""
    kept = [n for n, thing in enumerate(case.things) if not run_over(scene, thing)]
    if len(kept) == len(case.things):
        return case
    if 0 not in kept:
        raise ValueError(f"{case.name}: traffic drives through {case.things[0].crop} at {case.things[0].at}")
    number = {old: new for new, old in enumerate(kept)}
    reals = tuple(replace(r, things=tuple(number[n] for n in r.things if n in number)) for r in case.reals)
    traps = tuple(replace(t, things=tuple(number[n] for n in t.things if n in number)) for t in case.traps)
    return replace(case, things=tuple(case.things[n] for n in kept), reals=reals, traps=traps)
