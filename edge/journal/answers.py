"""What the looks of a block show, as columns: sightings, hidden ground, static regions, likeness. Pure.

Each thing is written as the difference to itself in the answer before: a sighting by its track, a region by
its id, a hidden box by its position, for it has nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from edge.journal.columns import NONE, Damaged, In, Ints, Out, differences, referred, summed, undone
from edge.observation import Box, Sighting, StaticRegion

PLACES, FIGURES = 4, 3  # decimals that the observer gives boxes, and scores and likeness
MOVING: tuple[bool | None, ...] = (None, False, True)


class Table:
    """Gives each different value a small number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        """Its number, the same each time."""
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        """By their numbers."""
        return list(self._numbers)


def counts_of(groups: Sequence[Sequence[Any]]) -> Ints:
    """How many each answer holds, as differences."""
    return differences([len(group) for group in groups])


def counts(data: In, answers: int) -> list[int]:
    """The same again."""
    found = summed(data.ints(answers))
    if min(found, default=0) < 0:
        raise Damaged("an answer with less than nothing in it")
    return found


def references(groups: Sequence[Sequence[Any]], key: Callable[[int, Any], Any]) -> Ints:
    """For each thing, where in the flat column the thing with the same key stood one answer earlier."""
    refs: list[int] = []
    before: dict[Any, int] = {}
    for group in groups:
        base = len(refs)
        keys = [key(n, thing) for n, thing in enumerate(group)]
        refs += [NONE if k is None else before.get(k, NONE) for k in keys]
        before = {k: base + n for n, k in enumerate(keys) if k is not None}
    return np.array(refs, np.int64)


def write_references(out: Out, refs: Ints) -> None:
    """Most things follow the one that their neighbour followed."""
    known = refs >= 0
    out.ints(~known)
    out.ints(differences(refs[known]) - 1)


def read_references(data: In, count: int) -> Ints:
    """Raises Damaged for one that leads forward: nothing would undo it."""
    known = data.ints(count) == 0
    refs = np.full(count, NONE, np.int64)
    refs[known] = np.cumsum(data.ints(int(known.sum())) + 1)
    if np.any(refs >= np.arange(count)) or np.any(refs < NONE):
        raise Damaged("a reference that leads nowhere")
    return refs


def write_boxes(out: Out, boxes: Sequence[Box], refs: Ints) -> None:
    """Four columns."""
    flat = np.array(boxes, np.float64).reshape(-1, 4)
    for column in flat.T:
        out.floats(np.ascontiguousarray(column), PLACES, refs)


def read_boxes(data: In, count: int, refs: Sequence[int]) -> list[Box]:
    """The same again."""
    return list(zip(*(data.floats(count, refs) for _ in range(4)), strict=True))


def write_sightings(out: Out, groups: Sequence[Sequence[Sighting]]) -> None:
    """The sightings of every new answer."""
    flat = [s for group in groups for s in group]
    refs = references(groups, lambda n, s: (-1 - n, s.label) if s.track is None else s.track)
    names = Table()
    kinds = [names.of((s.label, s.group)) for s in flat]
    out.json(names.values())
    out.ints(counts_of(groups))
    write_references(out, refs)
    _write_whole(out, kinds, refs)
    _write_whole(out, [MOVING.index(s.moving) for s in flat], refs)
    _write_tracks(out, flat, refs)
    write_boxes(out, [s.box for s in flat], refs)
    out.floats([s.score for s in flat], FIGURES, refs)


def _write_whole(out: Out, values: Sequence[int], refs: Ints) -> None:
    column = np.array(values, np.int64)
    out.ints(column - referred(column, refs))


def _write_tracks(out: Out, flat: Sequence[Sighting], refs: Ints) -> None:
    """A thing that is followed keeps its track; new ones mostly count on."""
    new = [s.track for s, ref in zip(flat, refs.tolist(), strict=True) if ref < 0]
    out.ints([track is None for track in new])
    out.ints(differences([track for track in new if track is not None]))


def read_sightings(data: In, answers: int) -> list[tuple[Sighting, ...]]:
    """The same again."""
    names = data.json()
    many = counts(data, answers)
    count = sum(many)
    refs = read_references(data, count)
    back = refs.tolist()
    kinds = undone(data.ints(count), back)
    moving = undone(data.ints(count), back)
    tracks = _read_tracks(data, back)
    boxes = read_boxes(data, count, back)
    scores = data.floats(count, back)
    flat = []
    for box, score, kind, track, n in zip(boxes, scores, kinds, tracks, moving, strict=True):
        label, group = names[kind]
        flat.append(Sighting(box, score, label, group, track, MOVING[n]))
    return cut(flat, many)


def _read_tracks(data: In, refs: Sequence[int]) -> list[int | None]:
    none = data.ints(sum(ref < 0 for ref in refs)).tolist()
    numbers = iter(summed(data.ints(none.count(0))))
    new = iter([None if n else next(numbers) for n in none])
    tracks: list[int | None] = []
    for ref in refs:
        tracks.append(tracks[ref] if ref >= 0 else next(new))
    return tracks


def cut(flat: Sequence[Any], many: Sequence[int]) -> list[tuple[Any, ...]]:
    """A flat column as one tuple an answer."""
    groups, at = [], 0
    for count in many:
        groups.append(tuple(flat[at : at + count]))
        at += count
    return groups


def write_hidden(out: Out, groups: Sequence[Sequence[Box]]) -> None:
    """The hidden boxes of every new answer."""
    out.ints(counts_of(groups))
    write_boxes(out, [box for group in groups for box in group], references(groups, lambda n, _: n))


def read_hidden(data: In, answers: int) -> list[tuple[Box, ...]]:
    """The same again."""
    many = counts(data, answers)
    refs = references([range(count) for count in many], lambda n, _: n)
    return cut(read_boxes(data, sum(many), refs.tolist()), many)


def write_regions(out: Out, groups: Sequence[Sequence[StaticRegion]]) -> None:
    """The static regions of every look at which they are others than before."""
    flat = [r for group in groups for r in group]
    refs = references(groups, lambda _, r: r.id)
    names = Table()
    kinds = [names.of((r.id, r.verdict, r.state, r.merged, r.label)) for r in flat]
    out.json(names.values())
    out.ints(counts_of(groups))
    write_references(out, refs)
    _write_whole(out, kinds, refs)
    write_boxes(out, [r.box for r in flat], refs)
    for column in zip(*((r.area, r.since, r.seen_s, r.unlike, r.solid, r.score) for r in flat), strict=True):
        out.floats(column, FIGURES, refs)


def read_regions(data: In, looks: int) -> list[tuple[StaticRegion, ...]]:
    """The same again."""
    names = [(*name[:3], tuple(name[3]), name[4]) for name in data.json()]
    many = counts(data, looks)
    count = sum(many)
    refs = read_references(data, count).tolist()
    kinds = undone(data.ints(count), refs)
    boxes = read_boxes(data, count, refs)
    figures = zip(*(data.floats(count, refs) for _ in range(6 if count else 0)), strict=True)
    flat = []
    for kind, box, (area, since, seen_s, unlike, solid, score) in zip(kinds, boxes, figures, strict=True):
        name, verdict, state, merged, label = names[kind]
        what = (name, box, area, since, seen_s, unlike, solid)
        flat.append(StaticRegion(*what, verdict, state, merged, label, score))
    return cut(flat, many)


def write_likeness(out: Out, looks: Sequence[Mapping[str, float]]) -> None:
    """Which places each look compared, and how alike they looked."""
    keys = Table()
    numbers = [keys.of(tuple(look)) for look in looks]
    out.json(keys.values())
    out.ints(differences(numbers))
    values = [value for look in looks for value in look.values()]
    out.floats(values, FIGURES, references([list(look) for look in looks], lambda _, key: key))


def read_likeness(data: In, looks: int) -> list[tuple[int, dict[str, float]]]:
    """The same again, each with the number of its set of places."""
    keys = data.json()
    numbers = summed(data.ints(looks))
    asked = [keys[number] for number in numbers]
    refs = references(asked, lambda _, key: key).tolist()
    values = iter(data.floats(len(refs), refs))
    return [(number, {key: next(values) for key in keys[number]}) for number in numbers]
