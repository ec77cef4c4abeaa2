"""How well a detector sees, by the COCO authors' own code (pycocotools, arXiv 1405.0312)."""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.card import Metric
from models.coco import Marked
from models.detections import Detections
from models.errors import ModelError
from models.mapping import label_map
from models.words import IGNORED, kind_of

# pycocotools' twelve figures, in its order.
_FIGURES = (
    *("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large"),
    *("ar1", "ar10", "ar", "ar_small", "ar_medium", "ar_large"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """COCO's figures over all labels that the pictures hold, AP of each label and of each of Gewu's kinds."""

    values: dict[str, float]
    labels: dict[str, float]
    kinds: dict[str, float]
    pictures: int

    def metric(self, data: str, source: str) -> Metric:
        """As a card holds it."""
        values, labels, kinds = (
            {name: round(value, 4) for name, value in given.items()}
            for given in (self.values, self.labels, self.kinds)
        )
        return Metric(
            data=data, pictures=self.pictures, source=source, values=values, labels=labels, kinds=kinds
        )

    def mean_of(self, labels: Sequence[str]) -> float | None:
        """The mean AP of these labels, of those that have one."""
        found = [self.labels[label] for label in labels if label in self.labels]
        return float(np.mean(found)) if found else None


def judged(
    marked: Marked,
    found: Mapping[int, Detections],
    classes: Sequence[str],
    taken_for: Sequence[str] | None = None,
) -> Judged:
    """What a detector found in each picture, against what is there.

    classes: the words of the detections' classes. taken_for: what the rules take each for, for the figures by
    kind; there, boxes of one kind that lie on one another are one thing. Raises ModelError where pycocotools
    is not installed.
    """
    values, labels = _evaluated(marked.dataset, _rows(marked, found, classes))
    words = dict(zip(classes, taken_for or classes, strict=True))
    _, kinds = _evaluated(*_by_kind(marked, found, classes, words))
    return Judged(values, labels, kinds, len(marked.images))


def _rows(marked: Marked, found: Mapping[int, Detections], classes: Sequence[str]) -> list[dict[str, Any]]:
    """As pycocotools reads it; what the pictures have no category for is not judged."""
    numbers = {name: number for number, name in marked.labels.items()}
    rows = []
    for image in marked.images:
        seen = found[image["id"]]
        size = np.array([image["width"], image["height"]] * 2, np.float64)
        boxes = seen.boxes * size
        boxes[:, 2:] -= boxes[:, :2]
        for box, score, place in zip(
            boxes.tolist(), seen.scores.tolist(), seen.classes.tolist(), strict=True
        ):
            if (category := numbers.get(classes[place])) is not None:
                row = {"image_id": image["id"], "category_id": category, "bbox": box, "score": score}
                rows.append(row)
    return rows


def _by_kind(
    marked: Marked, found: Mapping[int, Detections], classes: Sequence[str], words: Mapping[str, str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The same with Gewu's kinds for labels, on both sides."""
    names = [_kind(words.get(name, name)) for name in marked.labels.values()]
    kinds = sorted(set(names) - {IGNORED})
    number = {kind: place for place, kind in enumerate(kinds, 1)}
    category = dict(zip(marked.labels, names, strict=True))
    kept = [a for a in marked.dataset["annotations"] if category[a["category_id"]] != IGNORED]
    dataset = {
        "images": marked.images,
        "categories": [{"id": number[kind], "name": kind} for kind in kinds],
        "annotations": [{**a, "category_id": number[category[a["category_id"]]]} for a in kept],
    }
    mapping = label_map(classes, {name: _kind(words[name]) for name in classes})
    moved = {image: mapping.applied(seen) for image, seen in found.items()}
    return dataset, _rows(Marked(marked.folder, dataset, marked.part), moved, mapping.labels)


def _kind(word: str) -> str:
    return word if word == IGNORED else kind_of(word) or "thing"


def _evaluated(
    dataset: dict[str, Any], rows: list[dict[str, Any]]
) -> tuple[dict[str, float], dict[str, float]]:
    """COCO's figures, and AP by the name of each category that the truth holds."""
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise ModelError(
            "average precision needs the package pycocotools; pip install 'gewu[eval]'"
        ) from error
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"info": {}, **dataset}
        truth.createIndex()
        if not rows:  # pycocotools cannot read a list of nothing
            return {"ap": 0.0}, dict.fromkeys(_in_truth(dataset), 0.0)
        evaluation = COCOeval(truth, truth.loadRes(rows), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    values = {name: float(v) for name, v in zip(_FIGURES, evaluation.stats, strict=True) if v >= 0}
    precision = evaluation.eval["precision"]  # overlap, recall, category, area, most boxes
    names = {c["id"]: c["name"] for c in dataset["categories"]}
    means = {names[n]: _mean(precision[:, :, i, 0, -1]) for i, n in enumerate(evaluation.params.catIds)}
    return values, {name: mean for name, mean in means.items() if mean is not None}


def _mean(precision: Any) -> float | None:
    known = precision[precision >= 0]
    return float(known.mean()) if known.size else None


def _in_truth(dataset: dict[str, Any]) -> list[str]:
    names = {c["id"]: c["name"] for c in dataset["categories"]}
    return sorted({names[a["category_id"]] for a in dataset["annotations"] if not a["iscrowd"]})
