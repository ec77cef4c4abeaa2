"""What one sampling instant saw at one source. Small, no pixels: replaying observations replays decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.events import ClockQuality

Box = tuple[float, float, float, float]  # x1, y1, x2, y2


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detected thing. Persons are no sightings: they are dropped before an observation is made.

    box: shares of the picture (0..1). group: the class group that keys a place (vehicle, two_wheeler ...).
    track: short-lived id of the tracker, never a key. moving: the tracker's opinion, None while too young.
    """

    box: Box
    score: float
    label: str
    group: str
    track: int | None = None
    moving: bool | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at one source, also when nothing was seen: absence counts only over real looks.

    t: monotonic seconds. aspect: width / height of the picture, so that lengths can be compared.
    hidden: boxes that may hide a place and are no sightings (persons, animals), without any label.
    likeness: for places the ledger asked about, how much the place looks now as it did when the thing was
    last seen there (normalised cross-correlation, -1..1). trusted: False while the view must not decide.
    """

    source: str
    t: float
    utc: float
    clock: ClockQuality
    aspect: float
    sightings: tuple[Sighting, ...]
    hidden: tuple[Box, ...] = ()
    likeness: Mapping[str, float] = field(default_factory=dict)
    trusted: bool = True
