"""`gewu-models train`: a checkpoint learns what people marked, and becomes a bundle."""

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
from models.tables import table
from models.training.dataset import FEWEST, opened
from models.training.recipe import KEEPS, LEARNS, RATES, Learn, Recipe
from models.training.training import Compared, Trained, Wanted, train

HELP = "teach an ultralytics checkpoint (AGPL-3.0, in a process of its own) what people marked, and pack it"
USUAL = Recipe()
KEPT = 0.95  # of the AP of persons


def arguments(command: argparse.ArgumentParser) -> None:
    """What learns from what, how, and where it goes."""
    command.add_argument(
        "dataset", type=Path, metavar="DATASET", help="folder or .tar of gewu-central dataset"
    )
    command.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a .pt file of a detector")
    command.add_argument("--name", required=True, help="of the bundle, lower_snake_case")
    command.add_argument(
        "--version", type=int, help="grows from one to the next (default: seconds since 1970)"
    )
    text = "what learns: a head of the labels' own (default), the new labels alone, all but the backbone, all"
    command.add_argument("--learn", choices=list(LEARNS), default=USUAL.learn, help=text)
    for name, text in (
        ("epochs", "at most so many"),
        ("patience", "end after so many epochs without a better one"),
        ("size", "pixels a side, a multiple of 32"),
        ("batch", "pictures at once"),
        ("seed", "the same seed, the same order"),
        ("threads", "of the processor"),
    ):
        usual = getattr(USUAL, name)
        command.add_argument(
            f"--{name}", type=int, default=usual, metavar="N", help=f"{text} (default {usual})"
        )
    usually = ", ".join(f"{rate:g} with {learn}" for learn, rate in RATES.items())
    command.add_argument("--rate", type=float, help=f"of learning (default {usually})")
    text = f"what it saw before with this score stays truth (default {USUAL.sure:g})"
    command.add_argument("--sure", type=float, default=USUAL.sure, metavar="SCORE", help=text)
    command.add_argument("--device", default=USUAL.device, help="cpu (default), 0, cuda:1, mps")
    command.add_argument(
        "--fewest", type=int, default=FEWEST, metavar="N", help=f"things of a class (default {FEWEST})"
    )
    command.add_argument(
        "--also", type=Path, metavar="DIR", help="pictures as COCO that show what it knew before"
    )
    command.add_argument("--python", default=sys.executable, help="a Python that has torch and ultralytics")
    command.add_argument("--weights", metavar="LICENCE", help="licence of the weights, for the card")
    command.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.gewu-model")


def run(asked: argparse.Namespace, _: Path) -> int:
    """Train, judge, write; 1 where it sees no better than before (the bundle is written all the same)."""
    if not re.fullmatch(NAME, asked.name):
        raise ModelError(f"--name {asked.name!r}: a name is lower_snake_case, as in our_stalls")
    recipe = _recipe(asked).checked()
    number = asked.version or int(time.time())
    wanted = Wanted(asked.checkpoint, asked.name, number, recipe, asked.python, asked.also, asked.weights)
    with opened(asked.dataset, asked.fewest) as dataset:
        done = train(wanted, dataset)
        classes = dataset.classes
    for one in (done.val, done.also):
        if one is not None:
            print(_table(one))
    path = written(done.bundle, asked.out)
    print(f"wrote {path}: {done.bundle.name}, not signed (gewu-models sign)")
    print(json.dumps(facts(done) | {"bundle": str(path)}))
    if not done.val.better(classes):
        print(
            f"{', '.join(classes)}: not seen better than before on places that are new to it", file=sys.stderr
        )
        return 1
    return _forgets(done.also, recipe.learn)


def _forgets(also: Compared | None, learn: Learn) -> int:
    """1 where persons are seen clearly worse than before: then they would not be masked."""
    if also is None:
        if learn not in KEEPS:
            print("whether it still sees persons was not measured; --also does", file=sys.stderr)
        return 0
    before, after = (seen.kinds.get("person", 0.0) for seen in (also.before, also.after))
    if after >= KEPT * before:
        return 0
    print(f"persons: AP {before:.3f} before, {after:.3f} now; no node may run it", file=sys.stderr)
    return 1


def facts(done: Trained) -> dict[str, Any]:
    """What there is to say of it, for machines."""
    compared = {"val": done.val, "also": done.also}
    told = {name: _figures(one) for name, one in compared.items() if one is not None}
    return {"train": done.bundle.name, **done.facts, **told}


def _figures(one: Compared) -> dict[str, Any]:
    return {
        when: {"ap": _round(seen.values), "labels": _round(seen.labels), "kinds": _round(seen.kinds)}
        for when, seen in (("before", one.before), ("after", one.after))
    }


def _round(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


def _table(one: Compared) -> str:
    rows = []
    groups = (
        ("", one.before.values, one.after.values),
        ("kind ", one.before.kinds, one.after.kinds),
        ("label ", one.before.labels, one.after.labels),
    )
    for what, before, after in groups:
        rows += [(f"{what}{n}", f"{before.get(n, 0.0):.3f}", f"{value:.3f}") for n, value in after.items()]
    return table((f"AP on {one.data} ({one.after.pictures} pictures)", "before", "after"), rows)


def _recipe(asked: argparse.Namespace) -> Recipe:
    names = ("learn", "epochs", "patience", "size", "batch", "seed", "threads", "rate", "sure", "device")
    return Recipe(**{name: getattr(asked, name) for name in names})
