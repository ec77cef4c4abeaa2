"""`gewu-central explain`: why something is a ticket, or why it is none."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from broker.fields import rfc3339
from central.casework.facts import label
from central.opening import reach_store
from central.settings import CentralSettings
from central.store import explaining, queries
from central.store.database import Store
from central.store.queries import Member

HELP = "why something is a ticket, is in that ticket, or is none: by a ticket's number or an event's id"
MOST = 200


def arguments(command: argparse.ArgumentParser) -> None:
    """What to explain."""
    command.add_argument("name", metavar="TICKET|EVENT", help="T-000012, or an event's or situation's id")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print the chain; 1 when nothing has that name."""
    store = reach_store(settings)
    try:
        lines = list(explained(store, asked.name))
    finally:
        store.close()
    if not lines:
        print(f"gewu-central: explain: nothing here is called {asked.name!r}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def explained(store: Store, name: str) -> Iterator[str]:
    """Line by line."""
    found = queries.find_ticket(store, name)
    if found is not None:
        yield from _ticket(store, found.number)
        return
    for number in explaining.tickets_of_situation(store, name):
        yield from _ticket(store, number)
    for event in explaining.events_named(store, name):
        yield from _event(store, event)
    for refusal in explaining.refusals_named(store, name):
        yield f"event {refusal.event} of {refusal.node} was refused: {refusal.reason}"
        yield "  so it is no part of any ticket; gewu-central quarantine lists it"


def _ticket(store: Store, number: int) -> Iterator[str]:
    row = explaining.ticket_row(store, number)
    if row is None:
        return
    where = f"in the cell {row.cell} (cut {row.cut})" if row.cell else "in no cell"
    yield f"{label(number)}  {row.state}  scene {row.scene}  {row.kind}  {where}"
    if row.merged_into is not None:
        yield f"  merged into {label(row.merged_into)}"
    members = queries.members_of(store, number, most=MOST)
    yield f"  {row.situations} situations:" if row.situations != 1 else "  one situation:"
    for member in members:
        yield from _member(member)
    yield "  what was decided:"
    for line in queries.log_of(store, number):
        by = f" by {line.who}" if line.who else ""
        what = f"{line.action}{by}" if line.source == "centre" and line.action else line.effect
        yield f"    {rfc3339(line.at)}  {what:<8}  {line.subject}: {line.reason['text']}"


def _member(member: Member) -> Iterator[str]:
    until = f"clear {rfc3339(member.cleared_at)}" if member.cleared_at else "it stands"
    yield f"    {member.subject}  {member.eye}  found {_told(member.opened_at)}, {until}"
    if member.joined:
        yield f"      here because: {member.joined['text']}"
    if member.beside:
        yield f"      in no other because: {member.beside['text']}"


def _event(store: Store, found: explaining.OfEvent) -> Iterator[str]:
    event = found.event
    yield f"event {event.id} of {event.source}: {event.type}, about {event.subject}, at {rfc3339(event.time)}"
    if not event.body:
        yield "  what it said was erased when its time was over"
    for line in found.decisions:
        yield f"  {line.effect}: {line.reason['text']}"
    if found.ticket is not None:
        yield from _ticket(store, found.ticket)
    elif found.situation is not None:
        yield "  no ticket: the opening of this situation has not come"
    else:
        yield "  no ticket: events of this type make none"


def _told(at: Any) -> str:
    return rfc3339(at) if isinstance(at, datetime) else "?"
