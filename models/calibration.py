"""Pictures that say what a network's layers hold: of a folder of pictures, of clips, or laid out as COCO."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.coco import INSTANCES, Part, marked
from models.detections import Picture
from models.errors import ModelError

PICTURES = (".jpg", ".jpeg", ".png")
CLIPS = (".avi", ".mkv", ".mov", ".mp4", ".ts")

Place = tuple[Path, float | None]  # a picture, or a clip and the share of it after which its frame comes


def calibration(folder: Path, most: int, part: Part | None = None) -> list[Picture]:
    """So many of its pictures, evenly over all; of each clip as many frames. Raises ModelError.

    part: which of the pictures may be taken, so that others are left to judge by.
    """
    part = part or Part()
    if (folder / INSTANCES).is_file():
        return spread([picture for _, picture in marked(folder, part).pictures()], most)
    places = list(_places(folder, most))[part.first :: part.of]
    found = [picture for place in spread(places, most) if (picture := _read(*place)) is not None]
    if not found:
        allowed = ", ".join(PICTURES + CLIPS)
        raise ModelError(f"{folder}: holds no picture or clip that can be read; allowed are {allowed}")
    return found


def spread(things: Sequence[Any], most: int) -> list[Any]:
    """So many of them, evenly over all."""
    if len(things) <= most:
        return list(things)
    return [things[int(place)] for place in np.linspace(0, len(things) - 1, most)]


def _places(folder: Path, most: int) -> Iterator[Place]:
    paths = [path for path in sorted(folder.glob("*")) if path.suffix.lower() in PICTURES + CLIPS]
    each = -(-most // len(paths)) if paths else 0
    for path in paths:
        if path.suffix.lower() in PICTURES:
            yield path, None
        else:
            yield from ((path, (place + 0.5) / each) for place in range(each))


def _read(path: Path, share: float | None) -> Picture | None:
    if share is None:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    else:
        clip = cv2.VideoCapture(str(path))
        clip.set(cv2.CAP_PROP_POS_FRAMES, int(clip.get(cv2.CAP_PROP_FRAME_COUNT) * share))
        there, picture = clip.read()
        clip.release()
        picture = picture if there else None
    return None if picture is None else np.asarray(picture, np.uint8)
