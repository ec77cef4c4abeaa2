"""Flights that tests make themselves: films with DJI's sidecars over a ground with a red car, and none on it.

The network of `tests.street` knows red cars; whoever is blue is a person to it.
"""

import json
import shutil
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from edge.simulation.aerial import Flight, Plan, Waypoint, make_flight
from edge.simulation.ground import Ground, Parked, ground
from tests.street import BLUE, RED, model

PLACE = (39.5214, 116.7034)
SIZE = (320, 240)
HEIGHT_M, FOCAL_MM = 40.0, 24.0  # so that it sees 60 m of ground: more than the drone's place errs
# Comes from the west and hovers over the place.
WAY = (
    Waypoint(0.0, -9.0, -1.0, HEIGHT_M, -88.0),
    Waypoint(2.0, -1.0, -0.5, HEIGHT_M, -89.0),
    Waypoint(9.0, 1.0, 0.5, HEIGHT_M, -89.0),
    Waypoint(10.0, 6.0, 1.0, HEIGHT_M, -88.0),
)


def _painted(colour: tuple[int, int, int]) -> Parked:
    picture = np.full((60, 100, 3), colour[::-1], np.uint8)
    picture[10:60:16, 4:96] = [max(0, c - 20) for c in colour[::-1]]
    return Parked(picture, (0, 0, 100, 60), wide_m=4.2)


@cache
def street(*, car: bool, person: bool = False) -> Ground:
    """The ground, with what stands on it."""
    if not person:
        return ground(*PLACE, _painted(RED) if car else None)
    return ground(*PLACE, _painted(BLUE))


def fly(folder: Path, name: str, at: float, *, car: bool, person: bool = False, seed: int = 1) -> Flight:
    """A film of a flight that began at this UTC second; it comes into the folder as a whole."""
    begin = datetime.fromtimestamp(round(at), timezone.utc)
    plan = Plan(way=WAY, size=SIZE, focal_mm=FOCAL_MM, begin=begin, seed=seed)
    with TemporaryDirectory() as scratch:
        made = make_flight(Path(scratch), name, street(car=car, person=person), plan)
        folder.mkdir(parents=True, exist_ok=True)
        for path in (made.sidecar, made.film):  # the film last
            shutil.copy(path, folder / f".{path.name}")
            (folder / f".{path.name}").replace(folder / path.name)
    return Flight(folder / made.film.name, folder / made.sidecar.name, made.truth)


def hover(path: Path, seconds: int) -> Path:
    """A film of the car from straight above, with key frames every second."""
    still = Waypoint(0.0, 0.0, 0.0, HEIGHT_M, -90.0)
    plan = Plan(way=(still, replace(still, t=float(seconds))), size=SIZE, focal_mm=FOCAL_MM)
    made = make_flight(path.parent, path.stem, street(car=True), plan)
    return made.film


def zone() -> dict[str, Any]:
    """An area around the car, as GeoJSON, some 14 m more than it on all sides."""
    return street(car=True).polygon(14.0)


def drone(folder: Path, **more: Any) -> dict[str, Any]:
    """The entry of a drone whose films land in a folder."""
    return {
        "id": "drone-1",
        "name": "Drone of the yard",
        "footage": {"kind": "folder", "path": str(folder), "poll": "200ms", "settle": "200ms", "wait": "0s"},
        "telemetry": {"kind": "dji_srt", "utc_offset": "+00:00"},
        "zones": [
            {
                "id": "lane",
                "ground": zone(),
                "rules": [{"kind": "standing", "incident": "fire_lane_occupied"}],
            }
        ],
        **more,
    }


def configuration(folder: Path, url: str, *flights: dict[str, Any], **more: Any) -> Path:
    """A node that has these drones and no camera; returns the file."""
    settings = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": url},
        "storage": {"directory": str(folder / "data"), "snapshot_every": "1s"},
        "delivery": {"retry": "1s", "retry_at_most": "2s"},
        "model": model(folder / "models"),
        "flights": list(flights),
        **more,
    }
    path = folder / "edge.yaml"
    path.write_text(json.dumps(settings))
    return path
