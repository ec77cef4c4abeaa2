"""Looks that lie ahead of a rule, with their places, as columns: what it need not be asked about is passed.

A rule that can say up to where nothing will change for it is passed over those looks at once, exactly as if
it had been asked at each. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from typing_extensions import TypeIs

from edge.geometry import footprint
from edge.observation import Observation
from edge.places import Place
from edge.rule import Rule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Columns are compared with so much to spare that a last bit which numpy rounds otherwise decides nothing.
SPARE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Stay:
    """A place over the looks from `start` to before `stop`. kind, row: at each; seen: whether it is seen."""

    id: str
    group: str
    start: int
    stop: int
    kind: Ints
    row: Ints
    seen: Flags


@dataclass
class Ahead:
    """The looks of one segment. Row r of look i: `first[i] <= r < first[i + 1]`, a place at that look.

    failed: looks that broke the ledger, which no rule is asked about. kinds: the places without what changes
    at every look; kind, last_seen, observed_s: of each row. mover, mover_box, mover_group: each thing that
    moves at a look with places. labels: what was seen, by look: an index into `vocabulary`.
    stirred: looks that rules have found not to be passed, by the groups that they are about.
    """

    t: Floats
    utc: Floats
    aspect: Floats
    trusted: Flags
    looked: Flags
    regions: Flags
    failed: Flags
    first: Ints
    kinds: Sequence[Place]
    kind: Ints
    last_seen: Floats
    observed_s: Floats
    mover: Ints
    mover_box: Floats
    mover_group: Sequence[str]
    labels: Ints
    vocabulary: Sequence[frozenset[str]]
    stirred: dict[tuple[frozenset[str], bool], Flags] = field(default_factory=dict, repr=False)
    _shares: dict[tuple[tuple[float, float], ...], Floats] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.t)

    def look(self, index: int) -> Observation:
        """As it was observed."""
        raise NotImplementedError

    def places(self, index: int) -> tuple[Place, ...]:
        """What the ledger gave the rules at that look."""
        return tuple(map(self.place, range(int(self.first[index]), int(self.first[index + 1]))))

    def place(self, row: int) -> Place:
        """One of them."""
        kind = self.kinds[self.kind[row]]
        seen, observed = float(self.last_seen[row]), float(self.observed_s[row])
        elapsed = seen - kind.since
        coverage = observed / elapsed if elapsed > 0.0 else 0.0
        what = (kind.id, kind.group, kind.label, kind.score, kind.box, kind.state)
        return Place(*what, kind.since, seen, observed, coverage, kind.reasons, kind.episode)

    def next(self, flags: Flags, index: int, end: int) -> int:
        """The first look from `index` on with a flag; `end` where there is none before it."""
        found = flags[index:end]
        at = int(found.argmax()) if len(found) else 0
        return index + at if len(found) and found[at] else end

    @cached_property
    def alive(self) -> Flags:
        """Looks at which a rule may decide."""
        return self.trusted & ~self.failed

    @cached_property
    def searched(self) -> Flags:
        """Those at which things were looked for."""
        return self.alive & self.looked

    @cached_property
    def steady(self) -> bool:
        """Whether the picture keeps its shape, so that lengths can be compared."""
        return len(self) == 0 or bool((self.aspect == self.aspect[0]).all())

    @cached_property
    def breaks(self) -> Flags:
        """Looks that do not follow the one before as usual: by clock, or after a break; and the first two."""
        found = np.zeros(len(self), np.bool_)
        alive, searched = np.flatnonzero(self.alive), np.flatnonzero(self.searched)
        found[alive[:1]] = True
        passed = np.diff(self.utc[alive])
        found[alive[1:][(passed < 0.0) | (passed > 60.0 - SPARE)]] = True
        found[searched[:2]] = True
        dt = np.diff(self.utc[searched])
        offset = np.diff(self.utc[searched] - self.t[searched])
        odd = (dt <= 0.0) | (np.abs(offset) > 1.0 - SPARE)
        odd[1:] |= dt[1:] > np.maximum(15.0, 3.0 * dt[:-1]) - SPARE
        found[searched[1:][odd]] = True
        return found

    @cached_property
    def stays(self) -> list[Stay]:
        """Every place over the looks in a row that give it, by their beginning."""
        if not len(self.kind):
            return []
        look = np.repeat(np.arange(len(self)), np.diff(self.first))
        names = {kind.id: n for n, kind in enumerate(self.kinds)}
        codes = np.array([names[kind.id] for kind in self.kinds], np.int64)[self.kind]
        order = np.argsort(codes, kind="stable")
        at, code = look[order], codes[order]
        new = np.flatnonzero((np.diff(code, prepend=-1) != 0) | (np.diff(at, prepend=-2) != 1))
        ends = [*new[1:].tolist(), len(order)]
        found = [
            self._stay(order[a:b], at) for a, b, at in zip(new.tolist(), ends, at[new].tolist(), strict=True)
        ]
        return sorted(found, key=lambda stay: stay.start)

    @cached_property
    def _stay_of(self) -> dict[int, Stay]:
        """By row."""
        return {row: stay for stay in self.stays for row in stay.row.tolist()}

    def standing(self, index: int, groups: frozenset[str]) -> list[Stay]:
        """The stays of these groups that a look lies in."""
        rows = range(int(self.first[index]), int(self.first[index + 1]))
        found = (self._stay_of[row] for row in rows)
        return [stay for stay in found if stay.group in groups]

    def _stay(self, rows: Ints, start: int) -> Stay:
        kind = self.kinds[self.kind[rows[0]]]
        stop = start + len(rows)
        seen = self.last_seen[rows] == self.t[start:stop]
        return Stay(kind.id, kind.group, start, stop, self.kind[rows], rows, seen)

    @cached_property
    def confirmed(self) -> Flags:
        """By kind."""
        return np.array([kind.state == "confirmed" for kind in self.kinds], np.bool_)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """By kind: the label."""
        return np.array([kind.label for kind in self.kinds], np.object_)

    @cached_property
    def cleared(self) -> Flags:
        """By kind."""
        return np.array([kind.state == "cleared" for kind in self.kinds], np.bool_)

    @cached_property
    def occluded(self) -> Flags:
        """By kind."""
        return np.array([kind.state == "occluded" for kind in self.kinds], np.bool_)

    @cached_property
    def scores(self) -> Floats:
        """By kind."""
        return np.array([kind.score for kind in self.kinds], np.float64)

    @cached_property
    def boxes(self) -> Floats:
        """By kind, in picture heights where the shape is steady: x1, y1, x2, y2."""
        boxes = np.array([kind.box for kind in self.kinds], np.float64).reshape(-1, 4)
        aspect = self.aspect[0] if len(self) else 1.0
        return np.asarray(boxes * np.array([aspect, 1.0, aspect, 1.0]), np.float64)

    def shares(self, outline: Sequence[tuple[float, float]]) -> Floats:
        """By kind: how much of the footprint lies in a zone."""
        key = tuple((x, y) for x, y in outline)
        if key not in self._shares:
            self._shares[key] = _shares(self.kinds, key)
        return self._shares[key]

    def moved(self, box: Floats, group: str, start: int, stop: int, looks: Ints) -> Flags:
        """At which of these looks something of the group moves on the very spot of a box, one box a look."""
        found = np.zeros(len(looks), np.bool_)
        first, last = np.searchsorted(self.mover, [start, stop])
        if first == last or not len(looks):
            return found
        mine = np.array([g == group for g in self.mover_group[first:last]], np.bool_)
        at, theirs = self.mover[first:last][mine], self.mover_box[first:last][mine]
        where = np.searchsorted(looks, at)
        known = (where < len(looks)) & (looks[np.minimum(where, len(looks) - 1)] == at)
        where, theirs = where[known], theirs[known]
        found[where[_same_spot(box[where], theirs)]] = True
        return found


class Passes(Rule, Protocol):
    """A rule that can be passed over looks."""

    def passes(self, ahead: Ahead, index: int, end: int) -> int:
        """Up to before which look nothing will be found, from `index` to at most `end`; it has come there.

        index: at least 1, and the rule was asked at, or passed over, every look of `ahead` before it.
        """
        ...


def can_pass(rule: Rule) -> TypeIs[Passes]:
    """Whether this kind of rule can."""
    return hasattr(rule, "passes")


def _same_spot(a: Floats, b: Floats) -> Flags:
    """Whether two things could not stand there at the same time (`edge.flow.shapes.same_spot`), or nearly."""
    line = 0.2 * np.minimum(a[:, 3] - a[:, 1], b[:, 3] - b[:, 1])
    wide = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    high = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    shared = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
    union = _areas(a) + _areas(b) - shared
    alike = (np.abs(a[:, 3] - b[:, 3]) <= line + SPARE) & (shared >= (0.3 - SPARE) * union)
    return np.asarray(alike, np.bool_)


def _areas(boxes: Floats) -> Floats:
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0)
    areas: Floats = sides[:, 0] * sides[:, 1]
    return areas


def _shares(kinds: Sequence[Place], outline: Sequence[tuple[float, float]]) -> Floats:
    """As `edge.geometry.Region.share` gives them, but for the last bits."""
    feet = shapely.polygons([footprint(kind.box) for kind in kinds]) if kinds else np.array([])
    zone = shapely.Polygon(outline)
    shapely.prepare(zone)
    found = np.zeros(len(kinds))
    near = np.flatnonzero(shapely.intersects(zone, feet))
    areas = np.maximum(shapely.area(feet[near]), 1e-300)
    found[near] = np.minimum(1.0, shapely.area(shapely.intersection(zone, feet[near])) / areas)
    return found
