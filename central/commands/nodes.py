"""`gewu-central nodes`."""

import argparse
import json

from broker.fields import rfc3339
from broker.topics import Address
from central.identity.known import NodeRow, enrolled
from central.opening import reach_store
from central.settings import CentralSettings

HELP = "list the nodes that were enrolled, and how they stand"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print them, by name."""
    store = reach_store(settings)
    try:
        for row in enrolled(store):
            print(_as_json(row) if asked.json else _as_line(row))
    finally:
        store.close()
    return 0


def _name(row: NodeRow) -> str:
    return Address.of(row.node).name


def _as_json(row: NodeRow) -> str:
    until = rfc3339(row.until) if row.until else None
    told = {"node": _name(row), "state": row.state, "since": rfc3339(row.since), "certificate_until": until}
    return json.dumps({**told, "by": row.said_by, "why": row.why}, ensure_ascii=False)


def _as_line(row: NodeRow) -> str:
    until = f"certificate until {row.until:%Y-%m-%d}" if row.until else "no certificate"
    return f"{_name(row)}  {row.state:<8}  since {row.since:%Y-%m-%d %H:%M}  {until}  {row.why}"
