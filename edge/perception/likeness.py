"""Does a place still look as it did when the thing was last surely seen there?

A small grey patch of the place is kept, in memory only, never written, gone with the place. It is of things,
not of persons: nothing is learnt while boxes of persons or of other things cover more than a little of it.
Its logarithm without its local mean is compared by normalised cross-correlation, best of a few shifts, so
that light and a trembling mast do not count. After a restart there is no patch until the thing is surely
seen again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from broker.settings import Settings
from edge.observation import Affine, Box, Sighting
from edge.perception.boxes import Array, array_of, covered, ious
from edge.perception.cells import LOG
from edge.perception.mapping import box_by
from edge.places import Place

SHIFT = 2  # pixels of the patch that the picture may have moved each way
PATCH = 32
SIDE = PATCH + 2 * SHIFT
LEAST_PIXELS = 8  # a box with a shorter side has too little to compare
EDGE = 0.08  # of the box on each side is more ground than thing
OWN = 0.5  # IoU from which a sighting is the place's own
STRAY = 0.8  # IoU with the reference's box below which a surely seen thing gets a new reference
NOISE = 1.0  # variance of a flat patch in units of 100 ln; keeps noise from looking like structure

Image = NDArray[np.uint8]  # height x width, brightness in any range; or height x width x 3, BGR
Floats = NDArray[np.float32]


class LikenessSettings(Settings):
    """`hidden`: a place covered this far is not compared; `clean`: covered further, it is not learnt from.

    `sure`: a sighting is sure at this share of the place's own score, once its track is known to stand.
    `refresh`: seconds over which the patch follows a slow change of light. `most`: places remembered.
    """

    hidden: Annotated[float, Field(gt=0, le=1)] = 0.3
    clean: Annotated[float, Field(gt=0, le=1)] = 0.15
    sure: Annotated[float, Field(gt=0, le=1)] = 0.8
    refresh: Annotated[float, Field(gt=0)] = 30.0
    most: Annotated[int, Field(gt=0)] = 256


@dataclass(slots=True)
class _Reference:
    box: Box
    patch: Floats  # SIDE x SIDE
    t: float


class Likeness:
    """The remembered patches of one source's open places."""

    def __init__(self, settings: LikenessSettings) -> None:
        self._settings = settings
        self._known: dict[str, _Reference] = {}

    def __len__(self) -> int:
        return len(self._known)

    def look(
        self,
        t: float,
        image: Image,
        places: Sequence[Place],
        sightings: Sequence[Sighting],
        hidden: Sequence[Box],
        to_picture: Affine | None = None,
    ) -> Mapping[str, float]:
        """How alike each open place looks, -1..1; absent while unknown, hidden, or too small to say.

        to_picture: leads from the view of the boxes to the image, where they differ.
        Forgets every place that is not among `places`.
        """
        self._known = {place.id: self._known[place.id] for place in places if place.id in self._known}
        answers = {}
        for place, cover, own in _covers(places, sightings, hidden):
            known = self._known.get(place.id)
            tells = known is not None and cover <= self._settings.hidden and _of(place, known)
            now = _patch(image, known.box, to_picture) if known and tells else None
            if known and now is not None:
                answers[place.id] = _likeness(known.patch, now)
            if own is not None and cover <= self._settings.clean and self._sure(own, place):
                self._learn(t, image, place, now, to_picture)
        return answers

    def _sure(self, own: Sighting, place: Place) -> bool:
        return own.score >= self._settings.sure * place.score and own.moving is False

    def _learn(
        self, t: float, image: Image, place: Place, now: Floats | None, to_picture: Affine | None
    ) -> None:
        """Follow the place as it looks now, or start anew where it is new or has moved on."""
        known = self._known.get(place.id)
        if known and now is not None and ious(array_of(known.box), array_of(place.box))[0, 0] >= STRAY:
            weight = np.float32(np.clip((t - known.t) / self._settings.refresh, 0.0, 0.3))
            known.patch += (now - known.patch) * weight
            known.t = t
        elif known or len(self._known) < self._settings.most:
            patch = _patch(image, place.box, to_picture)
            if patch is not None:
                self._known[place.id] = _Reference(place.box, patch, t)


def _of(place: Place, known: _Reference) -> bool:
    """Whether the picture kept is mostly of the place, not of what was behind it in a higher box."""
    return float(covered(array_of([known.box]), array_of([place.box])).max()) >= OWN


def _covers(
    places: Sequence[Place], sightings: Sequence[Sighting], hidden: Sequence[Box]
) -> Iterator[tuple[Place, float, Sighting | None]]:
    """Each place with the largest share of it under any box but its own, and its own sighting, if any."""
    spots, boxes = array_of([p.box for p in places]), array_of([s.box for s in sightings])
    fits = ious(spots, boxes)
    shares = covered(spots, np.vstack([boxes, array_of(hidden)]))
    for row, place in enumerate(places):
        mine = [fit if s.group == place.group else 0.0 for fit, s in zip(fits[row], sightings, strict=True)]
        best = int(np.argmax(mine)) if mine else -1
        own = sightings[best] if mine and mine[best] >= OWN else None
        if own is not None:
            shares[row, best] = 0.0
        yield place, float(shares[row].max(initial=0.0)), own


def _patch(image: Image, given: Box, to_picture: Affine | None) -> Floats | None:
    """The place at SIDE x SIDE as log brightness without its local mean; None where it is too small."""
    height, width = image.shape[:2]
    box = box_by(to_picture, given)
    low, high = np.array(box[:2]), np.array(box[2:])
    inner = np.concatenate([low + EDGE * (high - low), high - EDGE * (high - low)])
    x1, y1, x2, y2 = np.round(inner.clip(0.0, 1.0) * (width, height, width, height)).astype(int)
    cut = image[y1:y2, x1:x2]
    if min(cut.shape[:2]) < LEAST_PIXELS:
        return None
    grey = cut if cut.ndim == 2 else cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)
    level = LOG[cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)]
    return np.asarray(level - cv2.blur(level, (9, 9), borderType=cv2.BORDER_REFLECT), np.float32)


def _likeness(reference: Floats, now: Floats) -> float:
    """Normalised cross-correlation of the reference's middle with the best-fitting window of `now`."""
    middle = np.ascontiguousarray(reference[SHIFT:-SHIFT, SHIFT:-SHIFT])
    count = PATCH * PATCH
    shared = cv2.matchTemplate(now, middle, cv2.TM_CCOEFF) / count  # both without their means
    sums, squares = (_window_sums(table) for table in cv2.integral2(now, sdepth=cv2.CV_64F))
    spreads = (squares / count - (sums / count) ** 2 + NOISE) * (float(middle.var()) + NOISE)
    return float((shared / np.sqrt(spreads)).max())


def _window_sums(table: NDArray[Any]) -> Array:
    """Sums over every PATCH x PATCH window, from a table of sums."""
    return np.asarray(
        table[PATCH:, PATCH:] - table[:-PATCH, PATCH:] - table[PATCH:, :-PATCH] + table[:-PATCH, :-PATCH]
    )
