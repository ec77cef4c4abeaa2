"""A folder of pictures with COCO's `instances.json` beside it, as truth for `models.precision`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.detections import Detections, Picture
from models.precision import Found, Truth

PERSONS = ("person",)
VEHICLES = ("car", "bus", "truck")


def pictures(folder: Path, every: int = 1) -> Iterator[tuple[Picture, Truth]]:
    """The pictures of `folder/images` that `folder/instances.json` describes, each with its truth."""
    known = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    labels = {c["id"]: c["name"].lower().replace(" ", "_") for c in known["categories"]}
    for image in sorted(known["images"], key=lambda i: int(i["id"]))[::every]:
        picture = cv2.imread(str(folder / "images" / image["file_name"]), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{folder}: {image['file_name']} is not a picture")
        yield np.asarray(picture, np.uint8), _truth(image, known["annotations"], labels)


def _truth(image: Any, annotations: Sequence[Any], labels: dict[int, str]) -> Truth:
    mine = [a for a in annotations if a["image_id"] == image["id"]]
    corners = np.array([a["bbox"] for a in mine], np.float32).reshape(-1, 4)
    corners[:, 2:] += corners[:, :2]
    size = np.array([image["width"], image["height"]] * 2, np.float32)
    crowds = np.array([bool(a["iscrowd"]) for a in mine], np.bool_)
    return Truth(corners / size, tuple(labels[a["category_id"]] for a in mine), crowds)


def found(detections: Detections, labels: Sequence[str]) -> Found:
    """Detections with the names of their classes."""
    names = tuple(labels[int(c)] for c in detections.classes)
    return Found(detections.boxes, names, detections.scores)
