"""`gewu-central hold`: what must not be erased."""

import argparse
import json
import sys
from contextlib import closing
from datetime import datetime, timezone
from typing import Any

from pydantic import TypeAdapter, ValidationError

from broker.fields import Timestamp, rfc3339
from central.casework.facts import label
from central.opening import open_store
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store.database import Store
from central.store.holding import NotHeld, Wanted, add_hold, all_holds, lift_hold

HELP = "what must not be erased, because a legal proceeding or an inquiry needs it: add, list, lift"
_TIME: TypeAdapter[datetime] = TypeAdapter(Timestamp)


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    does = command.add_subparsers(required=True, metavar="add|list|lift")
    adding = does.add_parser("add", help="hold a ticket, or an area and a time")
    adding.add_argument("ticket", nargs="?", metavar="TICKET", help="T-000012")
    adding.add_argument("--area", metavar="CODE", help="how the codes of its cells begin, or all")
    adding.add_argument("--since", type=moment, metavar="TIME", help="2026-03-01T00:00:00Z")
    adding.add_argument("--until", type=moment, metavar="TIME")
    adding.add_argument("--reason", type=words, required=True, help="why, for the audit; no names of persons")
    adding.set_defaults(do=_add)
    listing = does.add_parser("list", help="holds that stand")
    listing.add_argument("--lifted", action="store_true", help="those that were lifted too")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(do=_list)
    lifting = does.add_parser("lift", help="it stops nothing any more")
    lifting.add_argument("number", type=int, metavar="HOLD")
    lifting.add_argument("--reason", type=words, required=True)
    lifting.set_defaults(do=_lift)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of its commands; 1 and the reason when it is refused."""
    with closing(open_store(settings)) as store:
        try:
            asked.do(store, asked)
        except NotHeld as error:
            allowed = f"; allowed: {error.allowed}" if error.allowed else ""
            print(f"gewu-central: hold: {error.where}: {error}{allowed}", file=sys.stderr)
            return 1
    return 0


def moment(text: str) -> datetime:
    """A time on the command line."""
    try:
        return _TIME.validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError(
            "a time with its zone is expected, such as 2026-03-01T00:00:00Z"
        ) from None


def words(text: str) -> str:
    """A reason on the command line."""
    from central.api.words import writable

    found = text.strip()
    if not 3 <= len(found) <= 200:
        raise argparse.ArgumentTypeError("3 to 200 signs are expected")
    try:
        return writable(found)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add(store: Store, asked: argparse.Namespace) -> None:
    wanted = Wanted(asked.reason, asked.ticket, asked.area, asked.since, asked.until)
    print(_line(add_hold(store, wanted, COMMAND_LINE, datetime.now(timezone.utc))))


def _list(store: Store, asked: argparse.Namespace) -> None:
    for row in all_holds(store, lifted=asked.lifted):
        print(_as_json(row) if asked.json else _line(row))


def _lift(store: Store, asked: argparse.Namespace) -> None:
    print(_line(lift_hold(store, asked.number, asked.reason, COMMAND_LINE, datetime.now(timezone.utc))))


def _as_json(row: Any) -> str:
    from central.api.holds import hold_answer  # the API's models take a while to load

    return json.dumps(hold_answer(row).model_dump(mode="json"), ensure_ascii=False)


def _line(row: Any) -> str:
    what = label(row.ticket) if row.ticket is not None else f"area {row.area}"
    times = [f"{word} {rfc3339(at)}" for word, at in (("since", row.since), ("until", row.until)) if at]
    state = (
        "stands"
        if row.lifted is None
        else f"lifted {rfc3339(row.lifted)} by {row.lifted_by}: {row.lift_reason}"
    )
    parts = [
        f"{row.number:>4}",
        what,
        *times,
        f"made {rfc3339(row.made)} by {row.made_by}",
        row.reason,
        state,
    ]
    return "  ".join(parts)
