"""Masks persons, faces and plates in memory, before anything is encoded, stored or sent.

It cannot be switched off. A mask is painted from its outline alone, never from what lay beneath, so nothing
beneath can be brought back. After painting, the detectors look again; what they still find is painted too,
until they find nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.drawing import paint_masks
from edge.perception.boxes import array_of, covered, intersections, ious
from edge.tiles import NOTHING, Boxes, Seen, Window, about, merged, showing, strongest, through, tiles, whole
from models.detections import Detector, Picture

# Floors by family of the model: as low as street scenes bear (docs/privacy.md has the measurements).
# A false mask costs little, a missed person much. Open the detectors with floors no higher than these.
PERSON_FLOORS = {"yolox": 0.1, "centernet": 0.15, "picodet": 0.2}
PERSON_FLOOR = 0.15
FACE_FLOOR = 0.25
PLATE_FLOOR = 0.2
VEHICLE_FLOOR = 0.25

# Something that fills a tile is small in the whole picture and surely seen there; on its own in a tile,
# at a low score, it is a wall or a bush. It must be sure to count.
FILLS_TILE, SURE = 0.6, 0.5
# Grey masks in a scene make detectors see ghosts, so what only a later look finds must be surer.
FLOOR_AGAIN = 0.3

PERSONS = frozenset({"person", "people", "pedestrian", "rider", "cyclist"})
CABINS = frozenset({"car", "bus", "truck", "van", "train"})
TWO_WHEELERS = frozenset({"bicycle", "motorcycle"})
PLATED = CABINS | {"motorcycle"}

# Vehicles lower than this show no plate that anything could find; the detector is spared them.
SMALLEST_PLATED = 40
# A plate is about 0.3 of a car's height wide, seven glyphs in all. From this height on (in pixels) it might
# be read, and where none is found its zone is masked instead: plates differ by country, detectors know one.
# Lorries and buses are twice as high as cars. A vehicle longer than SIDE_ON times its height stands side-on
# or aslant: then a plate can hang at its ends only, and its middle stays to be recognised.
LEGIBLE = {"bus": 192, "truck": 144, "train": 192}
LEGIBLE_CAR = 96
SIDE_ON = 2.2
ZONE = (0.5, 0.96)  # from here to there down the box
END = 0.35  # of the length
FACE_CANVAS, PLATE_CANVAS = 960, 480
FACE_MARGIN = 64  # pixels of what the detector sees: what is around a face has no more say in it

# Looking again finds what the first look missed. A picture that is not clean after the last look stays here.
LOOKS = 4
# A thing found again under its mask is no leak: this much of it may peep out.
PEEPING = 0.1
# Windows so much alike (intersection over union) are of one vehicle, at one scale.
SAME_WINDOW = 0.8

Pixels = NDArray[np.int64]  # (N, 4) whole pixels, the far sides excluded


def person_floor(model: str) -> float:
    """The floor to open a person detector with, by the name of its model."""
    return next((floor for family, floor in PERSON_FLOORS.items() if model.startswith(family)), PERSON_FLOOR)


class MaskingFailed(RuntimeError):
    """Masking could not be done or proved; the picture must not leave this process."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A picture fit to leave, and how many things are masked in it. Where they were is not kept."""

    image: Picture
    persons: int
    faces: int
    plates: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one look found, grown to what shall be painted. searched: where plates were looked for."""

    persons: Pixels
    faces: Pixels
    plates: Pixels
    searched: Pixels

    def all(self) -> Pixels:
        """Every box."""
        return np.concatenate([self.persons, self.faces, self.plates])

    def outside(self, hidden: NDArray[np.bool_]) -> "Found":
        """Those that the masks so far do not cover."""
        persons, faces, plates = (_peeping(b, hidden) for b in (self.persons, self.faces, self.plates))
        return Found(persons, faces, plates, self.searched)


class Masker:
    """Called by the evidence maker with every picture that is to leave.

    `persons` knows persons and, as detectors of street scenes do, vehicles. Without `faces`, faces are
    masked only as part of persons; without `plates`, the plate's zone of every vehicle large enough is.
    """

    def __init__(
        self,
        *,
        persons: Detector,
        faces: Detector | None,
        plates: Detector | None,
        person_floor: float = PERSON_FLOOR,
    ) -> None:
        if not PERSONS & set(persons.labels):
            raise ValueError(f"the detector for persons knows none of {', '.join(sorted(PERSONS))}")
        self._persons, self._faces, self._plates = persons, faces, plates
        self._person_floor = person_floor

    def mask(self, image: Picture) -> Masked:
        """A new array with everything private painted over; the input stays as it is.

        Raises MaskingFailed when a detector fails, answers nonsense, or never stops finding something.
        """
        try:
            return self._mask(image)
        except MaskingFailed:
            raise
        except Exception as error:  # whatever went wrong, the picture was not proved clean
            raise MaskingFailed(f"no picture leaves: {type(error).__name__}: {error}") from error

    def _mask(self, image: Picture) -> Masked:
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise MaskingFailed(
                f"no picture leaves: {image.dtype} {image.shape}, not height x width x 3 uint8"
            )
        picture, hidden = image.copy(), np.zeros(image.shape[:2], np.bool_)
        counts = np.zeros(3, np.int64)
        painted: Pixels | None = None
        searched = np.zeros((0, 4), np.int64)
        for _ in range(LOOKS):
            found = self.look(picture, painted, searched)
            fresh, searched = found.outside(hidden), np.concatenate([searched, found.searched])
            if not len(fresh.all()):
                return Masked(picture, *(int(n) for n in counts))
            counts += [len(fresh.persons), len(fresh.faces), len(fresh.plates)]
            painted = fresh.all()
            for x1, y1, x2, y2 in painted:
                hidden[y1:y2, x1:x2] = True
            paint_masks(picture, hidden)
        raise MaskingFailed(f"no picture leaves: look {LOOKS} still found something to mask")

    def look(self, picture: Picture, painted: Pixels | None = None, searched: Pixels | None = None) -> Found:
        """Everything private that the detectors see.

        After masks were `painted`, only where they were: elsewhere nothing changed since the look before.
        searched: where plates were looked for until then; another vehicle's are looked for all the same.
        """
        size, again = (picture.shape[1], picture.shape[0]), painted is not None
        seen = self._look_closely(picture, painted)
        plated = strongest(_named(seen, self._persons.labels, PLATED, VEHICLE_FLOOR))
        near = plated.boxes[plated.boxes[:, 3] - plated.boxes[:, 1] >= SMALLEST_PLATED]
        windows = _to_search(_grown(near, size, 0.1), painted, searched)
        return Found(
            persons=_grown(self._persons_among(seen, again), size, 0.1),
            faces=_grown(self._look_for_faces(picture, painted), size, 0.25),
            plates=self._look_for_plates(picture, plated, windows, again),
            searched=windows,
        )

    def _persons_among(self, seen: Seen, again: bool) -> Boxes:
        labels = self._persons.labels
        persons = _named(seen, labels, PERSONS, _floor(self._person_floor, again))
        doubted = _vehicles_after_all(persons, _named(seen, labels, CABINS, VEHICLE_FLOOR))
        doubted |= _riderless(persons, _named(seen, labels, TWO_WHEELERS, VEHICLE_FLOOR))
        return merged(persons.boxes[~doubted])

    def _look_closely(self, picture: Picture, painted: Pixels | None) -> Seen:
        around = tiles(picture.shape[1], picture.shape[0])
        if painted is not None:
            around = showing(around, painted)
        near = through(self._persons, picture, around)
        near = near.take((near.reach < FILLS_TILE) | (near.scores >= SURE))
        return through(self._persons, picture, [whole(picture)]) + near

    def _look_for_faces(self, picture: Picture, painted: Pixels | None) -> Boxes:
        if self._faces is None:
            return np.zeros((0, 4), np.float32)
        enlarged = max(1.0, FACE_CANVAS / max(picture.shape[:2]))
        around = [whole(picture)]
        if painted is not None:
            around = about(painted, picture, round(FACE_MARGIN / enlarged))
        # Each at the scale of the whole picture.
        parts = [through(self._faces, picture, [one], round(enlarged * one.longest)) for one in around]
        seen = sum(parts, NOTHING)
        return merged(seen.boxes[seen.scores >= _floor(FACE_FLOOR, painted is not None)])

    def _look_for_plates(self, picture: Picture, vehicles: Seen, where: Pixels, again: bool) -> Pixels:
        size = (picture.shape[1], picture.shape[0])
        plates = self._plates_on(picture, where, again)
        names = [self._persons.labels[c] for c in vehicles.classes]
        # A later look sees no plate for the very reason that it is masked by now.
        zones = plates[:0] if again else _unexplained(vehicles.boxes, names, plates)
        return np.concatenate([_grown(plates, size, 0.2), _grown(zones, size, 0.0)])

    def _plates_on(self, picture: Picture, where: Pixels, again: bool) -> Boxes:
        if self._plates is None or not len(where):
            return np.zeros((0, 4), np.float32)
        windows = [Window(*(int(v) for v in box)) for box in where]
        seen = through(self._plates, picture, windows, PLATE_CANVAS)
        return merged(seen.boxes[seen.scores >= _floor(PLATE_FLOOR, again)])


def _named(seen: Seen, labels: Sequence[str], wanted: frozenset[str], floor: float) -> Seen:
    names = np.array(labels)[seen.classes]
    return seen.take(np.isin(names, list(wanted)) & (seen.scores >= floor))


def _floor(first: float, again: bool) -> float:
    return max(first, FLOOR_AGAIN) if again else first


def _vehicles_after_all(persons: Seen, cabins: Seen) -> NDArray[np.bool_]:
    """Which doubtful persons fill the same box as a vehicle that is seen at least three times as surely.

    Without this, a false person of score 0.1 hides the very car that the incident is about.
    """
    doubted = [
        bool(((ious(array_of(box), array_of(cabins.boxes))[0] >= 0.5) & (cabins.scores >= 3 * score)).any())
        for box, score in zip(persons.boxes, persons.scores, strict=True)
    ]
    return np.array(doubted, np.bool_)


def _riderless(persons: Seen, two_wheelers: Seen) -> NDArray[np.bool_]:
    """Which doubtful persons lie within a two-wheeler seen twice as surely: whoever rides rises above it."""
    doubted = [
        bool(
            (
                (covered(array_of(box), array_of(two_wheelers.boxes))[0] >= 0.8)
                & (two_wheelers.scores >= 2 * score)
            ).any()
        )
        for box, score in zip(persons.boxes, persons.scores, strict=True)
    ]
    return np.array(doubted, np.bool_)


def _unexplained(vehicles: Boxes, names: Sequence[str], plates: Boxes) -> Boxes:
    """Where a plate would hang on every vehicle that could show a legible one and on which none was found."""
    zones = []
    for box, name in zip(vehicles, names, strict=True):
        x1, y1, x2, y2 = (float(v) for v in box)
        high, long = y2 - y1, x2 - x1
        if high < LEGIBLE.get(name, LEGIBLE_CAR):
            continue
        if any(covered(array_of(plate), array_of(box))[0, 0] > 0.5 for plate in plates):
            continue
        ends = [(x1, x1 + END * long), (x2 - END * long, x2)] if long > SIDE_ON * high else [(x1, x2)]
        zones += [(left, y1 + ZONE[0] * high, right, y1 + ZONE[1] * high) for left, right in ends]
    return np.array(zones, np.float32).reshape(-1, 4)


def _to_search(windows: Pixels, painted: Pixels | None, searched: Pixels | None) -> Pixels:
    """Windows in which plates were not looked for yet, or in which something was painted since."""
    if painted is None or searched is None or not len(searched):
        return windows
    fresh = ious(array_of(windows), array_of(searched)).max(axis=1) < SAME_WINDOW
    touched = intersections(array_of(windows), array_of(painted)).any(axis=1)
    chosen: Pixels = windows[fresh | touched]
    return chosen


def _grown(boxes: Boxes, size: tuple[int, int], by: float) -> Pixels:
    """Boxes widened on every side by a share of themselves, two pixels at least, to whole pixels inside."""
    margin = np.maximum(2.0, by * (boxes[:, 2:] - boxes[:, :2]))
    low = np.floor(np.clip(boxes[:, :2] - margin, 0, None)).astype(np.int64)
    high = np.ceil(np.minimum(boxes[:, 2:] + margin, size)).astype(np.int64)
    return np.concatenate([low, high], axis=1)


def _peeping(boxes: Pixels, hidden: NDArray[np.bool_]) -> Pixels:
    covered = [float(hidden[y1:y2, x1:x2].mean()) for x1, y1, x2, y2 in boxes]
    return boxes[np.array(covered, np.float64) < 1.0 - PEEPING] if len(boxes) else boxes
