"""`gewu-central retention`: how long what is kept, how far the sweep is, and when a ticket goes."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple
from datetime import datetime, timezone
from typing import Any

from broker.fields import rfc3339, utc
from central.opening import reach_store
from central.retaining import basis_of
from central.retention.plan import LOOSE, PARTS, Limits, days_text
from central.retention.tallies import shown
from central.settings import CentralSettings
from central.store.database import Store
from central.store.erasing import TALLY, tallies
from central.store.keeping import kept_ticket
from central.store.queries import number_of
from central.store.sweeping import progress

HELP = "how long what is kept and how far the sweep is; of a ticket, when it goes and why not yet"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("ticket", nargs="?", metavar="TICKET", help="T-000012")
    command.add_argument("--counts", action="store_true", help="how many tickets are gone, as CSV")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print it; 1 when there is no such ticket."""
    with closing(reach_store(settings)) as store:
        if asked.counts:
            lines = _counts(store)
        elif asked.ticket is not None:
            lines = _ticket(store, settings, asked.ticket)
        else:
            lines = _limits(store, settings)
        told = list(lines)
    if not told:
        print(f"gewu-central: retention: there is no ticket {asked.ticket!r}", file=sys.stderr)
        return 1
    print("\n".join(told))
    return 0


def _limits(store: Store, settings: CentralSettings) -> Iterator[str]:
    plan = settings.retention.plan()
    yield f"{'usual':<24}{_of(plan.usual)}"
    for kind, limits in plan.kinds.items():
        if limits != plan.usual:
            yield f"{kind:<24}{_of(limits)}"
    for name in LOOSE:
        yield f"{name:<24}{days_text(getattr(plan, name))}"
    rows, files = progress(store)
    for row in rows:
        yield f"sweep {row.name:<18}{_progress(row)}"
    yield f"{files} files still to delete"


def _of(limits: Limits) -> str:
    return "  ".join(f"{part} {days_text(getattr(limits, part))}" for part in PARTS)


def _progress(row: Any) -> str:
    last = rfc3339(row.ended) if row.ended is not None else "never"
    failed = f"  fails since {rfc3339(row.failed)}" if row.failed is not None else ""
    return f"{row.gone} gone  {row.waiting} kept back  last round {last}{failed}"


def _ticket(store: Store, settings: CentralSettings, name: str) -> Iterator[str]:
    number = number_of(store, name)
    if number is None:
        return
    found = kept_ticket(store, basis_of(settings), number, datetime.now(timezone.utc))
    for part, each in found.verdicts.items():
        when = "due" if each.goes else f"until {rfc3339(utc(each.at))}" if each.at is not None else "stays"
        yield f"{part:<10}{when:<32}{each.code}: {each.reason.text}"
    for row in found.holds:
        yield f"hold {row.number}  made {rfc3339(row.made)} by {row.made_by}  {row.reason}"


def _counts(store: Store) -> Iterator[str]:
    yield ",".join((*TALLY, "tickets"))
    for tally, number in tallies(store):
        yield ",".join((*astuple(tally), shown(tally, number)))
