"""One frame becomes one observation.

Not every observation costs a run of the detector. While the view has not changed since the detector last
looked, the same pixels would give the same answer, so its answer is given again with the new time: the
observation still says what is to be seen at that instant, because it was looked at, by the motion gate.
Three rules keep that honest. The detector runs after `refresh` seconds at the latest. It runs on every look
while something ripens in or near a zone: a sighting that is no confirmed place yet, or a place that is not
sighted; so nothing is ever confirmed or cleared there on one answer given again. And likeness is always
taken from the frame at hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from broker.settings import Settings
from edge.frames import Frame
from edge.groups import group_of, label_word
from edge.observation import Box, Observation, Sighting
from edge.perception.boxes import Array, array_of, intersections, ious
from edge.perception.crops import CropSettings, Outlines, gather, pixels, regions
from edge.perception.likeness import Likeness, LikenessSettings
from edge.perception.motion import MotionGate, MotionSettings, dead, small_grey
from edge.perception.tracks import Tracks, TrackSettings
from edge.places import Place
from models.detections import Detections, Detector

SETTLED = 0.5  # IoU from which a sighting is that of a confirmed place
VAST = 0.45  # of the picture: nothing in a zone is so large. What is, stands before the lens or is not there:
VAST_SURE = 0.7  # SSDLite calls whole street scenes a car at 0.5 to 0.65
MOST = 300  # boxes of one picture, the best ones; a street has fewer
PLACES = 4  # decimals of a box: 1/10000 of the picture is below any detector's own noise
FIGURES = 3  # decimals of scores and likeness

Thing = TypeVar("Thing", Sighting, Place)


class ObserverSettings(Settings):
    """`score`: detections below are not believed. `refresh`: seconds between runs of the detector at most.

    `change`: share of the view that must have changed for the detector to look again. `ripening`: only things
    of these groups ripen (those that some rule is about); empty for every group.
    """

    score: Annotated[float, Field(ge=0, le=1)] = 0.2
    refresh: Annotated[float, Field(ge=0)] = 5.0
    change: Annotated[float, Field(ge=0, le=1)] = 0.0
    ripening: tuple[str, ...] = ()
    motion: MotionSettings = MotionSettings()
    crops: CropSettings = CropSettings()
    tracks: TrackSettings = TrackSettings()
    likeness: LikenessSettings = LikenessSettings()


@dataclass(frozen=True, slots=True)
class Counts:
    """What the observer has done so far. A run of the detector may hold several crops (`pictures`)."""

    looks: int = 0
    runs: int = 0
    pictures: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """The detector's last answer, in the terms of an observation."""

    t: float
    sightings: tuple[Sighting, ...] = ()
    hidden: tuple[Box, ...] = ()


class Observer:
    """The eyes of one source; call `observe` for its frames in order of time."""

    def __init__(
        self,
        detector: Detector,
        *,
        source: str,
        outlines: Outlines = (),
        settings: ObserverSettings = ObserverSettings(),  # noqa: B008 - frozen
    ) -> None:
        self.counts = Counts()
        self._detector = detector
        self._source = source
        self._outlines = outlines
        self._zones = array_of([_bounds(outline) for outline in outlines])
        self._settings = settings
        self._labels = tuple(label_word(label) for label in detector.labels)
        self._groups = tuple(group_of(label) for label in detector.labels)
        self._gate = MotionGate(settings.motion)
        self._tracks = Tracks(settings.tracks)
        self._likeness = Likeness(settings.likeness)
        self._seen: _Seen | None = None

    def observe(self, frame: Frame, places: Sequence[Place] = ()) -> Observation:
        """What this frame shows. places: the ledger's open places, for which likeness is given."""
        grey = small_grey(frame.image, self._settings.motion.width)
        trusted = not dead(grey)
        seen = self._see(frame, grey, places) if trusted else self._nothing(frame)
        sightings = self._tracked(frame, seen.sightings)
        self._count(looks=1, dead=int(not trusted))
        return Observation(
            source=self._source,
            t=frame.t,
            utc=frame.utc,
            clock=frame.clock,
            aspect=round(frame.image.shape[1] / frame.image.shape[0], PLACES),
            sightings=sightings,
            hidden=seen.hidden,
            likeness=self._alike(frame, sightings, seen.hidden, places) if trusted else {},
            trusted=trusted,
        )

    def _see(self, frame: Frame, grey: NDArray[np.uint8], places: Sequence[Place]) -> _Seen:
        """The last answer where it still holds, else a new one."""
        last = self._seen
        holds = (
            last is not None
            and 0 <= frame.t - last.t < self._settings.refresh
            and not _ripens(self._watched(last.sightings), self._watched(places), self._zones)
            and self._gate.change(grey) <= self._settings.change
        )
        if last is not None and holds:
            return last
        self._seen = self._detect(frame)
        self._gate.remember(grey)
        return self._seen

    def _watched(self, things: Sequence[Thing]) -> list[Thing]:
        wanted = self._settings.ripening
        return [thing for thing in things if not wanted or thing.group in wanted]

    def _nothing(self, frame: Frame) -> _Seen:
        """A dead picture shows nothing, and what comes after it is a change."""
        self._seen = None
        return _Seen(frame.t)

    def _detect(self, frame: Frame) -> _Seen:
        height, width = frame.image.shape[:2]
        looked = regions(self._outlines, width, height, self._settings.crops)
        pictures = [np.ascontiguousarray(frame.image[pixels(r, width, height)]) for r in looked]
        found = [_sure(d, self._settings.score) for d in self._detector.detect(pictures)]
        self._count(runs=1, pictures=len(pictures))
        return self._sorted_out(frame.t, gather(looked, found, self._groups))

    def _sorted_out(self, t: float, found: Detections) -> _Seen:
        """Persons, animals and whatever is before the lens keep nothing but the ground they hide."""
        sightings, hidden = [], []
        for row, kind in enumerate(found.classes.tolist()):
            box, group = _rounded(found.boxes[row]), self._groups[kind]
            score, area = round(float(found.scores[row]), FIGURES), (box[2] - box[0]) * (box[3] - box[1])
            if area <= 0:
                continue
            if group is None or (area > VAST and score >= VAST_SURE):
                hidden.append(box)
            elif area <= VAST:
                sightings.append(Sighting(box, score, self._labels[kind], group))
        return _Seen(t, tuple(sightings), tuple(hidden))

    def _tracked(self, frame: Frame, sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
        boxes, groups = [s.box for s in sightings], [s.group for s in sightings]
        words = self._tracks.step(frame.t, boxes, groups, frame.image.shape[1] / frame.image.shape[0])
        return tuple(
            Sighting(s.box, s.score, s.label, s.group, word.track, word.moving)
            for s, word in zip(sightings, words, strict=True)
        )

    def _alike(
        self, frame: Frame, sightings: Sequence[Sighting], hidden: Sequence[Box], places: Sequence[Place]
    ) -> Mapping[str, float]:
        answers = self._likeness.look(frame.t, frame.image, _open(places), sightings, hidden)
        return {place: round(value, FIGURES) for place, value in answers.items()}

    def _count(self, looks: int = 0, runs: int = 0, pictures: int = 0, dead: int = 0) -> None:
        c = self.counts
        self.counts = Counts(c.looks + looks, c.runs + runs, c.pictures + pictures, c.dead + dead)


def _open(places: Sequence[Place]) -> list[Place]:
    return [place for place in places if place.state != "cleared"]


def _ripens(sightings: Sequence[Sighting], places: Sequence[Place], zones: Array) -> bool:
    """Whether a decision could hang on the next look: something not confirmed yet, or a place not sighted."""
    seen, standing = _near(sightings, zones), _near(_open(places), zones)
    groups = np.array([[s.group == p.group and p.state != "candidate" for p in standing] for s in seen], bool)
    overlaps = ious(array_of([s.box for s in seen]), array_of([p.box for p in standing]))
    match = (overlaps >= SETTLED) & groups.reshape(overlaps.shape)
    return not (match.any(axis=1).all() and match.any(axis=0).all())


def _near(things: Sequence[Thing], zones: Array) -> list[Thing]:
    """The things that lie within their own size of a zone; all of them where there are no zones."""
    if not len(zones):
        return list(things)
    boxes = array_of([thing.box for thing in things])
    size = boxes[:, 2:] - boxes[:, :2]
    reach = np.hstack([boxes[:, :2] - size, boxes[:, 2:] + size])
    near = np.flatnonzero((intersections(reach, zones) > 0).any(axis=1)).tolist()
    return [things[index] for index in near]


def _bounds(outline: Sequence[tuple[float, float]]) -> Array:
    """The box around an outline."""
    points = np.asarray(outline, np.float64)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _sure(found: Detections, score: float) -> Detections:
    """The best of one picture that are believed."""
    best = found.take(np.argsort(-found.scores, kind="stable")[:MOST])
    return best.take(best.scores >= score)


def _rounded(box: NDArray[np.float32]) -> Box:
    x1, y1, x2, y2 = (min(1.0, max(0.0, round(float(v), PLACES))) for v in box)
    return x1, y1, x2, y2
