"""`gewu-models export`: a checkpoint of ultralytics becomes a bundle that agrees with ultralytics itself."""

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from models.card import NAME
from models.commands.pack import written
from models.errors import ModelError
from models.export.checkpoint import Exported, Wanted, export
from models.export.parity import MOST_PX, MOST_SCORE
from models.measure import shared_pictures
from models.tables import table

HELP = "make a bundle of an ultralytics checkpoint (AGPL-3.0, in a process of its own) and compare the two"
PICTURES = (".jpg", ".jpeg", ".png")


def arguments(command: argparse.ArgumentParser) -> None:
    """What is exported, how, and what it is compared on."""
    command.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a .pt file of a detector")
    command.add_argument("--name", help="of the bundle (default: the checkpoint's)")
    command.add_argument(
        "--version", type=int, help="grows from one to the next (default: seconds since 1970)"
    )
    command.add_argument(
        "--size", type=int, default=640, help="pixels a side, a multiple of 32 (default 640)"
    )
    command.add_argument(
        "--outside",
        action="store_true",
        help="suppression outside the graph, also where there is a head without",
    )
    command.add_argument("--pictures", type=Path, metavar="DIR", help="to compare on (default: coco_mini's)")
    command.add_argument("--most", type=int, default=20, metavar="N", help="so many of them (default 20)")
    command.add_argument("--python", default=sys.executable, help="a Python that has ultralytics")
    command.add_argument("--trained-on", default="not told", metavar="TEXT", help="for the card")
    command.add_argument("--weights", metavar="LICENCE", help="licence of the weights, for the card")
    command.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.gewu-model")


def run(asked: argparse.Namespace, _: Path) -> int:
    """Export, compare, write; 1 where the two do not agree (the bundle is written all the same)."""
    done = export(_wanted(asked))
    rows = [
        (Path(path).name, str(one.things), f"{one.boxes_px:.4f}", f"{one.scores:.6f}", str(one.unmatched))
        for path, one in done.by_picture.items()
    ]
    found = done.difference
    rows.append(
        ("all", str(found.things), f"{found.boxes_px:.4f}", f"{found.scores:.6f}", str(found.unmatched))
    )
    print(table(("picture", "things", "boxes px", "scores", "one saw alone"), rows))
    path = written(done.bundle, asked.out)
    print(f"wrote {path}: {done.bundle.name}, not signed (gewu-models sign)")
    print(json.dumps(facts(done) | {"bundle": str(path)}))
    if done.by_picture and not found.good:
        print(f"differs by more than {MOST_PX} px or {MOST_SCORE}", file=sys.stderr)
        return 1
    return 0


def facts(done: Exported) -> dict[str, Any]:
    """What there is to say of an export, for machines."""
    card = done.bundle.card
    told = {key: done.facts[key] for key in ("tool", "torch", "family", "head", "finished")}
    parity = card.parity.model_dump() if card.parity else None
    return {"export": done.bundle.name, **told, "classes": len(card.names()), "parity": parity}


def _wanted(asked: argparse.Namespace) -> Wanted:
    name = asked.name or re.sub(r"[^a-z0-9]+", "_", asked.checkpoint.stem.lower()).strip("_")
    if not re.fullmatch(NAME, name):
        raise ModelError(f"--name {name!r}: a name is lower_snake_case, as in our_vans")
    if asked.size % 32 or not 32 <= asked.size <= 4096:
        raise ModelError(f"--size {asked.size}: multiples of 32 up to 4096 are allowed")
    shared = shared_pictures()
    folder = asked.pictures or (shared / "images" if shared else None)
    pictures = sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES) if folder else []
    return Wanted(
        checkpoint=asked.checkpoint,
        name=name,
        version=asked.version or int(time.time()),
        size=asked.size,
        finished=not asked.outside,
        pictures=pictures[: asked.most],
        python=asked.python,
        trained_on=asked.trained_on,
        weights=asked.weights,
    )
