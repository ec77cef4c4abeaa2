"""`gewu-models bench`."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

from models.catalog import catalogue
from models.coco import VEHICLES
from models.errors import ModelError
from models.installed import places
from models.judging import Judged
from models.measure import Measured, Scene, judge, measure, scene, shared_pictures
from models.providers import WAYS, available
from models.runtime import ModelSettings
from models.store import present
from models.tables import table

HELP = "time for a picture on every provider, with every number of threads and pictures at once; and AP"
MOST = 64


def arguments(command: argparse.ArgumentParser) -> None:
    """What is measured, and how."""
    command.add_argument("names", nargs="*", metavar="NAME", help="default: every model that is here")
    command.add_argument(
        "--pictures", type=Path, metavar="DIR", help="a folder of pictures, or one laid out as COCO"
    )
    command.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth picture")
    command.add_argument(
        "--threads", type=_numbers, default=[1], metavar="N[,N]", help="of one inference (default 1)"
    )
    command.add_argument(
        "--batch", type=_numbers, default=[1], metavar="N[,N]", help="pictures given at once (default 1)"
    )
    command.add_argument(
        "--provider",
        type=_providers,
        metavar="P[,P]",
        help=f"of {', '.join(WAYS)}; default: every one that is installed",
    )
    command.add_argument("--no-ap", action="store_true", help="time alone")


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Measure each; 1 where one could not be measured."""
    known = catalogue(folder)
    given = scene(asked.pictures or shared_pictures(), max(1, asked.every))
    here = [name for name, entry in known.models.items() if present(entry, folder)]
    names = asked.names or [*here, *(place.full_name for place in places(folder))]
    faults: list[str] = []
    measured = [one for name in names for one in _all(name, asked, folder, given, faults)]
    head = ("name", "provider", "threads", "batch", "ms", "cpu_ms", "AP", "person", "vehicles")
    print(table(head, map(_figures, measured)))
    for fault in faults:
        print(fault, file=sys.stderr)
    models = [one.as_json() for one in measured]
    print(json.dumps({"bench": "models", "pictures": given.what, "models": models, "faults": faults}))
    return 1 if faults else 0


def _all(
    name: str, asked: argparse.Namespace, folder: Path, given: Scene, faults: list[str]
) -> Iterator[Measured]:
    """One model in every way; how well it sees does not depend on threads and batches, so once a provider."""
    for provider in asked.provider or available():
        seen: Judged | None = None
        for threads, batch in product(asked.threads, asked.batch):
            settings = ModelSettings(name=name, directory=folder, provider=provider, threads=threads)
            try:
                one = measure(settings, given, batch)
                if seen is None and given.marked is not None and not asked.no_ap:
                    seen = judge(settings, given)
            except ModelError as error:
                faults.append(str(error))
                break
            yield _with(one, seen)


def _with(one: Measured, seen: Judged | None) -> Measured:
    if seen is None or "person" not in seen.labels:
        return one
    shares = (seen.values["ap"], seen.labels["person"], seen.mean_of(VEHICLES))
    ap, person, vehicles = (None if share is None else round(share, 4) for share in shares)
    return replace(one, ap=ap, ap_person=person, ap_vehicles=vehicles)


def _figures(one: Measured) -> tuple[str, ...]:
    shares = (one.ap, one.ap_person, one.ap_vehicles)
    times = (str(one.threads), str(one.batch), f"{one.ms:.1f}", f"{one.cpu_ms:.1f}")
    return one.name, one.provider, *times, *("-" if s is None else f"{s:.3f}" for s in shares)


def _numbers(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        found = [0]
    if not all(1 <= number <= MOST for number in found):
        raise argparse.ArgumentTypeError(f"{text!r}: numbers from 1 to {MOST} are allowed, as in 1,2,4")
    return found


def _providers(text: str) -> list[str]:
    found = text.split(",")
    if strange := [name for name in found if name not in WAYS]:
        raise argparse.ArgumentTypeError(f"{strange[0]!r}: allowed is {', '.join(WAYS)}")
    return found
