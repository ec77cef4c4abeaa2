"""`gewu-models eval`: how well a model sees."""

import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models import bundles, events
from models.bundles import Bundle
from models.coco import Part, marked
from models.commands.pack import written
from models.errors import ModelError
from models.installed import load, place_of
from models.judging import Judged
from models.measure import FLOOR, Scene, judge_detector, shared_pictures
from models.providers import WAYS
from models.runtime import LoadedDetector, ModelSettings, open_bundle, open_detector
from models.tables import table

HELP = "average precision on marked pictures, by label and by Gewu's kinds, and what comes of it in events"


def arguments(command: argparse.ArgumentParser) -> None:
    """What is judged, by what."""
    command.add_argument("model", metavar="NAME|BUNDLE", help="a model that is here, or a bundle")
    command.add_argument(
        "--pictures", type=Path, metavar="DIR", help="laid out as COCO: instances.json and images/"
    )
    command.add_argument(
        "--part", type=part_of, default=Part(), metavar="K/N", help="each Nth, from the Kth on"
    )
    command.add_argument("--suite", type=Path, metavar="DIR", help="cases for `gewu-edge score`")
    command.add_argument("--provider", choices=list(WAYS), default="cpu")
    command.add_argument("--threads", type=int, default=1)
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="the bundle with this in its card, unsigned"
    )


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Judge, print, write."""
    bundle = bundle_of(asked.model, folder)
    settings = ModelSettings(
        name=asked.model if bundle is None else "default",
        directory=folder,
        provider=asked.provider,
        threads=asked.threads,
        score=FLOOR,
    )
    detector = open_detector(settings) if bundle is None else open_bundle(bundle, settings)
    seen, data = _judged(detector, asked.pictures or shared_pictures(), asked.part)
    told: dict[str, Any] = {"eval": detector.name, "sha256": detector.sha256, "data": data}
    told |= _figures(seen)
    if asked.suite:
        told["events"] = events.scored(asked.suite, asked.model, bundle, folder)
    _print(seen, told)
    if asked.out:
        if bundle is None:
            raise ModelError(f"{asked.model} is no bundle; --out writes the card of one")
        print(f"wrote {written(with_metric(bundle, seen, data), asked.out)}, not signed", file=sys.stderr)
    print(json.dumps(told))
    return 0


def bundle_of(model: str, folder: Path) -> Bundle | None:
    """The bundle that is meant: a file, a folder, or one that is installed. None for the catalogue's."""
    path = Path(model)
    if path.suffix == bundles.ENDING or path.is_dir() or path.is_file():
        return bundles.read(path)
    return load(folder, model) if place_of(folder, model) else None


def with_metric(bundle: Bundle, seen: Judged, data: str) -> Bundle:
    """The same model, with this in its card in place of what was measured on the same pictures before."""
    new = seen.metric(data, f"gewu-models eval, pycocotools {version('pycocotools')}")
    kept = [one for one in bundle.card.metrics if one.data != data]
    card = bundle.card.model_copy(update={"metrics": [*kept, new]})
    return bundles.made(card, bundle.network, licence=bundle.files.get(bundles.LICENCE))


def part_of(text: str) -> Part:
    """`1/2`: each second picture, from number 1 on."""
    first, _, of = text.partition("/")
    if not (first.isdigit() and of.isdigit() and 0 <= int(first) < int(of)):
        raise argparse.ArgumentTypeError(f"{text!r}: such as 0/2 (each second) or 1/2 (the others)")
    return Part(int(first), int(of))


def _judged(detector: LoadedDetector, pictures: Path | None, part: Part) -> tuple[Judged, str]:
    if pictures is None:
        raise ModelError("no pictures: name a folder that is laid out as COCO with --pictures")
    given = marked(pictures, part)
    scene = Scene([picture for _, picture in given.pictures()], given, given.words())
    return judge_detector(detector, scene), given.words()


def _figures(seen: Judged) -> dict[str, Any]:
    groups = {"values": seen.values, "labels": seen.labels, "kinds": seen.kinds}
    rounded = {n: {key: round(v, 4) for key, v in group.items()} for n, group in groups.items()}
    return {"pictures": seen.pictures, **rounded}


def _print(seen: Judged, told: dict[str, Any]) -> None:
    rows = [(name, f"{value:.3f}") for name, value in seen.values.items()]
    rows += [(f"kind {name}", f"{value:.3f}") for name, value in seen.kinds.items()]
    rows += [(f"label {name}", f"{value:.3f}") for name, value in seen.labels.items()]
    print(table((f"{told['eval']} on {told['data']} ({seen.pictures} pictures)", "AP"), rows))
    if by_kind := told.get("events"):
        head = ("events of", "real", "found", "missed", "false", "recall", "precision")
        print("\n" + table(head, [(kind, *map(str, row.values())) for kind, row in by_kind.items()]))
