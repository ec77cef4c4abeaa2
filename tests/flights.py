"""Flights that are drawn: cars that stand or drive on a plane, and the looks that a drone takes at them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from broker.events import Reason
from edge.flight.book import FlightBook
from edge.flight.found import FlightAnswer, FlightFinding, FlightZone, Told
from edge.flight.look import Look, Thing
from edge.flight.settings import BookSettings, GroundZoneSettings
from edge.flight.zoning import zone_of
from edge.flight_rules import standing
from edge.ground.aim import Aim
from edge.ground.earth import Tangent
from edge.ground.spot import Spot, radius95
from edge.schedule import ScheduleSettings

PLANE = Tangent(37.0, 127.0)
DAY = 1_780_000_000.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Car:
    """At a place (metres east and north) at a flight's begin, with a speed."""

    east: float
    north: float
    speed: Point = (0.0, 0.0)
    group: str = "vehicle"

    def at(self, t: float) -> Point:
        return self.east + self.speed[0] * t, self.north + self.speed[1] * t


def square(east: float, north: float, half: float) -> dict[str, object]:
    """GeoJSON of a square around a place."""
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    corners = [PLANE.place(east + x * half, north + y * half)[:2] for x, y in signs]
    return {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in corners]]}


def zone(
    half: float = 100.0,
    *,
    name: str = "lane",
    schedule: ScheduleSettings | None = None,
    east: float = 0.0,
    **rule: object,
) -> FlightZone:
    """A square around a place, with one rule over standing vehicles."""
    settings = standing.Settings.model_validate({"kind": "standing", "incident": "illegal_parking", **rule})
    ground = square(east, 0.0, half)
    return zone_of(GroundZoneSettings(id=name, ground=ground, schedule=schedule, rules=[settings]))


def book(*zones: FlightZone, **settings: object) -> FlightBook:
    return FlightBook("drone", zones or (zone(),), BookSettings.model_validate(settings))


@dataclass(frozen=True)
class Flown:
    """How a flight goes: error of its places and what it claims of it, jitter, time of it, where it looks."""

    cars: Sequence[Car]
    begin: float = DAY
    seconds: float = 8.0
    every: float = 0.5
    shift: Point = (0.0, 0.0)
    sd: float = 3.0
    jitter: float = 0.1
    over: Point = (0.0, 0.0)
    speed: Point = (0.0, 0.0)
    half: float = 150.0
    seed: int = 1
    trusted: bool = True
    refused: Reason | None = None
    hidden: shapely.Polygon | None = None

    def looks(self) -> Iterator[Look]:
        chance = random.Random(self.seed)  # noqa: S311 - no secret
        for n in range(int(self.seconds / self.every) + 1):
            t = n * self.every
            yield self.look(t, chance)

    def look(self, t: float, chance: random.Random) -> Look:
        over = self.over[0] + self.speed[0] * t, self.over[1] + self.speed[1] * t
        latitude, longitude, _ = PLANE.place(*over)
        aim = Aim(latitude, longitude, 80.0, -90.0, 0.0, 0.0, self.sd, 0.1, 0.1, 0.1, 3.0)
        things = [
            self._thing(car.at(t), car.group, chance) for car in self.cars if self._sees(car.at(t), over)
        ]
        ground = shapely.box(-self.half, -self.half, self.half, self.half)
        if self.refused is not None:
            return Look(t, self.begin + t, "synchronised", None, refused=self.refused)
        return Look(t, self.begin + t, "synchronised", aim, ground, tuple(things), self.hidden, self.trusted)

    def _sees(self, car: Point, over: Point) -> bool:
        at = car[0] + self.shift[0], car[1] + self.shift[1]
        return max(abs(at[0] - over[0]), abs(at[1] - over[1])) <= self.half

    def _thing(self, at: Point, group: str, chance: random.Random) -> Thing:
        east, north = (
            place + off + chance.gauss(0.0, self.jitter) for place, off in zip(at, self.shift, strict=True)
        )
        latitude, longitude, _ = PLANE.place(east, north)
        covariance = (self.sd**2, 0.0, self.sd**2)
        spot = Spot(latitude, longitude, radius95(covariance), covariance, 80.0)
        return Thing(group, "car", 0.8, (0.4, 0.4, 0.5, 0.5), spot)


@dataclass
class Heard:
    """Everything that was told."""

    findings: list[FlightFinding]
    answers: list[FlightAnswer]

    def add(self, told: Told) -> None:
        self.findings += told.findings
        self.answers += told.answers

    def phases(self) -> list[str]:
        return [one.phase for one in self.findings]


def fly(given: FlightBook, name: str, flown: Flown) -> tuple[Heard, object]:
    """A whole flight; what it told, and its summary."""
    heard = Heard([], [])
    assert given.begin(name, 0.0, flown.begin).refused is None
    for look in flown.looks():
        heard.add(given.step(look))
    ended = given.end(flown.seconds + 1.0, flown.begin + flown.seconds + 1.0)
    assert ended is not None
    heard.add(ended.told)
    return heard, ended.summary
