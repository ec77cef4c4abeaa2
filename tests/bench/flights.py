"""Ground places from a real hover: does each parked vehicle become one place, and stay it over flights?

    python -m tests.bench.flights [--fps 5]

The geotrax hover over Songdo (5 s, 144 vehicles): its own tracks as detections, its flight log and a camera
model as the look at the ground (as in `tests.bench.ground`, with the heading told), through the book of
flights with one zone over all of it. Parked: in view for 4 s and never further than a metre from its first
place. Others may stand for 4 s and drive off, which opens too; never_stood: opened, and it did neither. Then
second flights are drawn over the same ground: all places off by a common error as large as the log's claims,
the heading by its own, and every fifth parked vehicle gone. The last line is one JSON object.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot
from pathlib import Path
from time import perf_counter

import numpy as np

from broker.events import Reason
from edge.flight.book import FlightBook
from edge.flight.found import FlightFinding
from edge.flight.look import Look, Thing
from edge.flight.path import Path as Flight
from edge.flight.settings import BookSettings, GroundZoneSettings
from edge.flight.zoning import zone_of
from edge.flight_rules import standing
from edge.ground.aim import Aim, aim_of, camera_of
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.spot import locate
from edge.ground.view import seen
from tests.bench.ground import (
    FPS,
    HEIGHT,
    SHARED,
    STEADY_SD_DEG,
    WIDTH,
    Sighting,
    flight,
    heading_of,
    sightings,
)

PARKED_M, PARKED_S = 1.0, 4.0
CLEAR = "3s"  # not 4: the clip has 5 s, and one goes until it is known which things stand
DAY = 1_665_136_333.5


@dataclass(frozen=True)
class Hover:
    """The clip: sightings by frame, the log, and how the camera looks."""

    frames: dict[int, list[Sighting]]
    path: Flight
    settings: GroundSettings
    parked: frozenset[int]
    stood: frozenset[int]


def hover(folder: Path) -> Hover:
    """Of the shared data."""
    every, path = sightings(folder), flight(folder)
    frames: dict[int, list[Sighting]] = defaultdict(list)
    for one in every:
        frames[one.frame].append(one)
    heading = heading_of(every, path.poses[0]) % 360.0
    told = {"nadir": "assume", "heading_deg": heading, "heading_sd_deg": STEADY_SD_DEG}
    return Hover(frames, path, GroundSettings.model_validate(told), *standing_of(every))


def standing_of(every: Sequence[Sighting]) -> tuple[frozenset[int], frozenset[int]]:
    """Those that stand as long as they are seen, and those that stand for PARKED_S at one time."""
    ways: dict[int, list[Sighting]] = defaultdict(list)
    for one in every:
        ways[one.vehicle].append(one)
    lasted = {vehicle: way for vehicle, way in ways.items() if _seconds(way) >= PARKED_S}
    parked = {vehicle for vehicle, way in lasted.items() if _farthest(way) <= PARKED_M}
    window = round(PARKED_S * FPS) + 1
    stood = {
        vehicle
        for vehicle, way in lasted.items()
        if any(_farthest(way[n : n + window]) <= PARKED_M for n in range(0, len(way) - window + 1, 5))
    }
    return frozenset(parked), frozenset(stood)


def _seconds(way: Sequence[Sighting]) -> float:
    return (way[-1].frame - way[0].frame) / FPS


def _farthest(way: Sequence[Sighting]) -> float:
    plane = Tangent(way[0].latitude, way[0].longitude)
    return max(hypot(*plane.metres(one.latitude, one.longitude)[:2]) for one in way)


def looks(
    clip: Hover, fps: float, begin: float, error: tuple[float, float, float], gone: frozenset[int]
) -> Iterator[Look]:
    """error: metres east and north, and degrees of heading, that this flight's telemetry is off."""
    for frame in range(0, max(clip.frames) + 1, round(FPS / fps)):
        pose = clip.path.at(frame / FPS)
        if isinstance(pose, Reason):
            continue
        camera, aim = camera_of(clip.settings, pose, WIDTH, HEIGHT), aim_of(clip.settings, pose)
        if isinstance(camera, Reason) or isinstance(aim, Reason):
            continue
        off = _mistaken(aim, error)
        ground = seen(clip.settings, camera, off)
        things = [
            t for s in clip.frames[frame] if s.vehicle not in gone for t in _thing(clip, camera, off, s)
        ]
        if not isinstance(ground, Reason):
            t = frame / FPS
            yield Look(t, begin + t, "synchronised", off, ground, tuple(things))


def _mistaken(aim: Aim, error: tuple[float, float, float]) -> Aim:
    latitude, longitude, _ = Tangent(aim.latitude, aim.longitude).place(error[0], error[1])
    return replace(aim, latitude=latitude, longitude=longitude, yaw=(aim.yaw or 0.0) + error[2])


def _thing(clip: Hover, camera: Camera, aim: Aim, one: Sighting) -> list[Thing]:
    x, y = one.pixel[0] / WIDTH, one.pixel[1] / HEIGHT
    spot = locate(clip.settings, camera, aim, x, y)
    # The box carries the vehicle's number, for nothing but counting afterwards.
    box = (x, y, x, min(1.0, y + one.vehicle * 1e-6))
    return [] if isinstance(spot, Reason) else [Thing("vehicle", "car", 0.9, box, spot)]


def vehicle_of(found: FlightFinding) -> int:
    """Which it was."""
    box = found.shown.box if found.shown is not None else None
    return 0 if box is None else round((box[3] - box[1]) * 1e6)


def fly(given: FlightBook, name: str, begin: float, pictures: Sequence[Look]) -> list[FlightFinding]:
    """All that was found."""
    given.begin(name, 0.0, begin)
    found = [one for look in pictures for one in given.step(look).findings]
    ended = given.end(6.0, begin + 6.0)
    return found + list(ended.told.findings if ended is not None else ())


def new_book(clip: Hover) -> FlightBook:
    """One zone over all of it."""
    here = clip.path.poses[0]
    plane, half = Tangent(here.latitude, here.longitude), 1000.0
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    corners = [plane.place(x * half, y * half)[:2] for x, y in signs]
    ground = {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in corners]]}
    rule = standing.Settings(kind="standing", incident="illegal_parking")
    zones = [zone_of(GroundZoneSettings(id="songdo", ground=ground, rules=[rule]))]
    return FlightBook("songdo", zones, BookSettings.model_validate({"clear": CLEAR}))


def first(clip: Hover, given: FlightBook, fps: float) -> tuple[dict[str, float | int], dict[str, int]]:
    """One flight over unknown ground; figures, and the vehicle of each situation."""
    pictures = list(looks(clip, fps, DAY, (0.0, 0.0, 0.0), frozenset()))
    began = perf_counter()
    found = [one for one in fly(given, "first", DAY, pictures) if one.phase == "opened"]
    took = perf_counter() - began
    counts = Counter(vehicle_of(one) for one in found)
    figures = {
        "vehicles": len({one.vehicle for some in clip.frames.values() for one in some}),
        "parked": len(clip.parked),
        "one_place": sum(counts[vehicle] == 1 for vehicle in clip.parked),
        "doubles": sum(count - 1 for count in counts.values()),
        "stood_and_left": len(counts.keys() & clip.stood - clip.parked),
        "never_stood": len(counts.keys() - clip.stood),
        "looks": len(pictures),
        "ms_per_look": round(1000.0 * took / max(1, len(pictures)), 2),
    }
    return figures, {one.situation: vehicle_of(one) for one in found}


def again(clip: Hover, fps: float, count: int, seed: int = 6) -> dict[str, float | int]:
    """Second flights, each over a book that knows the first."""
    chance, totals = np.random.default_rng(seed), Counter[str]()
    for n in range(count):
        given = new_book(clip)
        known = first(clip, given, fps)[1]
        error = (chance.normal(0, 3.5), chance.normal(0, 3.5), chance.normal(0, STEADY_SD_DEG))
        gone = frozenset(sorted(clip.parked)[n % 5 :: 5])
        begin = DAY + 3600.0
        pictures = list(looks(clip, fps, begin, error, gone))
        totals += _compared(fly(given, "second", begin, pictures), known, gone)
    return {key: totals[key] for key in KEYS}


KEYS = (
    "still_there", "seen_again", "as_itself", "cleared_wrongly", "opened_anew", "gone", "cleared_rightly",
)  # fmt: skip


def _compared(found: Sequence[FlightFinding], known: dict[str, int], gone: frozenset[int]) -> Counter[str]:
    """What became of the situations of the first flight."""
    cleared = {known[one.situation] for one in found if one.phase == "cleared" and one.situation in known}
    updated = [one for one in found if one.phase == "updated"]
    there = set(known.values()) - gone
    return Counter(
        still_there=len(there),
        seen_again=len({one.situation for one in updated if known[one.situation] in there}),
        as_itself=sum(known[one.situation] == vehicle_of(one) for one in updated),
        cleared_wrongly=len(cleared & there),
        gone=len(set(known.values()) & gone),
        cleared_rightly=len(cleared & gone),
        opened_anew=sum(one.phase == "opened" and vehicle_of(one) in there for one in found),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flights", description=__doc__)
    parser.add_argument("--fps", type=float, default=5.0, help="looks a second")
    parser.add_argument("--flights", type=int, default=10, metavar="N", help="second flights that are drawn")
    args = parser.parse_args()
    folder = SHARED / "drone" / "geotrax"
    if not folder.is_dir():
        print(f"no geotrax at {folder} (set GEWU_SHARED_DATA)", file=sys.stderr)
        print("{}")
        return 0
    clip = hover(folder)
    figures: dict[str, object] = dict(first(clip, new_book(clip), args.fps)[0])
    figures["second_flights"] = again(clip, args.fps, args.flights)
    for name, one in figures.items():
        print(f"{name:16} {one}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
