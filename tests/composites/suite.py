"""The suite: kinds of situation and trap, with disturbances and looks a second. Same seed, same suite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import numpy as np

from tests.composites import situations, traps
from tests.composites.cases import Case, Turn

Recipe = Callable[[np.random.Generator, Turn], Case]

SAMPLES: Final = (5.0, 2.0, 1.0, 0.5)  # looks a second, by turns: each for a quarter of the suite
_LIGHTS = ("clear", "gain_step", "gain_slow", "gamma", "cloud", "shadow_edge", "spot", "infrared", "dusk")
_CAMERA = ("noise", "shift1", "shift3", "blur")
_FAULTS = ("shift8", "cloth", "half_cloth", "defocus", "unlit", "glare")


@dataclass(frozen=True)
class Plan:
    """A case to be. number: in the suite. What others there are changes nothing but its looks a second."""

    seed: int
    number: int
    kind: str
    recipe: Recipe
    turn: Turn

    def case(self, attempt: int = 0) -> Case:
        """The case; another attempt is another place and other crops and times."""
        turn = replace(self.turn, attempt=attempt)
        chance = np.random.default_rng((self.seed, crc32(self.kind.encode()), turn.index, attempt))
        case = replace(self.recipe(chance, turn), looks=SAMPLES[self.number % len(SAMPLES)])
        words = (self.kind, f"{turn.index:02d}", case.view, turn.disturbance, f"{case.looks:g}fps")
        tags = (*case.tags, str(case.rule["kind"]), self.kind, turn.disturbance, case.view, words[-1])
        return replace(case, name="_".join(words).replace(".", ""), tags=tuple(dict.fromkeys(tags)))


def suite(seed: int = 0) -> list[Plan]:
    """All cases."""
    kinds: list[tuple[str, Recipe, Sequence[str]]] = [
        (
            "parking",
            situations.parking,
            (*_LIGHTS, *_CAMERA, "clear", "headlights", "rain", "squeezed", "clear"),
        ),
        ("cycle", situations.cycle, ("clear", "cloud", "squeezed", "infrared", "gain_slow", "clear")),
        (
            "stall",
            situations.stall_case,
            ("clear", "cloud", "gain_step", "squeezed", "shift1", "shadow_edge", "noise"),
        ),
        ("stall2", situations.stall_that_changes, ("clear", "gain_slow", "infrared", "dusk", "rain")),
        ("debris", situations.debris, (*_LIGHTS, *_CAMERA, "clear")),
        ("pile", situations.pile, ("clear", "cloud", "squeezed", "shift1", "gain_slow")),
        ("queue", traps.queue, ("clear", "cloud", "gain_step")),
        ("queue_stays", situations.queue_and_one_stays, ("clear", "gain_slow")),
        ("stop", traps.short_stop, ("clear", "cloud", "noise", "rain")),
        ("person", traps.standing_person, ("clear", "shadow_edge", "clear", "dusk")),
        ("light", traps.light_only, ("spot", "cloud", "infrared", "gain_step", "shadow_edge", "headlights")),
        ("street", traps.bare_street, ("gain_step", "clear", "cloud", "noise", "headlights", "clear")),
        ("taken", traps.taken_away, ("clear", "cloud", "squeezed")),
        ("furniture", traps.furniture, ("clear", "cloud", "gain_slow")),
        ("lonely", traps.lonely, ("clear", "rain")),
        ("waiting", traps.waiting, ("clear", "cloud")),
        ("fault", situations.through_a_fault, _FAULTS),
        ("stall3", situations.stall_and_no_heap, ("clear", "cloud", "gain_step")),
    ]
    turns = [(kind, make, Turn(i, light)) for kind, make, lights in kinds for i, light in enumerate(lights)]
    return [Plan(seed, number, *turn) for number, turn in enumerate(turns)]


def chosen(plans: Sequence[Plan], count: int | None, tag: str | None) -> Iterator[Plan]:
    """Those with the tag; of them `count`, spread evenly over the suite."""
    fitting = [plan for plan in plans if tag is None or tag in plan.case().tags]
    if count is None or count >= len(fitting):
        yield from fitting
        return
    for place in np.linspace(0, len(fitting) - 1, count).round().astype(int):
        yield fitting[int(place)]
