"""Whether training from marked pictures works, and what the node's drawing would do to it.

`python -m tests.bench.training OUT CHECKPOINT PYTHON [EPOCHS]`: stalls and heaps pasted into real streets, as
a node would send them (box drawn, caption, JPEG), become a dataset by the very code of the centre: streets of
`train` and of `val` are different ones. Then `gewu-models train` runs twice: on pictures with the drawing
taken out, and on the same with it left in. Both are judged on pictures of other streets into which nothing
was ever drawn. PYTHON has torch and ultralytics. What is pasted is real but for the heaps, which are drawn.
"""

import hashlib
import io
import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from central.datasets import forms
from central.datasets.labels import Item
from central.datasets.scenes import Scene as Shown
from central.datasets.scenes import Shot
from central.pictures.undrawn import scene_height, undrawn
from edge.drawing import captioned, outline_on
from edge.observation import Box
from models.cli import main as models
from models.detections import Picture
from tests.composites.backgrounds import Background
from tests.composites.crops import Shelf
from tests.composites.scene import Scene, Thing
from tests.composites.situations import stall
from tests.composites.views import VIEWS

VAL = ("crossroad", "oak", "circus")
TRAIN = ("campus", "stuttgart", "tooley", "cromwell", "piccadilly", "barnet", "shaftesbury")
EACH = 4  # pictures of a street with a stall, with a heap, and with a false alarm
LABELS = {"unlicensed_stall": "stall", "accumulated_debris": "debris"}
CLASSES = ["stall", "debris"]
START = datetime(2026, 5, 1, tzinfo=timezone.utc).timestamp()
RECIPE = ["--version", "1", "--patience", "6", "--size", "224", "--batch", "8", "--threads", "2"]
AT = {"left": (0.12, 0.3), "right": (0.7, 0.9), "low": (0.55, 0.92)}


def main(out: Path, checkpoint: Path, python: str, epochs: int) -> None:
    """Make both, train both."""
    data = Path(os.environ["GEWU_SHARED_DATA"])
    made = list(scenes(data))
    for kind in ("undrawn", "drawn"):
        write(out / kind, made, drawn=kind == "drawn")
    for kind in ("undrawn", "drawn"):
        print(
            f"== trained on pictures with the box {'left in' if kind == 'drawn' else 'taken out'}", flush=True
        )
        words = ["train", str(out / kind), str(checkpoint), "--name", f"stalls_{kind}", *RECIPE]
        words += ["--epochs", str(epochs), "--also", str(data / "coco_mini"), "--python", python]
        words += ["--out", str(out / f"{kind}.gewu-model")]
        print("exit", models(words), flush=True)


def scenes(data: Path) -> list[tuple[str, Shown, Picture]]:
    """The street, what people marked, and the plain picture."""
    shelf, found = Shelf(data), []
    for view in (*TRAIN, *VAL):
        back = Background(VIEWS[view], data, fps=2.0)
        for number in range(3 * EACH):
            chance = np.random.default_rng((len(found), number))
            found.append((view, *one(back, shelf, view, number, chance)))
    return found


def one(
    back: Background, shelf: Shelf, view: str, number: int, chance: np.random.Generator
) -> tuple[Shown, Picture]:
    """A stall, a heap, or a false alarm at some place of the street."""
    across = AT["left"] if chance.integers(2) else AT["right"]
    at = (float(chance.uniform(*across)), float(chance.uniform(*AT["low"])))
    things: list[Thing] = []
    if number % 3 == 0:
        things = stall(chance, view, at, -20.0, None)
    elif number % 3 == 1:
        things = [Thing(f"heap.{chance.integers(1000)}", at, float(chance.uniform(0.8, 1.3)))]
    scene = Scene(back, things, shelf)
    boxes = [scene.box(thing) for thing in things if not thing.crop.startswith("person")]
    sides = np.array(boxes or [_anywhere(chance)])
    box: Box = (*(float(v) for v in sides[:, :2].min(0)), *(float(v) for v in sides[:, 2:].max(0)))  # type: ignore[assignment]
    kind = "accumulated_debris" if number % 3 == 1 or number % 2 else "unlicensed_stall"
    kind = "unlicensed_stall" if number % 3 == 0 else kind
    facts = {"node": "gewu://131002/bench", "source": view, "kind": kind, "box": box}
    right = Item(since=0.0, until=1e12, subject=f"s-{number}", mark="right", **facts)
    wrong = Item(
        since=0.0, until=1e12, subject=f"s-{number}", mark="false_alarm", why="seen_wrongly", **facts
    )
    name = hashlib.sha256(f"{view} {number}".encode()).hexdigest()
    taken = START + 3600.0 * number
    shot = Shot(name, facts["node"], view, f"s-{number}", taken, "scene", kind, drawn=box)
    shown = Shown(shot, (right,), ()) if things else Shown(shot, (), (wrong,))
    return shown, scene.picture(int(chance.integers(len(back.pictures))))


def _anywhere(chance: np.random.Generator) -> Box:
    x, y = float(chance.uniform(0, 0.7)), float(chance.uniform(0.3, 0.7))
    return x, y, x + float(chance.uniform(0.1, 0.25)), y + float(chance.uniform(0.1, 0.25))


def write(folder: Path, made: list[tuple[str, Shown, Picture]], *, drawn: bool) -> None:
    """As the centre writes it; pictures of `val` are the plain ones."""
    placed = []
    for view, shown, picture in made:
        side = "val" if view in VAL else "train"
        body = encoded(Image.fromarray(picture[:, :, ::-1])) if side == "val" else sent(shown, picture, drawn)
        with Image.open(io.BytesIO(body)) as seen:
            one = forms.Placed(shown, side, f"131002/bench {view}", *seen.size)  # type: ignore[arg-type]
        for name, content in (
            (f"images/{one.stem}.jpg", body),
            (f"labels/{one.stem}.txt", forms.yolo(shown.things, CLASSES, LABELS).encode()),
        ):
            path = folder / side / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        placed.append(one)
    for side in ("train", "val"):
        mine = [one for one in placed if one.side == side]
        (folder / side / "instances.json").write_text(json.dumps(forms.coco(mine, CLASSES, LABELS)))
    now = datetime.now(timezone.utc)
    about = {"asked": {}, "made": now, "left_out": {}, "licence": "composites, for this bench alone"}
    card = forms.card(placed, CLASSES, LABELS, **about)  # type: ignore[arg-type]
    (folder / "card.json").write_text(json.dumps(card))


def sent(shown: Shown, picture: Picture, drawn: bool) -> bytes:
    """What a node sends, and of it what the centre gives; with the drawing only the caption is cut off."""
    marked, box = picture.copy(), shown.shot.drawn
    assert box is not None
    x1, y1, x2, y2 = box
    outline_on(marked, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], strong=True)
    body = cv2.imencode(".jpg", captioned(marked, "bench"), [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    with Image.open(io.BytesIO(body)) as whole:
        if drawn:
            return encoded(whole.crop((0, 0, whole.width, scene_height(*whole.size))))
        return encoded(undrawn(whole, box, shown.decoys()))


def encoded(picture: Image.Image) -> bytes:
    """As the centre does it."""
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=90)
    return body.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 12)
