"""The flight under way: its time, its path, its things, and what it has seen of places. Pure."""

from collections.abc import Iterable, Sequence
from math import hypot, radians
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import Reason
from edge.flight import words
from edge.flight.found import GroundSpot, Shown, Waypoint
from edge.flight.here import covariance_at
from edge.flight.look import Look
from edge.flight.matching import CLOSE, JITTER_M2, Known, Matching, shift_of
from edge.flight.pairs import Covariance, Point, added
from edge.flight.places import MOST_PLACES, GroundPlace
from edge.flight.settings import BookSettings
from edge.flight.tracks import GAP_S, Track, Tracks
from edge.flight.watch import Seen, Target, Watch
from edge.ground.aim import Aim
from edge.ground.camera import FILM_SD
from edge.ground.coverage import Coverage
from edge.ground.earth import Tangent
from edge.ground.spot import radius95

MOST_WAYPOINTS: Final = 2000
MOST_ROWS: Final = 1000
_MOST_CODES: Final = 32
_APART_M: Final = 5.0
REACH_M: Final = 100.0  # that a flight may lie off those before, beyond what a place claims
SQRT2: Final = 2.0**0.5
SURE_M2: Final = 4.0  # so well known, one thing that stands there is not taken for another

Row = dict[str, Any]
Bounds = tuple[float, float, float, float]


class Underway:
    """base: what turns the source's time into UTC; None after a restart, until the source tells its time."""

    def __init__(self, flight: str, settings: BookSettings, begin: float, base: float | None) -> None:
        self.id, self.begin, self.base = flight, begin, base
        self.last: float | None = None
        self.tracks = Tracks(settings)
        self.coverage: Coverage | None = None
        self.path: list[Waypoint] = []
        self._every_m = _APART_M
        self.looks = self.placed = self.repeated = 0
        self.refused: dict[str, tuple[int, str]] = {}
        self.watches: dict[str, Watch] = {}
        self.matching = Matching()
        self.own: set[str] = set()
        self.found = 0
        self.bend = self.turn_sd = 0.0
        self._at: dict[str, tuple[GroundSpot, Point]] = {}
        self.rows: dict[str, list[Row]] = {"findings": [], "answers": []}
        self.plane: Tangent | None = None
        self._began_here: float | None = None

    def time(self, t: float, utc: float) -> float:
        """UTC, by the source's own time: a clock that is set meanwhile does not touch it."""
        if self.base is None:
            self.base = utc - t
        return t + self.base

    def turn(self, now: float) -> float | None:
        """A look at this time: seconds since the one before, GAP_S at most; None for one that came before."""
        if self.last is not None and now <= self.last:
            self.repeated += 1
            return None
        dt = 0.0 if self.last is None else min(GAP_S, now - self.last)
        self.last, self.looks = now, self.looks + 1
        if self._began_here is None:
            self._began_here = now
        return dt

    def blind(self, why: Reason, dt: float) -> None:
        """A look that proves nothing."""
        if why.code in self.refused or len(self.refused) < _MOST_CODES:
            count, _ = self.refused.get(why.code, (0, ""))
            self.refused[why.code] = (count + 1, why.text)
        for watch in self.watches.values():
            watch.blind(why, dt)

    def see(self, look: Look, aim: Aim, now: float, dt: float) -> Seen:
        """A look that is placed: its path, its ground (none where that is not known) and its things."""
        if self.plane is None:
            self.plane = Tangent(aim.latitude, aim.longitude)
            self.coverage = Coverage(aim.latitude, aim.longitude)
        self.placed += 1
        self.turn_sd = SQRT2 * aim.yaw_sd
        self.bend = SQRT2 * hypot(radians(aim.yaw_sd), aim.height_sd / max(1.0, aim.height), FILM_SD)
        self._waypoint(Waypoint(now, aim.latitude, aim.longitude, aim.height))
        points = [self.point(thing.spot.latitude, thing.spot.longitude) for thing in look.things]
        tracks = tuple(self.tracks.step(look.things, points, now))
        if look.ground is None or look.ground.is_empty or self.coverage is None:
            self.blind(words.plain("no_ground"), dt)
            return Seen(shapely.Polygon(), None, tracks, {})
        bare = look.ground if look.hidden is None else shapely.difference(look.ground, look.hidden)
        self.coverage.add(aim, bare, dt)
        ground, hidden = self._moved(aim, look.ground), None
        if look.hidden is not None and not look.hidden.is_empty:
            hidden = self._moved(aim, look.hidden)
        shapely.prepare(ground)
        return Seen(ground, hidden, tracks, {})

    def _moved(self, aim: Aim, shape: BaseGeometry) -> BaseGeometry:
        east, north = self.point(aim.latitude, aim.longitude)
        return shapely.transform(shape, lambda points: points + np.array((east, north)))

    def point(self, latitude: float, longitude: float) -> Point:
        """Metres in the flight's plane. There is one once a look was placed."""
        if self.plane is None:
            raise ValueError("no look of this flight was placed")
        return self.plane.metres(latitude, longitude)[:2]

    def spot(self, track: Track) -> GroundSpot:
        """Where a thing stands."""
        if self.plane is None:
            raise ValueError("no look of this flight was placed")
        latitude, longitude, _ = self.plane.place(*track.point)
        covariance = track.covariance
        return GroundSpot(latitude, longitude, max(0.01, radius95(covariance)), covariance)

    def shown(self, track: Track) -> Shown:
        """The last look that shows it."""
        return Shown(track.last, self.source_time(track.last), track.box)

    def linked(self) -> dict[int, str]:
        """Places of tracks, by number: of those that are a known place, or have become one."""
        own = {track.number: track.place for track in self.tracks if track.place is not None}
        return {**self.matching.pairs, **own}

    def known(self, place: GroundPlace) -> Known:
        """A place as it lies in the flight's plane."""
        own = place.id in self.own
        return Known(place.id, place.group, self.at(place), CLOSE if own else place.spot.covariance, own)

    def at(self, place: GroundPlace) -> Point:
        """Where a place lies in the flight's plane."""
        kept = self._at.get(place.id)
        if kept is None or kept[0] is not place.spot:
            kept = self._at[place.id] = (place.spot, self.point(place.spot.latitude, place.spot.longitude))
        return kept[1]

    def near(self, places: Iterable[GroundPlace], bounds: Bounds) -> list[GroundPlace]:
        """Those that may have to do with what lies within bounds: west, south, east, north."""
        west, south, east, north = bounds
        found = []
        for place in places:
            (x, y), far = self.at(place), REACH_M + 2.0 * place.spot.accuracy_m
            if west - far <= x <= east + far and south - far <= y <= north + far:
                found.append(place)
        if len(self._at) > 2 * MOST_PLACES:
            self._at.clear()
        return found

    def target(self, place: GroundPlace, aim: Aim) -> Target:
        """The ground that has to be looked at to know whether a place is empty."""
        shift = self.matching.shift
        known = shift_of(self.known(place), shift, self.bend)
        if known.own or shift is not None:
            sure = known.covariance[0] <= SURE_M2
            return Target(known.point, known.covariance, known.covariance, (place.group,), sure, place.id)
        ee, en, nn = known.covariance
        alone = (ee + JITTER_M2, en, nn + JITTER_M2)
        whole = added(alone, self.error(known.point, aim))
        return Target(known.point, whole, alone, (place.group,), False, place.id)

    def error(self, point: Point, aim: Aim) -> Covariance:
        """How well this look knows a place."""
        east, north = self.point(aim.latitude, aim.longitude)
        return covariance_at(aim, (point[0] - east, point[1] - north))

    def next_place(self) -> int:
        """The number of a new place."""
        self.found += 1
        return self.found

    def source_time(self, now: float) -> float | None:
        """In the source's time; None where that was another process's."""
        if self.base is None or self._began_here is None or now < self._began_here:
            return None
        return now - self.base

    def _waypoint(self, here: Waypoint) -> None:
        """Every few metres; when there are too many, every second is dropped and the steps get longer."""
        if self.path and self._far(self.path[-1], here) < self._every_m:
            return
        self.path.append(here)
        if len(self.path) > MOST_WAYPOINTS:
            self.path, self._every_m = self.path[::2], 2.0 * self._every_m

    def _far(self, one: Waypoint, other: Waypoint) -> float:
        (x1, y1), (x2, y2) = (
            self.point(one.latitude, one.longitude),
            self.point(other.latitude, other.longitude),
        )
        return float(np.hypot(np.hypot(x2 - x1, y2 - y1), other.height - one.height))

    def note(self, what: str, rows: Sequence[Row]) -> None:
        """For the report, the first MOST_ROWS."""
        mine = self.rows[what]
        mine.extend(rows[: MOST_ROWS - len(mine)])

    def dump(self) -> dict[str, Any]:
        """JSON-able, times in UTC."""
        return {
            "id": self.id,
            "begin": self.begin,
            "last": self.last,
            "tracks": self.tracks.dump(),
            "coverage": None if self.coverage is None else self.coverage.dump(),
            "plane": None if self.plane is None else [self.plane.latitude, self.plane.longitude],
            "path": [[w.utc, w.latitude, w.longitude, w.height] for w in self.path],
            "every_m": self._every_m,
            "bend": [self.bend, self.turn_sd],
            "counts": [self.looks, self.placed, self.repeated, self.found],
            "refused": {code: list(each) for code, each in self.refused.items()},
            "watches": {key: watch.dump() for key, watch in self.watches.items()},
            "matching": self.matching.dump(),
            "own": sorted(self.own),
            "rows": self.rows,
        }

    @classmethod
    def restore(cls, data: dict[str, Any], settings: BookSettings) -> "Underway":
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        flight = cls(str(data["id"]), settings, float(data["begin"]), None)
        flight.last = None if data["last"] is None else float(data["last"])
        flight.tracks.restore(data["tracks"])
        flight.coverage = None if data["coverage"] is None else Coverage.restore(data["coverage"])
        flight.plane = None if data["plane"] is None else Tangent(*map(float, data["plane"]))
        flight.path = [Waypoint(*map(float, each)) for each in data["path"]]
        flight._every_m = float(data["every_m"])
        flight.bend, flight.turn_sd = map(float, data["bend"])
        flight.looks, flight.placed, flight.repeated, flight.found = map(int, data["counts"])
        flight.refused = {code: (int(n), str(text)) for code, (n, text) in data["refused"].items()}
        flight.watches = {key: Watch(**each) for key, each in data["watches"].items()}
        flight.matching = Matching.restore(data["matching"])
        flight.own = set(data["own"])
        flight.rows = {name: list(data["rows"][name]) for name in ("findings", "answers")}
        return flight
