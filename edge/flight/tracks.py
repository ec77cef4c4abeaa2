"""The things of one flight from picture to picture, and which of them stand. Pure.

Within a flight the error of position is shared by all pictures, so a thing is found again by how far it
seems to have gone since, one to one. It stands while it does not leave the spot by more than its jitter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import hypot, sqrt
from statistics import median
from typing import Any, Final

from edge.flight.look import Thing
from edge.flight.pairs import Point, nearest
from edge.flight.settings import BookSettings
from edge.observation import Box

MOST_TRACKS: Final = 5000
LEAST_LOOKS: Final = 3
STANDS_S: Final = 1.0  # from which on a thing is taken to stand at all
GAP_S: Final = 2.0  # between two sightings; what lies further apart counts as so much
GONE_S: Final = 10.0  # what moves, or was seen once, is forgotten when it is out of sight for so long
CREEPS_M_S: Final = 0.3  # slower, it is the flight's own position that drifts
_JITTERS: Final = 4.0
_ERRORS: Final = 3.0
_FEW: Final = 3


@dataclass(slots=True)
class Track:
    """One thing. Times are UTC seconds, points metres in the flight's plane.

    since, spell, stood_s: of the time in which it has not moved: from when, in how many looks, seconds in
    view. head, recent: its first and its last points of that time. rough: mean square of second differences.
    sums: weights, and weighted east, north and covariance. line: sums of t, t², east, north, t·east, t·north,
    from since and from the first point on. place: what it is known as.
    """

    number: int
    group: str
    began: float
    last: float
    since: float
    looks: int = 0
    spell: int = 0
    stood_s: float = 0.0
    head: list[Point] = field(default_factory=list)
    recent: list[Point] = field(default_factory=list)
    origin: Point = (0.0, 0.0)
    rough: float = 0.0
    speed: Point = (0.0, 0.0)
    sums: list[float] = field(default_factory=lambda: [0.0] * 6)
    line: list[float] = field(default_factory=lambda: [0.0] * 6)
    labels: dict[str, int] = field(default_factory=dict)
    scores: float = 0.0
    box: Box = (0.0, 0.0, 0.0, 0.0)
    moving: bool = False
    moved_m: float = 0.0
    place: str | None = None

    @property
    def label(self) -> str:
        """What it was called most often."""
        return max(self.labels, key=lambda label: self.labels[label], default=self.group)

    @property
    def score(self) -> float:
        """The mean."""
        return self.scores / max(1, self.looks)

    @property
    def point(self) -> Point:
        """Where it stands: sightings weigh the more the better their place is known."""
        weight = self.sums[0]
        return self.sums[1] / weight, self.sums[2] / weight

    @property
    def covariance(self) -> tuple[float, float, float]:
        """Of that point. The mean over sightings, an upper bound however their errors hang together."""
        weight, _, _, ee, en, nn = self.sums
        return ee / weight, en / weight, nn / weight

    @property
    def stands(self) -> bool:
        """Whether it is taken to stand."""
        if self.moving or self.spell < LEAST_LOOKS or self.stood_s < STANDS_S:
            return False
        speed, error = self._drift()
        return speed <= max(CREEPS_M_S, _ERRORS * error)

    def _drift(self) -> tuple[float, float]:
        """Metres a second of the line through all sightings since it stands, and its standard error."""
        n, t, tt, east, north, t_east, t_north = float(self.spell), *self.line
        spread = tt - t * t / n
        if spread <= 0.0:
            return 0.0, 0.0
        slopes = (t_east - t * east / n) / spread, (t_north - t * north / n) / spread
        return hypot(*slopes), self._jitter() / sqrt(spread)

    def _jitter(self) -> float:
        """Deviation of a point to either side; second differences have six times its variance."""
        return sqrt(self.rough / 12.0)

    def expected(self, now: float) -> Point:
        """Where it should be."""
        if not self.moving:
            return _middle(self.recent)
        (east, north), dt = self.recent[-1], min(GAP_S, now - self.last)
        return east + self.speed[0] * dt, north + self.speed[1] * dt

    def see(self, thing: Thing, point: Point, now: float, still_m: float) -> None:
        """A sighting, later than the last."""
        dt = now - self.last
        if self.looks:
            before = self.recent[-1]
            self.speed = ((point[0] - before[0]) / dt, (point[1] - before[1]) / dt)
        self.looks += 1
        self.labels[thing.label] = self.labels.get(thing.label, 0) + 1
        self.scores += thing.score
        self.box, self.last = thing.box, now
        self._roughen(point)
        self.recent = [*self.recent, point][-_FEW:]
        if self.spell and self._gone(point, now, still_m):
            self._restart(now)
        self._stay(thing, point, dt)

    def _roughen(self, point: Point) -> None:
        if len(self.recent) < _FEW:
            return
        (x1, y1), (x2, y2) = self.recent[-2:]
        bend = (point[0] - 2 * x2 + x1) ** 2 + (point[1] - 2 * y2 + y1) ** 2
        self.rough += (bend - self.rough) / min(20, self.looks)

    def _gone(self, point: Point, now: float, still_m: float) -> bool:
        """Whether it has left its spot. What went as slowly as positions drift has not, and is followed."""
        early = self.spell < _FEW
        gone = _far(point, self.head[0]) if early else _far(_middle(self.recent), _middle(self.head))
        if gone <= min(2.0 * still_m, max(still_m, _JITTERS * self._jitter())):
            return False
        self.moved_m += gone
        if gone > CREEPS_M_S * (now - self.since):
            return True
        self.head = list(self.recent)
        return False

    def _restart(self, now: float) -> None:
        self.moving, self.since, self.spell, self.stood_s = True, now, 0, 0.0
        self.head, self.sums, self.line = [], [0.0] * 6, [0.0] * 6
        self.recent = self.recent[-1:]

    def _stay(self, thing: Thing, point: Point, dt: float) -> None:
        self.stood_s += min(GAP_S, dt) if self.spell else 0.0
        self.spell += 1
        if not self.head:
            self.origin = point
        if len(self.head) < _FEW:
            self.head.append(point)
        t, east, north = self.last - self.since, point[0] - self.origin[0], point[1] - self.origin[1]
        fit = (t, t * t, east, north, t * east, t * north)
        self.line = [total + value for total, value in zip(self.line, fit, strict=True)]
        weight = 1.0 / max(0.01, thing.spot.accuracy_m) ** 2
        added = (1.0, *point, *thing.spot.covariance)
        self.sums = [total + weight * value for total, value in zip(self.sums, added, strict=True)]
        if self.moving:
            self.moving = False
            self.moving = not self.stands

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)

    @classmethod
    def restore(cls, data: dict[str, Any]) -> "Track":
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        track = cls(**data)
        x1, y1, x2, y2 = map(float, track.box)
        head, recent = ([_point(each) for each in data[name]] for name in ("head", "recent"))
        return replace(
            track,
            box=(x1, y1, x2, y2),
            speed=_point(data["speed"]),
            origin=_point(data["origin"]),
            head=head,
            recent=recent,
        )


class Tracks:
    """Those of one flight, MOST_TRACKS at most."""

    def __init__(self, settings: BookSettings) -> None:
        self._settings = settings
        self.all: dict[int, Track] = {}
        self.count = 0
        self.passed = 0  # that moved and are out of sight
        self.left_out = 0

    def __iter__(self) -> Iterator[Track]:
        return iter(list(self.all.values()))

    def step(self, things: Sequence[Thing], points: Sequence[Point], now: float) -> list[Track]:
        """The tracks of the things of one look, those that found room."""
        self._forget(now)
        seen = []
        for group in sorted({thing.group for thing in things}):
            mine = [n for n, thing in enumerate(things) if thing.group == group]
            pairs = self._paired(group, [points[n] for n in mine], now)
            for k, n in enumerate(mine):
                track = self.all[pairs[k]] if k in pairs else self._new(group, now)
                if track is not None:
                    track.see(things[n], points[n], now, self._settings.still_m)
                    seen.append(track)
        return seen

    def _paired(self, group: str, points: Sequence[Point], now: float) -> dict[int, int]:
        tracks = [track for track in self.all.values() if track.group == group]
        at = [track.expected(now) for track in tracks]
        gates = [self._gate(track, now) for track in tracks]
        pairs = nearest(points, at, gates)
        return {n: tracks[k].number for n, k in pairs.items()}

    def _gate(self, track: Track, now: float) -> float:
        own, dt = self._settings, now - track.last
        gate = min(max(own.gate_m, own.widest_m), own.gate_m + own.drift_m_s * dt)
        return gate + (0.5 * hypot(*track.speed) * min(dt, GAP_S) if track.moving else 0.0)

    def _new(self, group: str, now: float) -> Track | None:
        if len(self.all) >= MOST_TRACKS:
            self.left_out += 1
            return None
        self.count += 1
        track = Track(self.count, group, now, now, now)
        self.all[track.number] = track
        return track

    def _forget(self, now: float) -> None:
        for track in self:
            if now - track.last > GONE_S and track.place is None and (track.moving or track.looks < 2):
                self.passed += track.moving
                del self.all[track.number]

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        tracks = [track.dump() for track in self]
        return {"tracks": tracks, "count": self.count, "passed": self.passed, "left_out": self.left_out}

    def restore(self, data: dict[str, Any]) -> None:
        """Take up a dump. Raises KeyError, TypeError or ValueError for what is none."""
        tracks = [Track.restore(each) for each in data["tracks"]]
        self.all = {track.number: track for track in tracks}
        self.count, self.passed = int(data["count"]), int(data["passed"])
        self.left_out = int(data["left_out"])


def _middle(points: Sequence[Point]) -> Point:
    return median(east for east, _ in points), median(north for _, north in points)


def _far(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _point(given: Sequence[float]) -> Point:
    east, north = map(float, given)
    return east, north
