"""`gewu-central models`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from broker.fields import rfc3339
from broker.model_offers import full_name
from central.api.guard import now
from central.models.reading import Unfit
from central.opening import reach_shelf, reach_store
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store.modelling import NotKept, Room, add, drop, every

HELP = "list the models for nodes, hand one in, or take one away"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--add", type=Path, metavar="BUNDLE", help="hand in a bundle (gewu-models pack)")
    command.add_argument("--remove", metavar="NAME@VERSION", help="take one away that nothing names")
    command.add_argument("--why", default="", help="for the audit")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Hand in, take away, list."""
    store = reach_store(settings)
    try:
        if asked.add is not None:
            _add(store, settings, asked.add)
        if asked.remove is not None:
            _remove(store, settings, asked.remove, asked.why)
        for row in every(store):
            print(_as_json(row) if asked.json else _as_line(row))
        return 0
    except (Unfit, NotKept, OSError) as error:
        allowed = getattr(error, "allowed", None)
        print(f"gewu-central: {error}" + (f"; allowed: {allowed}" if allowed else ""), file=sys.stderr)
        return 1
    finally:
        store.close()


def _add(store: Any, settings: CentralSettings, path: Path) -> None:
    shelf = reach_shelf(settings)
    reception = shelf.receive()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                reception.add(piece)
        bundle = reception.read()
        reception.keep(bundle)
        try:
            add(store, bundle, Room(settings.models.max_total_mb * 1e6), COMMAND_LINE, now())
        except NotKept:
            shelf.drop(bundle.sha256)
            raise
    finally:
        reception.close()


def _remove(store: Any, settings: CentralSettings, called: str, why: str) -> None:
    from central.api.models import _looks_with
    from central.wall import Wall

    name, _, version = called.partition("@")
    if not version.isdigit():
        raise NotKept("no_model", f"{called} names no version", "NAME@VERSION")
    running = [view.words.node for view in Wall().views(store) if called in _looks_with(view)]
    reach_shelf(settings).drop(drop(store, name, int(version), running, COMMAND_LINE, why, now()))


def _as_json(row: Any) -> str:
    names = ("title", "role", "sha256", "size", "network", "signed", "signers")
    told = {"name": full_name(row.name, row.version), **{name: getattr(row, name) for name in names}}
    return json.dumps({**told, "by": row.who, "at": rfc3339(row.at)}, ensure_ascii=False)


def _as_line(row: Any) -> str:
    called = full_name(row.name, row.version)
    size = f"{row.size / 1e6:.1f} MB"
    return f"{called:<32} {row.role:<9} {size:>10}  {row.signed:<9}  {row.at:%Y-%m-%d}  {row.title}"
