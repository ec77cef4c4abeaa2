"""`gewu-central exports`."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from broker.events import Reason
from broker.fields import rfc3339
from central.casework.facts import label
from central.opening import reach_store
from central.settings import CentralSettings
from central.store import deliveries
from central.store.database import Store

HELP = "what is sent to others: look at it, try it, send it again, drop it, say why"
PAGE = 200


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    command.set_defaults(do=_list, target=None, state=None, json=False)
    does = command.add_subparsers(metavar="list|retry|drop|try|explain|schema")
    listing = does.add_parser("list", help="how each target fares, and its deliveries that were not sent")
    listing.add_argument("--target", help="of this one alone")
    listing.add_argument("--state", choices=("waiting", "given_up", "sent"), help="those in this state")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(do=_list)
    for name, do, text in (
        ("retry", _retry, "send at once what waits or was given up"),
        ("drop", _drop, "send it never"),
    ):
        one = does.add_parser(name, help=text)
        one.add_argument("numbers", type=int, nargs="*", metavar="N")
        one.add_argument("--target", help="everything of this one, and begin it anew")
        one.set_defaults(do=do)
    trying = does.add_parser("try", help="print what a target would be sent of a ticket now")
    trying.add_argument("name", metavar="TARGET")
    trying.add_argument("ticket", metavar="TICKET")
    trying.add_argument("--send", action="store_true", help="and send it, once")
    trying.set_defaults(do=_try)
    why = does.add_parser("explain", help="what each target was sent of a ticket, and why not")
    why.add_argument("ticket", metavar="TICKET")
    why.set_defaults(do=_explain)
    does.add_parser("schema", help="the JSON Schema of what webhooks are sent").set_defaults(do=_schema)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of its commands; 1 when something was not there or could not be sent."""
    store = reach_store(settings)
    try:
        code: int = asked.do(settings, store, asked)
        return code
    finally:
        store.close()


def _list(settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    from central.explaining_exports import standings

    for standing in standings(settings, store, datetime.now(timezone.utc)):
        if asked.target in (None, standing["target"]):
            print(json.dumps(standing, ensure_ascii=False) if asked.json else _standing(standing))
    states = [asked.state] if asked.state else ["waiting", "given_up"]
    for row in _rows(store, asked.target, states):
        print(json.dumps(_fields(row), ensure_ascii=False) if asked.json else _line(row))
    return 0


def _rows(store: Store, target: str | None, states: Iterable[str]) -> Iterator[Any]:
    for state in states:
        after = 0
        while page := deliveries.listed(store, limit=PAGE, after=after, target=target, state=state):
            yield from page
            after = page[-1].number


def _retry(_settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    now = datetime.now(timezone.utc)
    return _done(
        asked, lambda numbers, target: deliveries.retry(store, now, numbers=numbers, target=target), "retry"
    )


def _drop(_settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    return _done(
        asked, lambda numbers, target: deliveries.drop(store, numbers=numbers, target=target), "drop"
    )


def _done(asked: argparse.Namespace, do: Any, name: str) -> int:
    if bool(asked.numbers) == bool(asked.target):
        print(f"gewu-central: exports {name}: numbers or --target, one of the two", file=sys.stderr)
        return 2
    number = do(asked.numbers, asked.target)
    print(f"{number} {name}: done")
    missing = len(set(asked.numbers)) - number
    if missing > 0:
        print(f"gewu-central: exports: {missing} of them are not there, or were sent", file=sys.stderr)
    return int(missing > 0)


def _try(settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    from central.explaining_exports import Unknown, trial

    try:
        found = trial(settings, store, asked.name, asked.ticket, datetime.now(timezone.utc))
    except Unknown as error:
        print(f"gewu-central: exports try: {error}", file=sys.stderr)
        return 1
    try:
        print(found.shown)
        if found.why_not is not None:
            print(f"# it would not be sent: {found.why_not.text}")
        if not asked.send:
            return 0
        outcome = found.send()
    finally:
        found.close()
    print(f"# {outcome.what}: {outcome.reason.text}")
    return int(outcome.what != "sent")


def _explain(settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    from central.explaining_exports import Unknown, explained

    try:
        for line in explained(settings, store, asked.ticket):
            print(line)
    except Unknown as error:
        print(f"gewu-central: exports explain: {error}", file=sys.stderr)
        return 1
    return 0


def _schema(_settings: CentralSettings, _store: Store, _asked: argparse.Namespace) -> int:
    from central.exported import Message

    print(json.dumps(Message.model_json_schema(), ensure_ascii=False, indent=2))
    return 0


def _standing(said: dict[str, Any]) -> str:
    parts = [f"{said['target']:<24}", f"{said['waiting']} wait", f"{said['given_up']} given up"]
    parts += [f"{said['sent']} sent", f"{said['behind']} lines behind"]
    parts += [said["gathers"]] if said["gathers"] else []
    return "  ".join([*parts, *([said["note"]] if said["note"] else [])])


def _fields(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "id": row.id,
        "target": row.target,
        "ticket": row.ticket,
        "state": row.state,
        "made": rfc3339(row.made),
        "due": rfc3339(row.due),
        "tries": row.tries,
        "reason": row.reason,
    }


def _line(row: Any) -> str:
    what = label(row.ticket) if row.ticket is not None else "message"
    words = Reason(**row.reason).text if row.reason else "not tried yet"
    when = f"next {rfc3339(row.due)}" if row.state == "waiting" else rfc3339(row.tried or row.made)
    return f"{row.number:>6}  {row.state:<8}  {row.target}  {what}  {row.tries} tries  {when}  {words}"
