"""The suite: kinds of situation and trap, with disturbances and looks a second. Same seed, same suite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from tests.composites import situations, traps
from tests.composites.cases import Case

Recipe = Callable[[np.random.Generator, int, str], Case]

_LIGHTS = ("clear", "gain_step", "gain_slow", "gamma", "cloud", "shadow_edge", "spot", "infrared", "dusk")
_CAMERA = ("noise", "shift1", "shift3", "blur")


def suite(seed: int = 0) -> list[Case]:
    """All cases."""
    chance = np.random.default_rng(seed)
    plans: list[tuple[str, Callable[[np.random.Generator, int, str], Case], Sequence[str]]] = [
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
        ("taken", traps.taken_away, ("clear", "cloud", "squeezed")),
        ("furniture", traps.furniture, ("clear", "cloud", "gain_slow")),
        ("lonely", traps.lonely, ("clear", "rain")),
        ("waiting", traps.waiting, ("clear", "cloud")),
    ]
    cases = []
    for name, make, disturbances in plans:
        for index, disturbance in enumerate(disturbances):
            case = make(chance, index, disturbance)
            tags = (*case.tags, str(case.rule["kind"]), name, disturbance, case.view, f"{case.looks:g}fps")
            full = f"{name}_{index:02d}_{case.view}_{disturbance}_{case.looks:g}fps".replace(".", "")
            cases.append(replace(case, name=full, tags=tuple(dict.fromkeys(tags))))
    return cases


def chosen(cases: Sequence[Case], count: int | None, tag: str | None) -> Iterator[Case]:
    """Those with the tag; of them `count`, spread evenly over the suite."""
    fitting = [case for case in cases if tag is None or tag in case.tags]
    if count is None or count >= len(fitting):
        yield from fitting
        return
    for place in np.linspace(0, len(fitting) - 1, count).round().astype(int):
        yield fitting[int(place)]
