"""A stall that has been told: enough to go on with it after a restart, and for a last word."""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Final

from broker.events import Reason
from edge.geometry import area, overlap
from edge.observation import Box, Observation
from edge.places import Place
from edge.stalls.groups import Gathering, around

GROUP: Final = "stall"

Objects = tuple[tuple[str, int, float], ...]


@dataclass(slots=True)
class Stall:
    """An open situation. Times are on the source's clock; a dump is on UTC.

    key: of the place, that of its oldest thing. members: ids of the spots it has now. ground: all ground that
    it has stood on lately. empty_s: seconds in which too little of it was there. level: the multiple of the
    dwell at which it is told again.
    """

    id: str
    key: str
    box: Box
    ground: Box
    since: float
    last_seen: float
    observed_s: float
    objects: Objects
    members: list[str] = field(default_factory=list)
    empty_s: float = 0.0
    level: int = 2
    revision: int = 0

    def keep(self, group: Gathering, t: float, dt: float) -> None:
        """It is still there. Its beginning never moves."""
        self.box = group.box
        self.ground = around([self.box, _towards(self.ground, self.box)])
        self.members = sorted(group.names)
        self.objects = group.objects() or self.objects
        if any(spot.last_seen == t for spot in group.spots):
            self.last_seen = t
            self.observed_s += dt

    def shift(self, by: float) -> None:
        """The source's time has a new base."""
        self.since += by
        self.last_seen += by

    def veiled(self, seen: Observation) -> bool:
        """Whether what stood there cannot be seen: somebody, or a vehicle in front, covers much of it."""
        box = self.box
        lower = box[3] + 0.05 * (box[3] - box[1])
        large = [s.box for s in seen.sightings if s.group == "vehicle" and s.box[3] > lower]
        covers = [*seen.hidden, *large]
        return sum(overlap(box, other) for other in covers) >= 0.5 * area(box)

    def place(self, state: str, *why: Reason) -> Place:
        """As a place of the group `stall`."""
        stood = self.last_seen - self.since
        coverage = min(1.0, self.observed_s / stood) if stood > 0 else 1.0
        score = median([row[2] for row in self.objects]) if self.objects else 0.0
        what = (self.key, GROUP, GROUP, score, self.box, "cleared" if state == "cleared" else "confirmed")
        return Place(*what, self.since, self.last_seen, self.observed_s, coverage, why)  # type: ignore[arg-type]

    def dump(self, utc_minus_t: float) -> dict[str, Any]:
        """JSON-able."""
        times = {"since": self.since + utc_minus_t, "last_seen": self.last_seen + utc_minus_t}
        return {**asdict(self), **times}

    @classmethod
    def restored(cls, data: dict[str, Any], utc_minus_t: float) -> "Stall":
        """A dumped one. Raises KeyError, TypeError or ValueError for what is none."""
        objects = tuple((str(label), int(count), float(score)) for label, count, score in data["objects"])
        boxes = {key: tuple(map(float, data[key])) for key in ("box", "ground")}
        stall = cls(**{**data, **boxes, "objects": objects})
        stall.since -= utc_minus_t
        stall.last_seen -= utc_minus_t
        return stall


def _towards(ground: Box, box: Box) -> Box:
    """The ground shrinks slowly to where the stall is: it may have moved on."""
    return tuple(g + 0.02 * (b - g) for g, b in zip(ground, box, strict=True))  # type: ignore[return-value]
