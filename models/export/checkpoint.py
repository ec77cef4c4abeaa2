"""A checkpoint of ultralytics becomes a bundle, and is held against what ultralytics itself says."""

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.bundles import Bundle, made
from models.card import Card, File, Made, Parity
from models.catalog import Licence
from models.errors import ModelError
from models.export import worker
from models.export.apart import worked
from models.export.parity import Difference, Seen, difference, total
from models.files import sha256_of
from models.formats.ultralytics import OVERLAP, label_words
from models.runtime import LoadedDetector, ModelSettings, open_bundle

FLOOR, SURE = 0.05, 0.1  # both are asked from FLOOR on; what reaches SURE must agree
OPSET = 17
_TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported. `finished`: with the head that needs no suppression, where there is one."""

    checkpoint: Path
    name: str
    version: int
    size: int
    finished: bool
    pictures: Sequence[Path]
    python: str = sys.executable
    trained_on: str = "not told"
    weights: str | None = None  # their licence, where it is another than the tool's
    kinds: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The bundle, and by picture how far it is from ultralytics itself."""

    bundle: Bundle
    by_picture: dict[str, Difference]
    facts: dict[str, Any]

    @property
    def differences(self) -> list[Difference]:
        """Of each picture."""
        return list(self.by_picture.values())

    @property
    def difference(self) -> Difference:
        """Over all pictures."""
        return total(self.differences)


def export(wanted: Wanted) -> Exported:
    """Export, open, compare. Raises ModelError."""
    if not wanted.checkpoint.is_file():
        raise ModelError(f"{wanted.checkpoint} is no file")
    with tempfile.TemporaryDirectory(prefix="gewu-export-") as work:
        answer = _worked(wanted, Path(work))
        network = (Path(work) / "model.onnx").read_bytes()
    if answer["task"] != "detect":
        raise ModelError(f"{wanted.checkpoint}: is for {answer['task']}; only detectors are used here")
    card = _card(wanted, answer, network)
    detector = open_bundle(made(card, network), ModelSettings(score=FLOOR))
    by_picture = {path: _difference(path, rows, detector) for path, rows in answer["found"].items()}
    card = card.model_copy(update={"parity": parity_of(answer["tool"], list(by_picture.values()))})
    facts = {key: value for key, value in answer.items() if key != "found"}
    return Exported(made(card, network), by_picture, facts)


def parity_of(tool: str, differences: Sequence[Difference]) -> Parity | None:
    """For a card; None where no picture was compared."""
    if not differences:
        return None
    found = total(differences)
    return Parity(
        against=tool,
        pictures=len(differences),
        things=found.things,
        boxes_px=round(found.boxes_px, 4),
        scores=round(found.scores, 6),
        unmatched=found.unmatched,
    )


def _worked(wanted: Wanted, work: Path) -> dict[str, Any]:
    """What the other process said."""
    copy = work / wanted.checkpoint.name  # ultralytics writes beside the checkpoint
    copy.write_bytes(wanted.checkpoint.read_bytes())
    order = {
        "checkpoint": str(copy),
        "out": str(work / "model.onnx"),
        "size": wanted.size,
        "opset": OPSET,
        "finished": wanted.finished,
        "pictures": [str(path.resolve()) for path in wanted.pictures],
        "floor": FLOOR,
        "overlap": OVERLAP,
    }
    here = Path(worker.__file__)
    return worked(wanted.checkpoint, wanted.python, here, order, work, longest_s=_TIMEOUT_S)


def _difference(path: str, rows: list[list[float]], detector: LoadedDetector) -> Difference:
    picture = np.asarray(cv2.imread(path, cv2.IMREAD_COLOR), np.uint8)
    found = detector.by_class([picture])[0]
    high, wide = picture.shape[:2]
    boxes = found.boxes.astype(np.float64) * np.array([wide, high, wide, high])
    return difference(Seen.of_rows(rows), Seen(boxes, found.scores.astype(np.float64), found.classes), SURE)


def _card(wanted: Wanted, answer: dict[str, Any], network: bytes) -> Card:
    labels = label_words([answer["names"][str(i)] for i in range(len(answer["names"]))])
    way = "one box a thing in the graph" if answer["finished"] else "suppression outside"
    return Card(
        name=wanted.name,
        version=wanted.version,
        title=f"{answer['family']}, {wanted.size}x{wanted.size}",
        role="detector",
        format="ultralytics",
        labels=list(labels),
        kinds=wanted.kinds or {},
        input="RGB 0..1, proportions kept, centred, rest 114",
        licence=Licence(code="AGPL-3.0 (ultralytics)", weights=wanted.weights or answer["licence"]),
        trained_on=wanted.trained_on,
        precision="float32",
        file=File(sha256=hashlib.sha256(network).hexdigest(), bytes=len(network)),
        made=[
            Made(
                of=wanted.checkpoint.name,
                sha256=sha256_of(wanted.checkpoint),
                by=f"{answer['tool']}, torch {answer['torch']}, opset {OPSET}",
                note=f"{answer['head']}, {way}",
            )
        ],
    )
