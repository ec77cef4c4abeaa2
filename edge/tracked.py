"""What the tracks of another system say, as looks that the place ledger can take. Pure.

Such a system speaks when something changes. Between two messages a standing thing stands on, so each look
shows it again; where a driving thing is by then nobody knows, so it is shown once. A track that ends is not
seen from then on: whether its thing is gone, or only has another track now, is for the ledger to tell.
"""

from dataclasses import dataclass
from typing import Final

from broker.events import ClockQuality
from edge.groups import group_of
from edge.observation import Observation, Sighting
from edge.seen import Seen

# Frigate tells of every track once a minute: what was not heard of in two and a half is no longer known.
STALE_S: Final = 150.0
# It tells how it is every minute. Silent for longer, the system itself is gone and nothing is concluded.
SILENT_S: Final = 150.0
MOST: Final = 256  # tracks of one camera; the ledger takes no more things than that
UNSAID: Final = 0.5  # the score of a thing whose tracker gives none
ASPECT: Final = 16 / 9


@dataclass(slots=True)
class _Track:
    seen: Seen
    number: int
    heard: float
    shown: bool = False


class Tracked:
    """The open tracks of one camera: `take` what it says, `look` every second or so."""

    def __init__(self, source: str, camera: str) -> None:
        self._source = source
        self._camera = camera
        self._tracks: dict[str, _Track] = {}
        self._count = 0
        self._heard: float | None = None
        self._aspect = ASPECT

    def __len__(self) -> int:
        return len(self._tracks)

    def heard(self, t: float) -> None:
        """The system is there: it said anything at all."""
        self._heard = t

    def lost(self) -> None:
        """The system says that it goes, or its connection broke: what it told is not known any more."""
        self._tracks.clear()
        self._heard = None

    def take(self, seen: Seen, t: float) -> None:
        """One message about one thing. Other cameras, and what is never a thing, are not for it."""
        if seen.camera != self._camera or group_of(seen.label) is None or not seen.track:
            return
        self.heard(t)
        known = self._tracks.pop(seen.track, None)
        if seen.phase == "end":
            return
        self._aspect = seen.aspect or self._aspect
        if known is None:
            self._count += 1
        number = self._count if known is None else known.number
        self._tracks[seen.track] = _Track(seen, number, t)  # the newest last
        while len(self._tracks) > MOST:
            del self._tracks[next(iter(self._tracks))]

    def look(self, t: float, utc: float, clock: ClockQuality = "unknown") -> Observation:
        """What is seen now. Not trusted while the system is silent: then nothing opens and nothing clears."""
        for track in [track for track, last in self._tracks.items() if t - last.heard > STALE_S]:
            del self._tracks[track]
        alive = self._heard is not None and t - self._heard <= SILENT_S
        sightings = tuple(self._shown()) if alive else ()
        return Observation(self._source, t, utc, clock, self._aspect, sightings, trusted=alive)

    def _shown(self) -> list[Sighting]:
        shown = []
        for track in self._tracks.values():
            seen, first = track.seen, not track.shown
            track.shown = True
            if first or seen.standing:
                score = UNSAID if seen.score is None else seen.score
                group, moving = str(group_of(seen.label)), False if seen.standing else None
                shown.append(Sighting(seen.box, score, seen.label, group, track.number, moving))
        return shown
