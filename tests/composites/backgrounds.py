"""Real fixed-camera clips as endless backgrounds: played to and fro, with what moves in each picture.

A clip lasts 10 to 80 s and is played forwards and backwards, so the same traffic comes again: an hour of it
is not an hour of independent samples.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # height x width x 3, BGR
Mask = NDArray[np.bool_]
Point = tuple[float, float]

MOVED = 25  # levels from the clip's median: surely something else than the ground
FAINT = 12  # the same beside what surely moves: its grey doors on grey asphalt
LEAST = 0.0004  # share of the picture: smaller specks are noise
SAMPLES = 31  # pictures that the median is taken of


@dataclass(frozen=True)
class Movers:
    """What moves in a picture: whose each pixel is (0: nobody's), and the row of each one's foot."""

    of: NDArray[np.uint16]
    feet: NDArray[np.int32]

    def before(self, foot: float, part: tuple[slice, slice]) -> Mask:
        """Where, in that part, something stands lower than that row: in front of what stands there."""
        return np.asarray((self.feet > foot)[self.of[part]])


@dataclass(frozen=True)
class Ground:
    """How large a metre looks where something stands: share of the picture's height, from its foot's y.

    A flat ground seen by a level camera: it grows linearly from the horizon down.
    """

    horizon: float
    slope: float

    def metre(self, y: float) -> float:
        """The height of one metre, standing with its foot at y (both shares of the picture's height)."""
        return self.slope * (y - self.horizon)


@dataclass(frozen=True)
class View:
    """A clip, the seconds of it that are used, and its ground. light: of things in it, 1 by day."""

    clip: str
    ground: Ground
    start: float = 0.0
    end: float = 30.0
    light: float = 1.0


class Background:
    """The clip's pictures at `fps`, each with a mask of what moves in it."""

    def __init__(self, view: View, folder: Path, fps: float = 5.0) -> None:
        self.view = view
        self.fps = fps
        self.pictures = list(_pictures(_file(folder, view.clip), view.start, view.end, fps))
        if len(self.pictures) < 2:
            raise ValueError(f"{view.clip}: no pictures between {view.start} and {view.end} s")
        self.height, self.width = self.pictures[0].shape[:2]

    def at(self, index: int) -> tuple[Picture, Movers]:
        """The picture of that index, forwards then backwards for ever, and what moves in it."""
        place = _to_and_fro(index, len(self.pictures))
        return self.pictures[place], self.movers[place]

    @cached_property
    def median(self) -> Picture:
        """The ground without its traffic, as far as the clip shows it."""
        step = max(1, len(self.pictures) // SAMPLES)
        return np.asarray(np.median(np.stack(self.pictures[::step]), axis=0), np.uint8)

    @cached_property
    def tone(self) -> float:
        """How bright its ground is."""
        return float(np.percentile(self.median, 60))

    @cached_property
    def moving(self) -> list[Mask]:
        """For each picture, what is not the ground."""
        return [_moving(picture, self.median) for picture in self.pictures]

    @cached_property
    def movers(self) -> list[Movers]:
        """The same, one by one."""
        return [_movers(mask) for mask in self.moving]

    def crossed(self, box: Sequence[float]) -> float:
        """Share of the pictures in which something moves on this ground (x1 y1 x2 y2, shares).

        Nothing may be put where this is not small: traffic would drive through it.
        """
        x1, y1, x2, y2 = (round(v * s) for v, s in zip(box, (self.width, self.height) * 2, strict=True))
        if x1 >= x2 or y1 >= y2:  # it is outside the picture
            return 0.0
        return float(np.mean([mask[y1:y2, x1:x2].mean() > 0.1 for mask in self.moving]))


def _to_and_fro(index: int, count: int) -> int:
    place = index % (2 * count - 2)
    return place if place < count else 2 * count - 2 - place


def _file(folder: Path, clip: str) -> Path:
    found = sorted((folder / "video").glob(f"{clip}.*"))
    if not found:
        raise FileNotFoundError(f"no clip {clip} in {folder / 'video'}")
    return found[0]


def _pictures(path: Path, start: float, end: float, fps: float) -> Iterator[Picture]:
    """The first picture at or after each tick, by the container's time stamps."""
    with av.open(str(path)) as container:
        tick = 0
        for frame in container.decode(video=0):
            t = float(frame.time or 0.0)
            if t >= end:
                return
            if t + 1e-6 >= start + tick / fps:
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                tick += 1


def _movers(moving: Mask) -> Movers:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(moving.astype(np.uint8))
    feet = stats[:count, cv2.CC_STAT_TOP] + stats[:count, cv2.CC_STAT_HEIGHT]
    feet[0] = -1  # the ground is before nothing
    return Movers(labels.astype(np.uint16), np.asarray(feet, np.int32))


def _moving(picture: Picture, ground: Picture) -> Mask:
    off = cv2.absdiff(cv2.blur(picture, (3, 3)), cv2.blur(ground, (3, 3))).max(axis=2)
    sure = cv2.morphologyEx((off > MOVED).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    near = cv2.dilate(sure, np.ones((9, 9), np.uint8))
    whole = cv2.morphologyEx(sure | (near & (off > FAINT)), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    mask = np.zeros(off.shape, np.uint8)
    large = [line for line in outlines if cv2.contourArea(line) >= LEAST * off.size]
    cv2.drawContours(mask, large, -1, 1, cv2.FILLED)
    return np.asarray(mask > 0)
