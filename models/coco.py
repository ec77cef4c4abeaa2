"""A folder of pictures with COCO's `instances.json` beside it: what is in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detections import Floats, Picture
from models.errors import ModelError

INSTANCES = "instances.json"
VEHICLES = ("car", "bus", "truck")


@dataclass(frozen=True, slots=True)
class Part:
    """Each `of`-th picture from the `first` on: a model may be made with some and judged by others."""

    first: int = 0
    of: int = 1

    def words(self) -> str:
        """For people."""
        return "" if self.of == 1 else f", each {self.of}th from number {self.first} on"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in one picture: boxes x1 y1 x2 y2 in shares, a label each; a crowd neither counts nor harms."""

    boxes: Floats
    labels: tuple[str, ...]
    crowds: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marked:
    """Pictures of which is known what they show. `dataset` is as COCO's file, with labels as words."""

    folder: Path
    dataset: dict[str, Any]
    part: Part

    @property
    def labels(self) -> dict[int, str]:
        """The words by the number of their category."""
        return {category["id"]: category["name"] for category in self.dataset["categories"]}

    @property
    def images(self) -> list[dict[str, Any]]:
        """The pictures, in the order of their numbers."""
        return list(self.dataset["images"])

    def words(self) -> str:
        """Which pictures, for people."""
        return f"{self.folder.name}{self.part.words()}"

    def pictures(self) -> Iterator[tuple[int, Picture]]:
        """The number of each picture, and the picture. Raises ModelError for one that is none."""
        for image in self.images:
            path = self.folder / "images" / image["file_name"]
            picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if picture is None:
                raise ModelError(f"{path}: is not a picture")
            yield image["id"], np.asarray(picture, np.uint8)

    def truth(self, number: int) -> Truth:
        """What one picture shows."""
        (image,) = (image for image in self.images if image["id"] == number)
        mine = [a for a in self.dataset["annotations"] if a["image_id"] == number]
        corners = np.array([a["bbox"] for a in mine], np.float32).reshape(-1, 4)
        corners[:, 2:] += corners[:, :2]
        size = np.array([image["width"], image["height"]] * 2, np.float32)
        crowds = np.array([bool(a["iscrowd"]) for a in mine], np.bool_)
        return Truth(corners / size, tuple(self.labels[a["category_id"]] for a in mine), crowds)


def word(name: str) -> str:
    """A category as labels are written: `traffic light` is `traffic_light`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def marked(folder: Path, part: Part | None = None) -> Marked:
    """Read what the pictures of `folder/images` show. Raises ModelError that says what is wrong."""
    path, part = folder / INSTANCES, part or Part()
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        images = sorted(known["images"], key=lambda image: int(image["id"]))[part.first :: part.of]
        wanted = {image["id"] for image in images}
        categories = [{**one, "name": word(str(one["name"]))} for one in known["categories"]]
        mine = [a for a in known["annotations"] if a["image_id"] in wanted]
        annotations = [_whole(number, one) for number, one in enumerate(mine, 1)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: is not as COCO's instances are: {type(error).__name__}: {error}"
        ) from error
    if not images:
        raise ModelError(f"{path}: names no picture")
    return Marked(folder, {"images": images, "categories": categories, "annotations": annotations}, part)


def _whole(number: int, one: dict[str, Any]) -> dict[str, Any]:
    """With the fields that the evaluation reads, where somebody's file leaves them out."""
    wide, high = one["bbox"][2:]
    return {"iscrowd": 0, "area": wide * high, **one, "id": number}
