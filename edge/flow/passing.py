"""Where nothing stirs: the looks at which the flow of a street learns nothing but the time. Pure."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from edge.ahead import SPARE, Ahead, Flags, Ints, Stay
from edge.flow.movers import KEPT_S, Movers
from edge.flow.shapes import DROVE_SIZES
from edge.flow.stints import Stint

_SPARED: Final = DROVE_SIZES - 0.01


def turns(ahead: Ahead, groups: frozenset[str]) -> Flags:
    """The looks that may decide at which a place of these groups comes, goes, or is cleared."""
    found = np.zeros(len(ahead) + 1, np.bool_)
    alive = np.flatnonzero(ahead.alive)
    if not len(alive):
        return found[:-1]
    for stay in _of(ahead, groups):
        for look in (stay.start, stay.stop):
            at = np.searchsorted(alive, look)
            found[alive[at] if at < len(alive) else -1] = True
        found[stay.start : stay.stop] |= ahead.cleared[stay.kind]
    return found[:-1]


def stirs(ahead: Ahead, groups: frozenset[str]) -> Flags:
    """The looks at which something of these groups is seen again, or is driven over."""
    found = np.zeros(len(ahead), np.bool_)
    for stay in _of(ahead, groups):
        looks = np.flatnonzero(ahead.searched[stay.start : stay.stop])
        at, seen = looks + stay.start, stay.seen[looks]
        kinds = stay.kind[looks]
        again = seen & ~np.concatenate([[False], seen[:-1]])
        over = ahead.moved(ahead.boxes[kinds], stay.group, stay.start, stay.stop, at)
        over[1:] |= over[:-1].copy()
        found[at[again | over]] = True
        if len(over) and over[-1]:
            found[np.flatnonzero(ahead.searched[stay.stop :])[:1] + stay.stop] = True
    return found


def _of(ahead: Ahead, groups: frozenset[str]) -> Iterator[Stay]:
    return (stay for stay in ahead.stays if stay.group in groups)


def drives(stint: Stint, ahead: Ahead, kinds: Ints) -> Flags:
    """Which of these boxes the thing may have driven to by itself."""
    boxes = ahead.boxes[kinds]
    (x, y), size = stint.shape.foot, stint.shape.size
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0)
    sizes = np.minimum(np.sqrt(sides[:, 0] * sides[:, 1]), size)
    away = np.hypot((boxes[:, 0] + boxes[:, 2]) / 2 - x, boxes[:, 3] - y)
    return np.asarray(~(away <= _SPARED * sizes - SPARE), np.bool_)


def keep_still(stint: Stint, stay: Stay, ahead: Ahead, looks: Ints, before: float | None) -> None:
    """What the looks at which nothing stirs tell of a thing: it is seen, and then perhaps missed."""
    at = looks - stay.start
    seen = np.flatnonzero(stay.seen[at])
    if len(seen):
        stint.seen, stint.missed_s = float(ahead.utc[looks[seen[-1]]]), 0.0
    first = int(seen[-1]) + 1 if len(seen) else 0
    for n in range(first, len(looks)):
        if not ahead.occluded[stay.kind[at[n]]]:
            since = before if n == 0 else float(ahead.utc[looks[n - 1]])
            stint.missed_s += 0.0 if since is None else float(ahead.utc[looks[n]]) - since


def catch_up(movers: Movers, ahead: Ahead, looks: Ints) -> None:
    """Show the trails what they remember of looks that were passed: no more than the last seconds."""
    last = ahead.utc[looks[-1]]
    for index in looks[ahead.utc[looks] >= last - KEPT_S - 1.0].tolist():
        seen = ahead.look(index)
        movers.step(seen, seen.utc)
