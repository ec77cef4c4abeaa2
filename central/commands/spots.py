"""`gewu-central spots`."""

import argparse
import json
from typing import Any

from broker.codes import code_of
from broker.fields import rfc3339
from central.opening import reach_store
from central.settings import CentralSettings
from central.store.recurring import list_spots

HELP = "list the places where the same kind is found again and again, the latest first"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--kind", help="of this kind alone")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print them."""
    store = reach_store(settings)
    try:
        for row in list_spots(store, kind=asked.kind, limit=10_000):
            print(_as_json(row) if asked.json else _as_line(row))
        return 0
    finally:
        store.close()


def _as_json(row: Any) -> str:
    from central.api.spots import spot  # the API's models take a while to load

    return json.dumps(spot(row).model_dump(mode="json"), ensure_ascii=False)


def _as_line(row: Any) -> str:
    code = code_of(row.kind)
    where = f"{row.longitude:.5f}, {row.latitude:.5f}"
    times = f"{row.tickets} tickets since {rfc3339(row.since)}, the last {rfc3339(row.last)}"
    return f"{row.number:>5}  {row.kind}  {code.name if code else ''}  {where}  {times}"
