"""Observations of one source, in order, as bytes and back: the same bits again. Pure.

What is the same as at the look before is said with one bit, so looks at a quiet street cost their times.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from edge.journal import answers
from edge.journal.columns import Floats, In, Ints, Out, differences, listed, scaled, summed
from edge.journal.entries import Run
from edge.observation import Observation, View

MICRO = 6  # decimals of a time


def encode(looks: Sequence[Observation]) -> bytes:
    """All of them but the name of their source."""
    out = Out()
    out.number(len(looks))
    _write_times(out, looks)
    scenes = answers.Table()
    numbers = [scenes.of(_scene(look)) for look in looks]
    out.json(scenes.values())
    out.ints(differences(numbers))
    new = _new(looks, lambda look: (look.sightings, look.hidden))
    out.ints(~new)
    told = [look for look, n in zip(looks, new.tolist(), strict=True) if n]
    answers.write_sightings(out, [look.sightings for look in told])
    answers.write_hidden(out, [look.hidden for look in told])
    new = _new(looks, lambda look: look.regions)
    out.ints(~new)
    answers.write_regions(out, [look.regions for look, n in zip(looks, new.tolist(), strict=True) if n])
    answers.write_likeness(out, [look.likeness for look in looks])
    return out.body()


def _new(looks: Sequence[Observation], part: Any) -> Any:
    """Where a part is another one than at the look before; what comes before the first is empty."""
    parts = [part(look) for look in looks]
    return np.array([True, *(a != b for a, b in pairwise(parts))][: len(parts)], bool)


def _scene(look: Observation) -> tuple[Any, ...]:
    """What seldom changes."""
    v = look.view
    view = None if v == View() else (v.condition, v.since, v.to_picture, v.blind, v.text)
    return (look.clock, look.aspect, look.trusted, look.looked, view)


def _view(told: Any) -> View:
    if told is None:
        return View()
    condition, since, to_picture, blind, text = told
    affine = None if to_picture is None else tuple(to_picture)
    return View(condition, since, affine, tuple(tuple(box) for box in blind), text)


def _write_times(out: Out, looks: Sequence[Observation]) -> None:
    """Whole microseconds where all of them are, else bits; regular looks do not differ from their pace."""
    t = np.array([look.t for look in looks], np.float64)
    utc = np.array([look.utc for look in looks], np.float64)
    micro, exact = scaled(np.concatenate([t, utc]), MICRO)
    whole = bool(exact.all())
    out.number(whole)
    if whole:
        first, second = micro[: len(t)], micro[len(t) :] - micro[: len(t)]
    else:
        first, second = t.view(np.int64), utc.view(np.int64) - _guess(t, utc[:1] - t[:1])
        out.ints((utc[:1] - t[:1]).view(np.int64))
    _write_paced(out, first)
    _write_paced(out, second)


def _write_paced(out: Out, column: Ints) -> None:
    """Where it begins, its usual step, and how far each step is from that."""
    steps = differences(column)[1:]
    pace = np.sort(steps)[len(steps) // 2] if len(steps) else 0
    out.ints(column[:1])
    out.ints([pace])
    out.ints(steps - pace)


def _read_paced(data: In, count: int) -> Ints:
    first = data.ints(min(count, 1))
    (pace,) = data.ints(1)
    steps = data.ints(max(count - 1, 0)) + pace
    return np.cumsum(np.concatenate([first, steps]))


def _guess(t: Floats, offset: Floats) -> Ints:
    """The bits of UTC if it goes with the monotonic time."""
    with np.errstate(all="ignore"):
        return (t + offset).view(np.int64) if len(t) else t.view(np.int64)


def _read_times(data: In, count: int) -> tuple[list[float], list[float]]:
    whole = data.number()
    offset = np.zeros(0) if whole else data.ints(min(count, 1)).view(np.float64)
    first, second = _read_paced(data, count), _read_paced(data, count)
    if whole:
        return listed(first / 10.0**MICRO), listed((first + second) / 10.0**MICRO)
    t = first.view(np.float64)
    return listed(t), listed((_guess(t, offset) + second).view(np.float64))


def decode(data: In, source: str) -> Iterator[Run]:
    """The looks again, those in a row with one answer as one run. Raises Damaged."""
    count = data.number()
    t, utc = _read_times(data, count)
    scenes = [(*scene[:4], _view(scene[4])) for scene in data.json()]
    numbers = summed(data.ints(count))
    shown = summed(1 - data.ints(count))
    sightings = answers.read_sightings(data, shown[-1] if count else 0)
    hidden = answers.read_hidden(data, shown[-1] if count else 0)
    stood = summed(1 - data.ints(count))
    regions = answers.read_regions(data, stood[-1] if count else 0)
    alike = answers.read_likeness(data, count)
    rows = zip(numbers, shown, stood, (number for number, _ in alike), strict=True)
    at = 0
    for (scene, answer, ground, _), same in groupby(rows):
        end = at + sum(1 for _ in same)
        likeness = [values for _, values in alike[at:end]]
        clock, aspect, trusted, looked, view = scenes[scene]
        what = (clock, aspect, sightings[answer - 1], hidden[answer - 1], likeness[0], trusted, looked)
        first = Observation(source, t[at], utc[at], *what, regions[ground - 1], view)
        yield Run(first, t[at:end], utc[at:end], likeness)
        at = end
