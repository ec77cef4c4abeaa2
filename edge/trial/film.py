"""The looks of a period, thinned: boxes of things, never a picture, never a person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from broker.asks import SeenLook, SeenThing
from broker.fields import utc
from edge.geometry import iou
from edge.groups import group_of, label_word
from edge.observation import Box, Observation, Sighting
from edge.places import Place
from edge.trial.past import Past
from edge.trial.road import Stage

MOST_THINGS: Final = 64
_TWELVE: Final = re.compile(r"p-[0-9a-f]{12}")
OWN_IOU: Final = 0.5  # a sighting that is a place's own


def film(stages: Iterable[Stage], since: float, most: int) -> list[SeenLook]:
    """At most so many looks from `since` on, evenly thinned."""
    parts = [(stage.past, np.flatnonzero(stage.past.utc[: stage.end] >= since)) for stage in stages]
    count = sum(len(indexes) for _, indexes in parts)
    kept = set(np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist())
    found, before = [], 0
    for past, indexes in parts:
        wanted = [n for k, n in enumerate(indexes.tolist()) if before + k in kept]
        found += list(_looks(past, wanted))
        before += len(indexes)
    return found


def _looks(past: Past, wanted: Sequence[int]) -> Iterator[SeenLook]:
    for index in wanted:
        seen = past.look(index)
        things = list(_things(seen, past.places(index)))
        yield SeenLook(at=utc(seen.utc), trusted=seen.trusted, things=things)


def _things(seen: Observation, places: Sequence[Place]) -> Iterator[SeenThing]:
    best = sorted(seen.sightings, key=lambda s: (-s.score, s.box))[:MOST_THINGS]
    for sighting in best:
        box = clipped(sighting.box)
        if box[0] < box[2] and box[1] < box[3]:
            score = round(min(1.0, max(0.0, sighting.score)), 3)
            place = _place(sighting, places)
            yield SeenThing(
                box=box,
                label=label_of(sighting.label, sighting.group),
                score=score,
                track=sighting.track if (sighting.track or 0) >= 0 else None,
                place=place,
            )


def _place(sighting: Sighting, places: Sequence[Place]) -> str | None:
    """The place whose box is the sighting's own."""
    near = [(iou(sighting.box, place.box), place.id) for place in places if place.group == sighting.group]
    share, name = max(near, default=(0.0, None))
    return place_of(name) if name is not None and share >= OWN_IOU else None


def place_of(key: str) -> str:
    """A place's id as messages may carry it: its twelve digits could be read as a device's address."""
    return key[:-2] if _TWELVE.fullmatch(key) else key


def label_of(label: str, group: str) -> str:
    """A thing's own label, or its group's where that may not be written."""
    word = label_word(label)
    return word if group_of(word) else group


def clipped(box: Box) -> Box:
    """As messages carry boxes."""
    x1, y1, x2, y2 = (round(min(1.0, max(0.0, value)), 5) for value in box)
    return (x1, y1, x2, y2)
