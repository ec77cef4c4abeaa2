"""Places of vehicles seen by a drone, against what is known of them.

    python -m tests.bench.ground [--drawn 4000]

Real: the geotrax hover over Songdo (144 vehicles, 5 s). By its given transform, with which the truth was
made: that proves the arithmetic only. By its flight log and a camera model alone; the log has no gimbal and
no heading, so the view is assumed to look straight down. The same with the heading told as a gimbal would
tell it (taken from the truth, rounded to a degree). By ten known points of the picture. Drawn: looks at the
ground with errors as large as they are said to be. Of each: median and 95th percentile of the error, the
accuracy claimed, and the share of cases in which that covers the truth. The last line is one JSON object.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import atan2, degrees, hypot
from pathlib import Path

import numpy as np

from broker.events import Reason
from edge.flight.path import Path as Flight
from edge.flight.pose import Gimbal, Pose, Spread
from edge.flight.turning import angles, matrix, multiply
from edge.ground.aim import Aim, aim_of, camera_of
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.sheet import Known, Sheet
from edge.ground.spot import Spot, locate
from edge.telemetry import dji_srt

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
WIDTH, HEIGHT, FPS = 3840, 2160, 30.0
STEADY_SD_DEG = 3.0  # of a gimbal's yaw, as the telemetry settings have it

Where = Callable[["Sighting"], "Spot | Reason | None"]


@dataclass(frozen=True)
class Sighting:
    """One vehicle in one frame: in the picture, in the steadied picture, on the orthophoto, on earth."""

    frame: int
    vehicle: int
    pixel: tuple[float, float]
    steady: tuple[float, float]
    ortho: tuple[float, float]
    latitude: float
    longitude: float


def sightings(folder: Path) -> list[Sighting]:
    """Those of both files."""
    with (folder / "data_results-full_U_video_cut.csv").open(encoding="utf-8", newline="") as file:
        truth = {(int(row["Frame_Number"]), int(row["Vehicle_ID"])): row for row in csv.DictReader(file)}
    seen = []
    text = (folder / "data_results-full_U_video_cut.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        values = [float(value) for value in line.split(",")]
        row = truth.get((int(values[0]), int(values[1])))
        if row is not None:
            place = (float(row["Latitude"]), float(row["Longitude"]))
            ortho = (float(row["Ortho_X"]), float(row["Ortho_Y"]))
            pixel, steady = (values[2], values[3]), (values[6], values[7])
            seen.append(Sighting(int(values[0]), int(values[1]), pixel, steady, ortho, *place))
    return seen


def flight(folder: Path) -> Flight:
    """The flight log, written as the sidecar that the drone writes, through the reader of sidecars."""
    entries = []
    with (folder / "data_U_video_cut.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            t = int(row["frame"]) / FPS
            code = f"00:00:{t:06.3f} --> 00:00:{t + 1 / FPS:06.3f}".replace(".", ",")
            said = ["latitude", "longitude", "focal_len"]
            words = " ".join(f"[{key}: {row[key]}]" for key in said)
            height = f"[rel_alt: {row['rel_alt']} abs_alt: {row['abs_alt']}]"
            entries.append(f"{int(row['frame']) + 1}\n{code}\n{words} {height}\n")
    path = Flight()
    path.add(dji_srt.build(dji_srt.Settings()).read("\n".join(entries).encode()).poses)
    return path


def by_transform(folder: Path, seen: list[Sighting]) -> Where:
    """The given transforms, frame to orthophoto; orthophoto to earth is fitted to even vehicles."""
    name = "data_results-full_U_video_cut_"
    geo = np.loadtxt(folder / f"{name}geo_transf.txt", delimiter=",").reshape(3, 3)
    rows = np.loadtxt(folder / f"{name}vid_transf.txt", delimiter=",")
    steady = {int(row[0]): row[1:].reshape(3, 3) for row in rows}
    even = [one for one in seen if one.vehicle % 2 == 0]
    known = np.array([(*one.ortho, 1.0) for one in even])
    fit = np.linalg.lstsq(known, np.array([(one.latitude, one.longitude) for one in even]), rcond=None)[0]

    def where(one: Sighting) -> Spot | None:
        if one.vehicle % 2 == 0:
            return None
        place = geo @ steady.get(one.frame, np.eye(3)) @ np.array([*one.pixel, 1.0])
        latitude, longitude = (float(value) for value in (place / place[2]) @ fit)
        return Spot(latitude, longitude, 0.5, (0.0, 0.0, 0.0), 0.0)

    return where


def by_log(path: Flight, settings: GroundSettings) -> Where:
    """The flight log and a camera model, nothing else."""

    def where(one: Sighting) -> Spot | Reason:
        pose = path.at(one.frame / FPS)
        if isinstance(pose, Reason):
            return pose
        camera, aim = camera_of(settings, pose, WIDTH, HEIGHT), aim_of(settings, pose)
        if isinstance(camera, Reason):
            return camera
        return aim if isinstance(aim, Reason) else locate(settings, camera, aim, *_shares(one.pixel))

    return where


def by_points(seen: list[Sighting]) -> Where:
    """Ten vehicles of the first frame, far apart, taken for surveyed points; the others are asked for."""
    first = [one for one in seen if one.frame == 0]
    spread = sorted(first, key=lambda one: (one.steady[0], one.steady[1]))
    chosen = spread[:: max(1, len(spread) // 10)][:10]
    known = [Known(*_shares(one.steady), one.latitude, one.longitude) for one in chosen]
    sheet, taken = Sheet(known, known_sd=0.1, point_sd=3.0 / WIDTH), {one.vehicle for one in chosen}
    return lambda one: None if one.vehicle in taken else sheet.locate(*_shares(one.steady))


def heading_of(seen: list[Sighting], pose: Pose) -> float:
    """Where the picture's top points, from the truth, rounded to a degree: what a gimbal would tell."""
    plane = Tangent(pose.latitude, pose.longitude)
    rows = np.array([(*one.pixel, 1.0) for one in seen])
    metres = np.array([plane.metres(one.latitude, one.longitude)[:2] for one in seen])
    fit = np.linalg.lstsq(rows, metres, rcond=None)[0]
    return float(round(degrees(atan2(-fit[1][0], -fit[1][1])) % 360.0))


def _shares(pixel: tuple[float, float]) -> tuple[float, float]:
    return pixel[0] / WIDTH, pixel[1] / HEIGHT


def scored(seen: list[Sighting], where: Where) -> dict[str, float | int]:
    """The errors of those that are told."""
    errors, claims, refused = [], [], 0
    for one in seen:
        spot = where(one)
        if isinstance(spot, Reason):
            refused += 1
        elif spot is not None:
            plane = Tangent(one.latitude, one.longitude)
            errors.append(hypot(*plane.metres(spot.latitude, spot.longitude)[:2]))
            claims.append(spot.accuracy_m)
    return _figures(errors, claims, refused)


def _figures(errors: list[float], claims: list[float], refused: int) -> dict[str, float | int]:
    if not errors:
        return {"places": 0, "refused": refused}
    covered = sum(error <= claim for error, claim in zip(errors, claims, strict=True))
    return {
        "places": len(errors),
        "refused": refused,
        "median_m": round(float(np.median(errors)), 3),
        "p95_m": round(float(np.percentile(errors, 95)), 3),
        "claimed_median_m": round(float(np.median(claims)), 3),
        "covered": round(covered / len(errors), 4),
    }


def drawn(count: int, seed: int = 6) -> dict[str, float | int]:
    """Looks from 30 to 150 m, 25° to 90° below the horizon, each value as wrong as it is said to be."""
    chance, settings = np.random.default_rng(seed), GroundSettings()
    errors, claims, refused = [], [], 0
    for camera, truth in _looks(chance, count):
        x, y = chance.uniform(0.05, 0.95), chance.uniform(0.05, 0.95)
        right = locate(settings, camera, truth, x, y)
        told = locate(settings, *_mistaken(chance, camera, truth), *_missed(chance, camera, truth, x, y))
        if isinstance(right, Reason) or isinstance(told, Reason):
            refused += 1
            continue
        plane = Tangent(right.latitude, right.longitude)
        errors.append(hypot(*plane.metres(told.latitude, told.longitude)[:2]))
        claims.append(told.accuracy_m)
    return _figures(errors, claims, refused)


def _looks(chance: np.random.Generator, count: int) -> Iterator[tuple[Camera, Aim]]:
    spread = Spread()
    for _ in range(count):
        gimbal = Gimbal(chance.uniform(-90.0, -25.0), chance.uniform(0.0, 360.0), 0.0)
        pose = Pose(
            37.4, 126.7, t=0.0, height=chance.uniform(30, 150), gimbal=gimbal, focal=24.0, spread=spread
        )
        camera, aim = camera_of(GroundSettings(), pose, WIDTH, HEIGHT), aim_of(GroundSettings(), pose)
        if isinstance(camera, Camera) and isinstance(aim, Aim):
            yield camera, aim


def _mistaken(chance: np.random.Generator, camera: Camera, aim: Aim) -> tuple[Camera, Aim]:
    """What the telemetry would say of this look: level and compass err about axes of the ground."""
    plane = Tangent(aim.latitude, aim.longitude)
    latitude, longitude, _ = plane.place(chance.normal(0, aim.ground_sd), chance.normal(0, aim.ground_sd))
    tilted = matrix(
        chance.normal(0, aim.yaw_sd), chance.normal(0, aim.tilt_sd), chance.normal(0, aim.tilt_sd)
    )
    yaw, pitch, roll = angles(multiply(tilted, aim.turn()))
    height = max(5.0, aim.height + chance.normal(0, aim.height_sd))
    there = replace(aim, latitude=latitude, longitude=longitude, height=height)
    wrong = replace(there, yaw=yaw, pitch=pitch, roll=roll)
    return replace(camera, focal=camera.focal * (1 + chance.normal(0, camera.focal_sd))), wrong


def _missed(chance: np.random.Generator, camera: Camera, aim: Aim, x: float, y: float) -> tuple[float, float]:
    """Where the detector would put the point."""
    step = aim.pixel_sd * camera.pixel
    return x + chance.normal(0, step), y + chance.normal(0, step * camera.aspect)


def real(folder: Path) -> dict[str, dict[str, float | int]]:
    """All ways over the real hover."""
    seen, path = sightings(folder), flight(folder)
    alone = GroundSettings(nadir="assume")
    heading = heading_of(seen, path.poses[0])
    headed = alone.model_copy(update={"heading_deg": heading % 360.0, "heading_sd_deg": STEADY_SD_DEG})
    print(
        f"{len(seen)} sightings of {len({one.vehicle for one in seen})} vehicles; top of picture {heading:g}°"
    )
    return {
        "transform": scored(seen, by_transform(folder, seen)),
        "log_alone": scored(seen, by_log(path, alone)),
        "log_and_heading": scored(seen, by_log(path, headed)),
        "known_points": scored(seen, by_points(seen)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ground", description=__doc__)
    parser.add_argument("--drawn", type=int, default=4000, metavar="N", help="looks that are drawn")
    args = parser.parse_args()
    folder = SHARED / "drone" / "geotrax"
    figures = real(folder) if folder.is_dir() else {}
    if not figures:
        print(f"no geotrax at {folder} (set GEWU_SHARED_DATA): only drawn looks", file=sys.stderr)
    figures["drawn"] = drawn(args.drawn)
    for name, one in figures.items():
        print(f"{name:16} " + "  ".join(f"{key} {value}" for key, value in one.items()))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
