"""A dataset as `gewu-central dataset` writes it: whole, split by place, and with something to learn in it."""

import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.coco import Marked, marked
from models.errors import ModelError

CARD = "card.json"
SIDES = ("train", "val")
FEWEST = 10  # things of a class to learn from; below that it is no class, but an accident


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is learned from, and what is judged on; never the same place in both."""

    folder: Path
    card: Mapping[str, Any]
    classes: tuple[str, ...]
    train: Marked
    val: Marked

    def words(self) -> str:
        """For the card of a model."""
        card = self.card
        counts = ", ".join(f"{name} {number['train']}" for name, number in card["classes"].items())
        places = sum(side == "train" for side in card["places"].values())
        span = " to ".join(str(day)[:10] for day in card["span"])
        return (
            f"{len(self.train.images)} of an operator's own masked pictures ({counts}) of {places} places, "
            f"{span}, as people marked them; licence: {card['licence']}"
        )[:4000]


@contextmanager
def opened(given: Path, fewest: int = FEWEST) -> Iterator[Dataset]:
    """A folder, or the archive as the centre sends it. Raises ModelError, a line for each fault."""
    if given.is_dir():
        yield _checked(given, str(given), fewest)
        return
    with TemporaryDirectory(prefix="gewu-dataset-") as work:
        try:
            with tarfile.open(given) as archive:
                archive.extractall(work, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise ModelError(f"{given}: is no folder and no whole tar archive: {error}") from error
        yield _checked(Path(work) / "dataset", str(given), fewest)


def _checked(folder: Path, name: str, fewest: int) -> Dataset:
    card = _card(folder, name)
    faults, sides = [], {}
    for side in SIDES:
        try:
            sides[side] = marked(folder / side)
        except ModelError as error:
            more = "; ask for more places, or another --val" if "names no picture" in str(error) else ""
            faults.append(f"{name}: {side}: {error}{more}")
    if faults:
        raise ModelError("\n".join(faults))
    classes = tuple(sides["train"].labels.values())
    faults += [
        f"{name}: {label}: {number} in train; at least {fewest} are needed to learn it (--fewest)"
        for label in classes
        if (number := _number(sides["train"], label)) < fewest
    ]
    if sum(_number(sides["val"], label) for label in classes) == 0:
        faults.append(f"{name}: val holds nothing to judge by, only negatives")
    if faults:
        raise ModelError("\n".join(faults))
    return Dataset(folder, card, classes, sides["train"], sides["val"])


def _card(folder: Path, name: str) -> Mapping[str, Any]:
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{name}: has no {CARD}, its last file: it is not whole, or no dataset") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{name}: {CARD} cannot be read: {error}") from error
    wanted = ("classes", "places", "span", "licence", "privacy")
    missing = [key for key in wanted if not isinstance(card, dict) or not card.get(key)]
    if missing:
        raise ModelError(f"{name}: {CARD} says nothing of {', '.join(missing)}")
    found: Mapping[str, Any] = card
    return found


def _number(side: Marked, label: str) -> int:
    names = side.labels
    return sum(names[one["category_id"]] == label for one in side.dataset["annotations"])
