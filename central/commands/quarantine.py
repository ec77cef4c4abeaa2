"""`gewu-central quarantine`."""

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from broker.fields import rfc3339
from central.identity.speakers import Speakers
from central.letters import tellable
from central.opening import reach_store
from central.settings import CentralSettings
from central.store import replays
from central.store.database import Store
from central.store.replays import Kept
from central.terms import ground_of

HELP = "look at what could not be taken; take it once more after a fix; drop it"
PAGE = 50


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    command.set_defaults(do=_list, code=None, json=False)
    does = command.add_subparsers(metavar="list|show|replay|drop")
    listing = does.add_parser("list", help="every message with its reason")
    listing.add_argument("--code", help="those with this code")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(do=_list)
    show = does.add_parser("show", help="one message with what was kept of its bytes")
    show.add_argument("number", type=int, metavar="N")
    show.set_defaults(do=_show)
    replay = does.add_parser("replay", help="take messages as if they came now; what is taken leaves it")
    replay.add_argument("numbers", type=int, nargs="*", metavar="N")
    replay.add_argument("--code", help="every message with this code")
    replay.set_defaults(do=_replay)
    drop = does.add_parser("drop", help="remove messages for good")
    drop.add_argument("numbers", type=int, nargs="+", metavar="N")
    drop.set_defaults(do=_drop)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of its commands; 1 when a message was not there or could not be taken."""
    store = reach_store(settings)
    try:
        code: int = asked.do(settings, store, asked)
        return code
    finally:
        store.close()


def _list(_settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    after = 0
    while page := replays.listed(store, limit=PAGE, after=after, code=asked.code):
        for message in page:
            print(json.dumps(_fields(message), ensure_ascii=False) if asked.json else _line(message))
        after = page[-1].number
    return 0


def _show(_settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    message = replays.kept(store, asked.number)
    if message is None:
        return _none([asked.number])
    for name, value in _fields(message).items():
        print(f"{name}: {value}")
    print()
    print("\n".join(tellable(line) for line in message.raw.decode(errors="replace").splitlines()))
    return 0


def _replay(settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    if bool(asked.numbers) == bool(asked.code):
        print("gewu-central: quarantine replay: numbers or --code, one of the two", file=sys.stderr)
        return 2
    doubt = Speakers(store, enrolled_only=settings.nodes.enrolled_only).doubt
    absent, refused = [], 0
    terms = ground_of(settings, store).terms
    for number in asked.numbers or replays.kept_numbers(store, asked.code):
        message = replays.kept(store, number)
        if message is None:
            absent.append(number)
            continue
        now = datetime.now(timezone.utc)
        done = replays.replay(
            store, message, max_bytes=settings.max_event_bytes, doubt=doubt, now=now, terms=terms
        )
        refused += done.done == "refused"
        print(f"{number} {done.done:<7}  {done.reason.code}  {tellable(done.reason.text)}")
    return _none(absent) if absent else int(refused > 0)


def _drop(_settings: CentralSettings, store: Store, asked: argparse.Namespace) -> int:
    now = datetime.now(timezone.utc)
    absent = [number for number in asked.numbers if not replays.drop(store, number, now)]
    return _none(absent) if absent else 0


def _none(numbers: Iterable[int]) -> int:
    told = ", ".join(map(str, numbers))
    print(f"gewu-central: quarantine: no message {told}", file=sys.stderr)
    return 1


def _fields(message: Kept) -> dict[str, Any]:
    return {
        "number": message.number,
        "topic": message.topic,
        "code": message.code,
        "reason": message.reason,
        "size": message.size,
        "kept": "whole" if message.whole else "part" if message.raw else "nothing",
        "signed": message.proof is not None,
        "deliveries": message.deliveries,
        "first_received": rfc3339(message.first_received),
        "last_received": rfc3339(message.last_received),
        "sha256": message.sha256,
    }


def _line(message: Kept) -> str:
    times = f"{message.deliveries} times, " if message.deliveries > 1 else ""
    kept = "" if message.whole else "  (bytes not kept)"
    at = rfc3339(message.last_received)
    return f"{message.number}  {message.code}  {message.topic}  {times}{at}  {tellable(message.reason)}{kept}"
