"""One look at all the ground that matters to the book. Pure."""

from dataclasses import dataclass

from edge.flight.asks import Asked
from edge.flight.found import Shown
from edge.flight.pairs import added
from edge.flight.underway import Underway
from edge.flight.watch import Seen, Sight, Target, Watch, sight
from edge.ground.aim import Aim


@dataclass(frozen=True, slots=True)
class Looking:
    """now: UTC of the look; dt: seconds since the one before. bounds: of the ground that is in view."""

    flight: Underway
    aim: Aim
    seen: Seen
    now: float
    dt: float
    bounds: tuple[float, float, float, float]

    def at(self, key: str, target: Target, most_s: float) -> Watch | None:
        """Look at it."""
        return self.take(key, self.sight(target), most_s)

    def sight(self, target: Target) -> Sight:
        """What this look says of it."""
        west, south, east, north = self.bounds
        (x, y), far = target.point, target.radius_m
        if not (west - far <= x <= east + far and south - far <= y <= north + far):
            return Sight("away")
        return sight(target, self.seen)

    def take(self, key: str, found: Sight, most_s: float) -> Watch | None:
        """Keep what it says; None for a place that was not in view so far."""
        watch = self.flight.watches.get(key)
        if watch is None:
            if found.word == "away":
                return None
            watch = self.flight.watches[key] = Watch()
        watch.take(found, self.now, self.dt, most_s)
        return watch

    def shown(self) -> Shown:
        """This look, of an empty place."""
        return Shown(self.now, self.flight.source_time(self.now))


def target_of_ask(flight: Underway, one: Asked, aim: Aim) -> Target:
    """Where an ask says that it is."""
    latitude, longitude = one.ask.latitude or 0.0, one.ask.longitude or 0.0
    point, known = flight.point(latitude, longitude), one.covariance
    return Target(point, added(known, flight.error(point, aim)), known, one.groups, relative=False)
