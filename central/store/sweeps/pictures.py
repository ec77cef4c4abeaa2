"""Pictures whose time is over: what nodes sent, and what people uploaded, masked."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from broker.events import Reason
from central.casework.facts import label
from central.retention.deciding import Verdict, together
from central.store.erasing import erase_pictures
from central.store.keeping import Keeping, verdicts
from central.store.outcome import Outcome
from central.store.schema import evidence, evidence_links, nodes, situations
from central.store.sweeping import AT_ONCE, Portion
from central.store.ticketlog import log_decision

_HASH = re.compile(r"[0-9a-f]{64}")
Going = dict[str, dict[int, Verdict]]  # by picture the tickets that show it


def sweep(connection: Connection, keeping: Keeping, after: tuple[datetime, str] | None) -> Portion:
    """In the order in which they came."""
    plan, e = keeping.basis.plan, evidence.c
    before = keeping.before(min(plan.shortest("pictures"), plan.loose_pictures))
    wanted = select(e.received, e.sha256).where(e.received < before)
    if after is not None:
        wanted = wanted.where(tuple_(e.received, e.sha256) > tuple_(*after))
    rows = connection.execute(wanted.order_by(e.received, e.sha256).limit(AT_ONCE)).all()
    came = {row.sha256: row.received for row in rows}
    shown = _shown(connection, came)
    of_tickets, waiting = _of_tickets(connection, keeping, shown)
    loose = _loose(connection, keeping, {n: at for n, at in came.items() if n not in shown})
    erase_links_of(connection, of_tickets, keeping)
    erase_pictures(connection, [*of_tickets, *loose], keeping.at)
    gone = len(of_tickets) + len(loose)
    place = (rows[-1].received, rows[-1].sha256) if len(rows) == AT_ONCE else None
    return Portion(gone, waiting, place)


def _shown(connection: Connection, names: Collection[str]) -> dict[str, set[int | None]]:
    """By picture the tickets that show it; None: a situation that has none."""
    links, s = evidence_links.c, situations.c
    of = (s.source == links.source) & (s.subject == links.subject)
    asked = select(links.sha256, s.ticket).select_from(evidence_links.outerjoin(situations, of))
    found: dict[str, set[int | None]] = defaultdict(set)
    for row in connection.execute(asked.where(links.sha256.in_(sorted(names)))):
        found[row.sha256].add(row.ticket)
    return found


def _of_tickets(
    connection: Connection, keeping: Keeping, shown: Mapping[str, set[int | None]]
) -> tuple[Going, int]:
    """Those that go, and how many stay though they are old enough."""
    numbers = {number for those in shown.values() for number in those if number is not None}
    found = verdicts(connection, keeping, "pictures", numbers)
    going: Going = {}
    waiting = 0
    for name, those in shown.items():
        told = {number: found[number] for number in those if number is not None and number in found}
        if told and len(told) == len(those):
            judged = together(told.values())
            waiting += judged.waits
            if judged.goes:
                going[name] = told
    return going, waiting


def _loose(connection: Connection, keeping: Keeping, came: Mapping[str, datetime]) -> Sequence[str]:
    """Those that nothing shows: the last pictures that sources told of stay."""
    before = keeping.before(keeping.basis.plan.loose_pictures)
    old = [name for name, at in came.items() if at < before and not keeping.held_then(at)]
    if not old:
        return []
    told: set[str] = set()
    for said in connection.execute(select(nodes.c.health).where(nodes.c.health.is_not(None))).scalars():
        told |= set(_HASH.findall(said))
    return [name for name in old if name not in told]


def erase_links_of(connection: Connection, going: Going, keeping: Keeping) -> None:
    """With a line in the log of each ticket, so that nobody looks for a picture that is gone."""
    if not going:
        return
    connection.execute(delete(evidence_links).where(evidence_links.c.sha256.in_(sorted(going))))
    counts: dict[int, list[Verdict]] = defaultdict(list)
    for told in going.values():
        for number, each in told.items():
            counts[number].append(each)
    for number, those in sorted(counts.items()):
        tell(connection, keeping, number, f"{len(those)} pictures were erased: {those[0].reason.text}")


def tell(connection: Connection, keeping: Keeping, number: int, text: str) -> None:
    """What went of a ticket that is still here."""
    outcome = Outcome("erased", Reason(code="time_is_over", text=text[:240]), number)
    log_decision(connection, outcome, ("centre", label(number)), event=None, at=keeping.at)
