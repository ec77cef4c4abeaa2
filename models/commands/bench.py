"""`gewu-models bench`."""

import argparse
import json
import sys
from pathlib import Path

from models.catalog import catalogue
from models.errors import ModelError
from models.measure import Measured, Scene, measure, scene, shared_pictures
from models.providers import WAYS, Provider, available
from models.runtime import ModelSettings
from models.store import present
from models.tables import table

HELP = "time for a picture and, with truth, average precision"


def arguments(command: argparse.ArgumentParser) -> None:
    """What is measured, and how."""
    command.add_argument("names", nargs="*", metavar="NAME", help="default: every model that is here")
    command.add_argument(
        "--pictures", type=Path, metavar="DIR", help="a folder of pictures, or one laid out as COCO"
    )
    command.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth picture")
    command.add_argument("--threads", type=int, default=1, help="threads for one inference (default 1)")
    command.add_argument("--provider", choices=list(WAYS), help="default: every provider that is installed")


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Measure each; 1 where one could not be measured."""
    known = catalogue(folder)
    given = scene(asked.pictures or shared_pictures(), max(1, asked.every))
    names = asked.names or [name for name, entry in known.models.items() if present(entry, folder)]
    providers: list[Provider] = [asked.provider] if asked.provider else available()
    wanted = [
        ModelSettings(name=name, directory=folder, provider=provider, threads=asked.threads)
        for name in names
        for provider in providers
    ]
    measured, faults = _measure_all(wanted, given)
    print(table(("name", "provider", "ms", "cpu_ms", "AP", "person", "vehicles"), map(_figures, measured)))
    for fault in faults:
        print(fault, file=sys.stderr)
    models = [one.as_json() for one in measured]
    print(json.dumps({"bench": "models", "pictures": given.what, "models": models, "faults": faults}))
    return 1 if faults else 0


def _measure_all(wanted: list[ModelSettings], given: Scene) -> tuple[list[Measured], list[str]]:
    measured, faults = [], []
    for settings in wanted:
        try:
            measured.append(measure(settings, given))
        except ModelError as error:
            faults.append(str(error))
    return measured, faults


def _figures(one: Measured) -> tuple[str, ...]:
    shares = (one.ap, one.ap_person, one.ap_vehicles)
    times = (f"{one.ms:.1f}", f"{one.cpu_ms:.1f}")
    return one.name, one.provider, *times, *("-" if s is None else f"{s:.3f}" for s in shares)
