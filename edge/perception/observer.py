"""One frame becomes one observation, in two halves with the detector between them.

Not every observation costs a run of the detector. While nothing has changed near a zone since the detector
looked, the same pixels would give the same answer, so its answer is given again with the new time: the
observation still says what is to be seen at that instant, because it was looked at, by the motion gate.
Three rules keep that honest. The detector runs after `refresh` seconds at the latest. It is wanted on every
look while something ripens in or near a zone: a sighting that is no confirmed place yet, or a place that is
not sighted; so nothing is ever confirmed or cleared there on one answer given again. And likeness is always
taken from the frame at hand. Where the detector is wanted and has no time, the observation says that things
were not looked for.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from broker.settings import Settings
from edge.frames import Frame
from edge.groups import group_of, label_word
from edge.observation import Box, Observation, Proof, Sighting, StaticRegion, View
from edge.perception.answers import Answers
from edge.perception.boxes import Array, array_of
from edge.perception.crops import WHOLE, CropSettings, Outlines, gather, pixels, regions
from edge.perception.glance import Glance, Ripening, Wish
from edge.perception.likeness import Likeness, LikenessSettings
from edge.perception.mapping import flattened, inverse, points_by
from edge.perception.motion import MotionSettings, dead
from edge.perception.parts import Ground, Watch
from edge.perception.ripening import Hurry, Watched, open_places, settling
from edge.perception.sorting import FIGURES, PLACES, Seen, sorted_out, sure
from edge.perception.tracks import Tracks, TrackSettings
from edge.places import Place
from edge.streams.grey import small_grey_of
from edge.viewwords import decides
from models.detections import Detections, Detector

log = logging.getLogger(__name__)

Grey = NDArray[np.uint8]


class ObserverSettings(Settings):
    """`score`: detections below are not believed. `refresh`: seconds between runs of the detector at most.

    `change`: share of the view near the zones that must have changed for the detector to look again.
    `ripening`: only things of these groups ripen (those that some rule is about); empty for every group.
    """

    score: Annotated[float, Field(ge=0, le=1)] = 0.2
    refresh: Annotated[float, Field(ge=0)] = 60.0
    change: Annotated[float, Field(ge=0, le=1)] = 0.0
    ripening: tuple[str, ...] = ()
    motion: MotionSettings = MotionSettings()
    crops: CropSettings = CropSettings()
    tracks: TrackSettings = TrackSettings()
    likeness: LikenessSettings = LikenessSettings()


@dataclass(frozen=True, slots=True)
class Counts:
    """What the observer has done so far. A run of the detector may hold several crops (`pictures`).

    things: what those runs have found that some rule is about.
    """

    looks: int = 0
    runs: int = 0
    things: int = 0
    pictures: int = 0
    dead: int = 0
    postponed: int = 0


class Observer:
    """The eyes of one source; give it every frame in order of time: `glance`, then `conclude`."""

    def __init__(
        self,
        detector: Detector,
        *,
        source: str,
        outlines: Outlines = (),
        settings: ObserverSettings = ObserverSettings(),  # noqa: B008 - frozen
        watch: Watch | None = None,
        ground: Ground | None = None,
    ) -> None:
        self.counts = Counts()
        self.ripening: Ripening = "nothing"
        self._hurry = Hurry()
        self.view = View()
        # Until the detector has looked, somebody may stand anywhere, and nothing is learnt of the view.
        self._busy: tuple[Box, ...] = (WHOLE,)
        self._detector = detector
        self._source = source
        self._outlines = outlines
        zones = array_of([_bounds(outline) for outline in outlines])
        self._watched = Watched(zones, settings.ripening)
        self._answers = Answers(settings.motion, zones, change=settings.change, refresh=settings.refresh)
        self._settings = settings
        self._labels = tuple(label_word(label) for label in detector.labels)
        self._groups = tuple(group_of(label) for label in detector.labels)
        self._tracks = Tracks(settings.tracks)
        self._likeness = Likeness(settings.likeness)
        self._watch = watch
        self._ground = ground
        self._kept_ground: bytes | None = None
        self.asked: Sequence[Box] = ()

    @property
    def detector(self) -> Detector:
        """The model that it asks."""
        return self._detector

    @property
    def proof(self) -> Proof:
        """What speaks for the last look."""
        still = 0.0 if self._watch is None else self._watch.still_s
        return Proof(still, None if self._ground is None else self._ground.since)

    def memory(self) -> dict[str, bytes]:
        """What should outlive the process, by part; none of it shows a person."""
        parts = {"view": self._watch, "ground": self._ground}
        told = {part: known.dump() for part, known in parts.items() if known is not None}
        # What waits for its first frame is not known anew yet.
        return told if self._kept_ground is None else {**told, "ground": self._kept_ground}

    def recall(self, memory: Mapping[str, bytes]) -> None:
        """Take up what an earlier process knew, before the first frame. What cannot be read is left out."""
        self._kept_ground = None if self._ground is None else memory.get("ground")
        if self._watch is not None and "view" in memory:
            self._taken_up("view", partial(self._watch.restore, memory["view"]))

    def _taken_up(self, part: str, restore: Callable[[], None]) -> None:
        try:
            restore()
        except ValueError as error:
            log.warning("source %s: the %s is learnt anew: %s", self._source, part, error)

    def take_over(self, before: "Observer", *, view: bool, ground: bool) -> None:
        """Go on for the eyes that looked before, with new zones or another model: tracks, what stood where.

        view, ground: whether what they know of those is still of use. What they counted goes on, unless
        another model looks now.
        """
        if self._detector is before._detector:
            self.counts = before.counts
        self.ripening, self.asked = before.ripening, before.asked
        self._hurry, self._busy = before._hurry, before._busy
        self._tracks, self._likeness = before._tracks, before._likeness
        if view:
            self.view, self._watch = before.view, before._watch
        if ground:
            self._ground, self._kept_ground = before._ground, before._kept_ground

    def observe(self, frame: Frame, places: Sequence[Place] = ()) -> Observation:
        """Both halves at once. places: the ledger's open places, for which likeness is given."""
        glance = self.glance(frame, places)
        return self.conclude(glance, None if glance.wish is None else self.detect(glance))

    def glance(self, frame: Frame, places: Sequence[Place]) -> Glance:
        """How the view is, and whether the detector has to look."""
        if self._ground is not None and self._kept_ground is not None:
            kept, self._kept_ground = self._kept_ground, None
            self._taken_up("ground", partial(self._ground.restore, kept, frame.t, frame.utc))
        grey = small_grey_of(frame, self._settings.motion.width)
        view = self.view = self._view(frame, grey)
        shows = not dead(grey)
        trusted = shows and decides(view)
        self._count(looks=1, dead=int(not shows))
        flat, valid = flattened(grey, view.to_picture) if trusted else (grey, None)
        if not trusted:
            self._answers.forget()  # what comes after is a change
        wish = self._wish(frame, view, flat, places) if trusted else None
        return Glance(frame, grey, flat, valid, view, trusted, places, wish)

    def _view(self, frame: Frame, grey: Grey) -> View:
        if self._watch is None:
            return View()
        if (seen := self._answers.seen) is not None:
            self._busy = seen.busy
        return self._watch.look(frame.t, grey, colour=frame.colour, busy=self._busy)

    def _wish(self, frame: Frame, view: View, flat: Grey, places: Sequence[Place]) -> Wish | None:
        def ripens(seen: Seen) -> bool:
            return bool(self.asked) or bool(self._watched.ripe(seen.sightings, places))

        urgency = self._answers.urgency(frame.t, flat, ripens)
        if urgency is None:
            return None
        outlines = [points_by(view.to_picture, outline) for outline in self._outlines]
        looked = regions(outlines, frame.width, frame.height, self._settings.crops)
        if urgency == "refresh" or view.to_picture is not None:  # crops are of the picture, `flat` is not
            return Wish(self._source, urgency, looked)
        kept = self._answers.kept(frame.t, flat, looked[1:], self._undecided(places))
        return Wish(self._source, urgency, tuple(box for box in looked if box not in kept), kept)

    def _undecided(self, places: Sequence[Place]) -> list[Box]:
        """Where something ripens, as far as is known."""
        seen = self._answers.seen
        ripe = self._watched.ripe(seen.sightings if seen else (), places)
        found = [sighting.box for sighting in ripe.sightings] + [place.box for place in ripe.places]
        return [*found, *self.asked]

    def detect(self, glance: Glance) -> list[Detections]:
        """Run the detector for this glance alone."""
        return self._detector.detect(pictures_of(glance))

    def conclude(self, glance: Glance, found: Sequence[Detections] | None) -> Observation:
        """What was seen. found: the detector's answer to the glance's wish, None where it was not asked."""
        looked = glance.wish is None or found is not None
        if glance.wish is not None and found is not None:
            self._learn(glance, glance.wish, found)
        self._count(postponed=int(not looked))
        seen = self._answers.seen if looked else None
        seen = Seen(glance.frame.t) if seen is None else seen
        sightings = self._tracked(glance.frame, seen.sightings) if looked else ()
        regions = self._regions(glance, seen.explaining if looked else None)
        ripe, young = self._watched.ripe(sightings, glance.places), settling(regions)
        ripens, stands = not looked or young or bool(ripe), young or (looked and ripe.stands)
        self.ripening = self._hurry.word(glance.frame.t, ripens=ripens, stands=stands)
        frame = glance.frame
        return Observation(
            source=self._source,
            t=frame.t,
            utc=frame.utc,
            clock=frame.clock,
            aspect=round(frame.width / frame.height, PLACES),
            sightings=sightings,
            hidden=seen.hidden,
            likeness=self._alike(glance, sightings, seen.hidden) if glance.trusted and looked else {},
            trusted=glance.trusted,
            looked=looked,
            regions=regions,
            view=glance.view,
        )

    def _learn(self, glance: Glance, wish: Wish, found: Sequence[Detections]) -> None:
        """A new answer, until something changes."""
        believed = [sure(d, self._settings.score) for d in found]
        self._count(runs=1, pictures=len(found))
        parts = dict(zip(wish.regions, believed, strict=True))
        every = {**parts, **wish.kept}
        merged = gather(list(every), list(every.values()), self._groups)
        back = None if glance.view.to_picture is None else inverse(glance.view.to_picture)
        seen = sorted_out(glance.frame.t, merged, self._labels, self._groups, back)
        about = self._settings.ripening
        self._count(things=sum(not about or each.group in about for each in seen.sightings))
        calm = not self._watched.ripe(seen.sightings, glance.places)
        held = parts if back is None else {}  # of a picture taken from elsewhere no part is kept
        self._answers.learn(seen, glance.flat, held, wish.kept, calm=calm)

    def _tracked(self, frame: Frame, sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
        boxes, groups = [s.box for s in sightings], [s.group for s in sightings]
        words = self._tracks.step(frame.t, boxes, groups, frame.width / frame.height)
        return tuple(
            Sighting(s.box, s.score, s.label, s.group, word.track, word.moving)
            for s, word in zip(sightings, words, strict=True)
        )

    def _regions(self, glance: Glance, explained: Sequence[Box] | None) -> tuple[StaticRegion, ...]:
        if self._ground is None:
            return ()
        t, utc, trusted = glance.frame.t, glance.frame.utc, glance.trusted
        return self._ground.look(
            t, utc, glance.flat, valid=glance.valid, explained=explained, trusted=trusted
        )

    def _alike(
        self, glance: Glance, sightings: Sequence[Sighting], hidden: Sequence[Box]
    ) -> Mapping[str, float]:
        frame, way = glance.frame, glance.view.to_picture
        answers = self._likeness.look(frame.t, frame.luma, open_places(glance.places), sightings, hidden, way)
        return {place: round(value, FIGURES) for place, value in answers.items()}

    def _count(self, **more: int) -> None:
        added = {name: getattr(self.counts, name) + count for name, count in more.items()}
        self.counts = replace(self.counts, **added)


def pictures_of(glance: Glance) -> list[NDArray[np.uint8]]:
    """The pictures that the glance's wish wants looked at; none without a wish."""
    if glance.wish is None:
        return []
    image = glance.frame.image
    height, width = image.shape[:2]
    return [np.ascontiguousarray(image[pixels(r, width, height)]) for r in glance.wish.regions]


def _bounds(outline: Sequence[tuple[float, float]]) -> Array:
    """The box around an outline."""
    points = np.asarray(outline, np.float64)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])
