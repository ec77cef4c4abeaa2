"""The same boxes as YOLO's text files and as COCO's instances, and the card of it all. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker.fields import rfc3339, utc
from central.datasets.labels import Box, Item
from central.datasets.places import SIDES, Side, short
from central.datasets.scenes import Scene, count_labels

CARD, NAMES, INSTANCES, RECORDS = "card.json", "data.yaml", "instances.json", "scenes.jsonl"
PLAIN = (
    "The nodes masked persons, faces and plates before a picture left their memory. The caption was cut off, "
    "and the box that a node draws around what it tells was filled in, with two more of the same size "
    "elsewhere, so that nothing can be learned from the drawing. The zone's thin outline is still there."
)
KEPT = (
    "A copy is under no clock of the centre: whoever holds it deletes it when the pictures' own time is over."
)
LICENCE = "the operator's own pictures; no licence to anybody else was given"


@dataclass(frozen=True, slots=True)
class Placed:
    """A scene that goes along: on which side, of which place, and how many pixels its picture has."""

    scene: Scene
    side: Side
    place: str
    width: int
    height: int

    @property
    def stem(self) -> str:
        """What its files are called: place, time and picture."""
        shot = self.scene.shot
        return f"{short(self.place)}_{utc(shot.taken):%Y%m%dT%H%M%SZ}_{shot.sha256[:12]}"


def yolo(things: Iterable[Item], classes: Sequence[str], labels: Mapping[str, str]) -> str:
    """One line a thing: its class, the middle and the size of its box in shares."""
    lines = []
    for item in things:
        x1, y1, x2, y2 = _box(item)
        numbers = ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1)
        lines.append(" ".join([str(classes.index(labels[item.kind])), *(f"{n:.6f}" for n in numbers)]))
    return "".join(f"{line}\n" for line in lines)


def names_file(classes: Sequence[str]) -> str:
    """`data.yaml`, as ultralytics reads it."""
    rows = "".join(f"  {n}: {name}\n" for n, name in enumerate(classes))
    return f"path: .\ntrain: train/images\nval: val/images\nnames:\n{rows}"


def coco(placed: Sequence[Placed], classes: Sequence[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """COCO's instances of one side; a picture without any is a negative."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, one in enumerate(placed, 1):
        taken = rfc3339(utc(one.scene.shot.taken))
        size = {"width": one.width, "height": one.height}
        images.append({"id": number, "file_name": f"{one.stem}.jpg", **size, "date_captured": taken})
        for item in one.scene.things:
            x1, y1, x2, y2 = _box(item)
            box = [x1 * one.width, y1 * one.height, (x2 - x1) * one.width, (y2 - y1) * one.height]
            row = {"id": len(annotations) + 1, "image_id": number, "iscrowd": 0}
            row["category_id"] = classes.index(labels[item.kind]) + 1
            annotations.append(row | {"bbox": [round(n, 2) for n in box], "area": round(box[2] * box[3], 2)})
    categories = [{"id": n, "name": name} for n, name in enumerate(classes, 1)]
    return {"images": images, "categories": categories, "annotations": annotations}


def record(placed: Placed, labels: Mapping[str, str]) -> dict[str, Any]:
    """What is known of one picture: place, zone, kind and time, and what people said of each thing."""
    shot = placed.scene.shot
    told = [(item, labels[item.kind]) for item in placed.scene.things]
    told += [(item, "") for item in placed.scene.wrong]
    return {
        "file": f"{placed.side}/images/{placed.stem}.jpg",
        "sha256": shot.sha256,
        "place": placed.place,
        "node": shot.node,
        "source": shot.source,
        "zone": shot.zone,
        "kind": shot.kind,
        "taken": rfc3339(utc(shot.taken)),
        "role": shot.role,
        "things": [_thing(item, label) for item, label in told],
    }


def card(
    placed: Sequence[Placed],
    classes: Sequence[str],
    labels: Mapping[str, str],
    *,
    asked: Mapping[str, Any],
    made: datetime,
    left_out: Mapping[str, int],
    licence: str,
) -> dict[str, Any]:
    """What is in it, what is not and why, and what may be done with it."""
    by_side = {side: [one for one in placed if one.side == side] for side in SIDES}
    counts = {side: count_labels((one.scene for one in ones), labels) for side, ones in by_side.items()}
    taken = [one.scene.shot.taken for one in placed]
    return {
        "dataset": 1,
        "made": rfc3339(made),
        "asked": dict(asked),
        "classes": {name: {side: counts[side][name] for side in SIDES} for name in classes},
        "kinds": dict(labels),
        "pictures": {side: len(ones) for side, ones in by_side.items()},
        "negatives": {side: sum(not one.scene.things for one in ones) for side, ones in by_side.items()},
        "marks": dict(_marks(placed)),
        "span": [rfc3339(utc(min(taken))), rfc3339(utc(max(taken)))] if taken else None,
        "zones": dict(Counter(f"{one.place} {one.scene.shot.zone or '-'}" for one in placed)),
        "months": dict(sorted(Counter(f"{utc(t):%Y-%m}" for t in taken).items())),
        "places": {one.place: one.side for one in placed},
        "split": "by place: cameras that ever told of one ticket are one place; its name decides the side",
        "left_out": {name: number for name, number in sorted(left_out.items()) if number},
        "privacy": PLAIN,
        "kept": KEPT,
        "licence": licence,
    }


def _marks(placed: Iterable[Placed]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in placed:
        for item in (*one.scene.things, *one.scene.wrong):
            found[f"{item.mark}: {item.why}" if item.why else str(item.mark)] += 1
    return found


def _thing(item: Item, label: str) -> dict[str, Any]:
    told = {
        "label": label or None,
        "kind": item.kind,
        "zone": item.zone,
        "mark": item.mark,
        "reason": item.why,
    }
    return told | {"since": rfc3339(utc(item.since)), "box": None if item.box is None else list(item.box)}


def _box(item: Item) -> Box:
    if item.box is None:
        raise ValueError(f"{item.subject} has no box")
    return item.box
