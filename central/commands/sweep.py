"""`gewu-central sweep`: a drone is asked to look at open tickets."""

import argparse
import json
import secrets
import sys
from contextlib import closing
from datetime import datetime, timezone
from typing import Any

from pydantic import TypeAdapter, ValidationError

from broker.fields import rfc3339
from broker.settings import Duration
from central.casework.facts import label
from central.casework.machine import OPEN
from central.commands.hold import words
from central.opening import open_store
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store.database import Store
from central.store.flight_sweeps import NotAsked, SweepWanted, ask_sweep
from central.store.sweeps_view import find_sweep, list_sweeps, places_of

HELP = "ask a drone to look at open tickets on its next flight; without --node, list what was asked"
_SECONDS: TypeAdapter[float] = TypeAdapter(Duration)
LONGEST_S = 30 * 86_400


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("id", nargs="?", type=int, metavar="ID", help="show one that was asked")
    command.add_argument("--node", metavar="DISTRICT/NODE", help="whose drone")
    command.add_argument("--source", help="which of its drones")
    command.add_argument("--tickets", nargs="+", default=[], metavar="TICKET", help="T-000012 ...")
    command.add_argument("--area", metavar="CODE", help="all of a district, street, community or cell")
    command.add_argument("--kind", help="all of this kind")
    command.add_argument("--state", choices=OPEN, metavar="STATE", help="all in this state")
    command.add_argument("--within", type=span, default=7 * 86_400.0, metavar="TIME", help="7d, 12h")
    command.add_argument("--reason", type=words, help="why, for the audit; no names of persons")
    command.add_argument("--request", help="the same again asks nothing twice")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Ask, show or list; 1 and the reason when it is refused."""
    with closing(open_store(settings)) as store:
        number = asked.id
        try:
            if asked.node is not None:
                number = ask_sweep(store, _wanted(asked), COMMAND_LINE, datetime.now(timezone.utc))
        except NotAsked as error:
            allowed = f"; allowed: {error.allowed}" if error.allowed else ""
            print(f"gewu-central: sweep: {error.where}: {error}{allowed}", file=sys.stderr)
            return 1
        return _list(store, asked) if number is None else _show(store, number, asked)


def span(text: str) -> float:
    """A duration on the command line."""
    try:
        found = _SECONDS.validate_python(text)
    except ValidationError:
        found = 0.0
    if not 60 <= found <= LONGEST_S:
        raise argparse.ArgumentTypeError("1m to 30d are expected, such as 12h or 7d")
    return found


def _wanted(asked: argparse.Namespace) -> SweepWanted:
    request = asked.request or f"sweep-{secrets.token_hex(8)}"
    names = ("source", "area", "kind", "state")
    chosen: dict[str, Any] = {name: getattr(asked, name) for name in names}
    given = tuple(dict.fromkeys(asked.tickets))
    return SweepWanted(request, asked.node, asked.reason or "", asked.within, tickets=given, **chosen)


def _list(store: Store, asked: argparse.Namespace) -> int:
    for found in list_sweeps(store, limit=1000):
        print(_brief_json(found) if asked.json else _line(*found))
    return 0


def _show(store: Store, number: int, asked: argparse.Namespace) -> int:
    found = find_sweep(store, number)
    if found is None:
        print(f"gewu-central: sweep: there is no sweep {number}", file=sys.stderr)
        return 1
    places = places_of(store, number)
    if asked.json:
        from central.api.flight_sweeps import sweep_answer  # the API's models take a while to load

        print(json.dumps(sweep_answer(found, places).model_dump(mode="json"), ensure_ascii=False))
        return 0
    print(_line(*found))
    for row in places:
        parts = [label(row.ticket), row.outcome or row.state, row.flight, (row.reason or {}).get("text")]
        print("  ".join(["     ", *(part for part in parts if part)]))
    return 0


def _brief_json(found: Any) -> str:
    from central.api.flight_sweeps import brief

    fields = brief(*found)
    fields |= {name: rfc3339(fields[name]) for name in ("made", "until")}
    return json.dumps(fields, ensure_ascii=False)


def _line(row: Any, states: Any, outcomes: Any) -> str:
    counts = ", ".join(f"{many} {name}" for name, many in sorted({**states, **outcomes}.items()))
    times = f"made {rfc3339(row.made)} by {row.who}  until {rfc3339(row.until)}"
    return "  ".join([f"{row.number:>5}", f"{row.source} of {row.node}", counts, times, row.reason]).rstrip()
