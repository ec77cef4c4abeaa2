"""Real objects cut out of pictures by their outlines, and heaps of rubble that are drawn."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.composites.backgrounds import Picture

Alpha = NDArray[np.float32]  # 0..1

# Annotations of the shared pictures whose outlines are whole, by what they are here. Looked at one by one;
# what an honest reader would not call the thing is left out: trucks that are pieces of vehicles or have
# people before them, cars without wheels, bags that are a black shape or a corner of cloth, a bottle's
# neck, half a chair, cherries strewn about.
OUTLINES: Final[dict[str, tuple[int, ...]]] = {
    "car": (139476, 139801, 347385, 1373530, 1352895),  # seen from before or behind
    "car_side": (345637, 132909),
    "van": (396321, 1372699),
    "bus": (168880, 168542, 366014),
    "motorcycle": (2047515,),
    "bicycle": (125303, 127006),
    "umbrella": (281295, 282905, 2074255),
    "table": (1618849, 122387, 1958654, 1966302),
    "chair": (107078, 104368, 103487),
    "bench": (106976,),
    "bag": (1187947, 1446824, 1436222, 1173923, 1163973, 1175457, 1841741),
    "suitcase": (1182773, 1184502, 1185290, 1185843, 1446996, 1447020),
    "fruit": (1045249, 1042964, 1053106, 1042570),
    "bowl": (714928, 710139, 709642),
    "bottle": (85818, 83467, 85293),
    "cup": (670367,),
    "plant": (1952361, 1955442),
    "person": (1249939, 1756536, 453741, 460884, 1697882),
}


@dataclass(frozen=True)
class Crop:
    """A picture and how much of each pixel belongs to the object; trimmed to the object."""

    picture: Picture
    alpha: Alpha

    @property
    def aspect(self) -> float:
        """Width over height."""
        return float(self.picture.shape[1] / self.picture.shape[0])

    def mirrored(self) -> "Crop":
        """Left and right exchanged."""
        return Crop(np.ascontiguousarray(self.picture[:, ::-1]), np.ascontiguousarray(self.alpha[:, ::-1]))

    def sized(self, width: int, height: int) -> "Crop":
        """At so many pixels, with the soft edge that a camera gives."""
        size, how = (max(2, width), max(2, height)), cv2.INTER_AREA
        if height > self.picture.shape[0]:
            how = cv2.INTER_CUBIC
        alpha = cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA)
        return Crop(
            np.asarray(cv2.resize(self.picture, size, interpolation=how), np.uint8),
            np.asarray(cv2.GaussianBlur(alpha, (3, 3), 0.6), np.float32),
        )


class Shelf:
    """The crops by name: `car.2` is the third car, `heap.5` the heap of seed 5."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "coco_mini"
        self._cut: dict[str, Crop] = {}

    def __getitem__(self, name: str) -> Crop:
        if name not in self._cut:
            self._cut[name] = self._make(name)
        return self._cut[name]

    def _make(self, name: str) -> Crop:
        kind, _, number = name.partition(".")
        if kind == "heap":
            return heap(int(number or 0))
        if kind == "pole":
            return _pole()
        if kind not in OUTLINES:
            raise ValueError(f"no crop {name!r}; there are {', '.join(OUTLINES)}, heap, pole")
        ids = OUTLINES[kind]
        return self._outlined(ids[int(number or 0) % len(ids)])

    @cached_property
    def _annotations(self) -> dict[int, dict[str, Any]]:
        data = json.loads((self._folder / "instances.json").read_text())
        names = {picture["id"]: picture["file_name"] for picture in data["images"]}
        return {row["id"]: {**row, "file_name": names[row["image_id"]]} for row in data["annotations"]}

    def _outlined(self, annotation: int) -> Crop:
        row = self._annotations[annotation]
        file = self._folder / "images" / row["file_name"]
        picture = cv2.imread(str(file))
        if picture is None:
            raise FileNotFoundError(f"no picture {file}")
        mask = np.zeros(picture.shape[:2], np.uint8)
        lines = [np.round(np.reshape(line, (-1, 2))).astype(np.int32) for line in row["segmentation"]]
        cv2.fillPoly(mask, lines, 255)
        mask = cv2.erode(mask, np.ones((3, 3), np.uint8)) if min(row["bbox"][2:]) > 60 else mask
        return _trimmed(np.asarray(picture, np.uint8), (mask / 255).astype(np.float32))


def _trimmed(picture: Picture, alpha: Alpha) -> Crop:
    rows, columns = np.flatnonzero(alpha.max(axis=1)), np.flatnonzero(alpha.max(axis=0))
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return Crop(np.ascontiguousarray(picture[part]), np.ascontiguousarray(alpha[part]))


def heap(seed: int, side: int = 160) -> Crop:
    """A mound of some 400 stones, bricks and scraps, lit from above. Drawn: no real heap could be had."""
    chance = np.random.default_rng(seed)
    picture, alpha = np.zeros((side, side * 2, 3), np.uint8), np.zeros((side, side * 2), np.uint8)
    tones = np.array([(95, 100, 105), (70, 90, 130), (130, 140, 150), (60, 70, 75), (150, 150, 145)])
    for _ in range(420):
        across = np.clip(chance.normal(0, 0.32), -0.75, 0.75)
        top = max(0.0, 0.85 * np.exp(-(across**2) / 0.16) * chance.uniform(0.2, 1.0))
        x, y = side * (1 + across), side * (0.96 - top)
        stone = _stone(chance, x, y, side * chance.uniform(0.02, 0.07))
        tone = tones[chance.integers(len(tones))] * chance.uniform(0.6, 1.25)
        cv2.fillPoly(picture, [stone], tuple(float(v) for v in np.clip(tone, 0, 255)))
        cv2.polylines(picture, [stone], True, tuple(float(v) for v in tone * 0.55), 1)
        cv2.fillPoly(alpha, [stone], 255)
    return _trimmed(picture, (alpha / 255).astype(np.float32))


def _pole() -> Crop:
    """The pole of an umbrella, lit from the left."""
    tones = np.array([90, 170, 190, 160, 110, 80], np.uint8)
    picture = np.repeat(np.tile(tones, (200, 1))[..., None], 3, axis=2)
    return Crop(picture, np.ones(picture.shape[:2], np.float32))


def _stone(chance: np.random.Generator, x: float, y: float, size: float) -> NDArray[np.int32]:
    angles = np.sort(chance.uniform(0, 2 * np.pi, chance.integers(4, 7)))
    reach = size * chance.uniform(0.6, 1.0, len(angles))
    points = np.stack([x + 1.3 * reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
    return np.round(points).astype(np.int32)
