"""`gewu-central gaps`."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from broker.fields import rfc3339
from central.gaps import Span
from central.opening import reach_store
from central.settings import CentralSettings
from central.store.database import Store
from central.store.gap_view import DigestView, EpochView, NodeGaps, close_hole, overview

HELP = "what is missing of each node, when it was asked for, and how its last days were judged"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--json", action="store_true", help="one JSON object a node")
    command.add_argument("--node", metavar="NODE", help="one node, such as gewu://131002/yard-7")
    command.add_argument("--days", type=int, default=7, metavar="N", help="digests of so many days (7)")
    command.add_argument("--all", action="store_true", help="also earlier epochs of which nothing is missing")
    command.add_argument(
        "--give-up",
        nargs=4,
        metavar=("NODE", "EPOCH", "FIRST", "LAST"),
        help="these events will never come: close the hole by hand",
    )


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print one node after the other, or close a hole."""
    store = reach_store(settings)
    try:
        if asked.give_up is not None:
            return _give_up(store, *asked.give_up)
        for node in overview(store, node=asked.node, days=asked.days, all_epochs=asked.all):
            print(json.dumps(_plain(asdict(node)), ensure_ascii=False) if asked.json else _text(node))
        return 0
    finally:
        store.close()


def _give_up(store: Store, node: str, epoch: str, first: str, last: str) -> int:
    if not (first.isdigit() and last.isdigit() and int(first) <= int(last)):
        print("gewu-central: gaps: FIRST and LAST are whole numbers, FIRST not above LAST", file=sys.stderr)
        return 2
    known = [view.epoch for found in overview(store, node=node, all_epochs=True) for view in found.epochs]
    if epoch not in known:
        print(f"gewu-central: gaps: {node} has no epoch {epoch}", file=sys.stderr)
        return 1
    span = Span(int(first), int(last))
    if not close_hole(store, node, epoch, span, datetime.now(timezone.utc)):
        print("these were given up before")
        return 0
    print(
        f"given up: {span.length} places of {node}, epoch {epoch}; what comes of them all the same is taken"
    )
    return 0


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return rfc3339(value) if isinstance(value, datetime) else value


def _text(node: NodeGaps) -> str:
    online = {True: "online", False: "offline", None: "never said whether online"}[node.online]
    lines = [f"{node.node}  {online}", *map(_epoch, node.epochs), *map(_digest, node.digests)]
    return "\n".join(lines)


def _epoch(view: EpochView) -> str:
    now = " (now)" if view.current else ""
    head = f"  epoch {view.epoch}{now}  up to {view.watermark} of {view.highest}"
    if not view.holes:
        return f"{head}  nothing is missing"
    ranges = ", ".join(_range(hole) for hole in view.open_holes)
    more = ", ..." if view.holes > len(view.open_holes) else ""
    since = f" since {rfc3339(view.hole_since)}" if view.hole_since else ""
    tries = f"asked {view.tries} times" if view.tries else "not asked yet"
    last = f", last {rfc3339(view.asked_at)}" if view.tries and view.asked_at else ""
    return f"{head}  missing {view.missing}{since}: {ranges}{more}  {tries}{last}"


def _range(hole: Span) -> str:
    return str(hole.first) if hole.first == hole.last else f"{hole.first}-{hole.last}"


def _digest(view: DigestView) -> str:
    why = view.reason["text"] if view.reason else "not judged yet"
    figures = [f"said {view.said}"]
    figures += [
        f"{name} {n}" for name, n in (("found", view.found), ("missing", view.missing)) if n is not None
    ]
    figures += [f"given up {view.given_up}"] if view.given_up else []
    return f"  {view.day}  {view.state}: {why} ({', '.join(figures)})"
