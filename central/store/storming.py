"""Which tickets are folded into which: many of one kind in one community within a short time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from broker.events import Reason
from central.casework.facts import label
from central.correlation.storms import Opening, StormRule, folded
from central.store.bulk import among
from central.store.changing import change_tickets
from central.store.outcome import Outcome
from central.store.schema import tickets
from central.store.ticketlog import log_decision

LEFT_OUT = ("merged", "false_alarm", "withdrawn")
MOST = 5000  # tickets of one storm; the first of them are enough to know what it is
Place = tuple[str, str]  # kind, community
Span = tuple[datetime, datetime]
Rows = Sequence[Any]  # number, open_key, opened_at, parent, state


def fold_storms(connection: Connection, numbers: Collection[int], rule: StormRule, now: datetime) -> None:
    """Fold and unfold around these tickets, as what is known now says. The turn is the caller's."""
    t = tickets.c
    touched = among(connection, t.number, numbers) & t.community.is_not(None)
    wanted = select(t.kind, t.community, t.opened_at).where(touched)
    spans: dict[Place, Span] = {}
    for row in connection.execute(wanted):
        first, last = spans.get((row.kind, row.community), (row.opened_at, row.opened_at))
        spans[row.kind, row.community] = min(first, row.opened_at), max(last, row.opened_at)
    for place, span in sorted(_crowded(connection, touched, spans, rule).items()):
        _fold(connection, _chain(connection, place, span, rule), rule, now)


def _crowded(
    connection: Connection, touched: ColumnElement[bool], spans: Mapping[Place, Span], rule: StormRule
) -> dict[Place, Span]:
    """Those where so many were opened, or where something is folded: elsewhere there is nothing to do."""
    if not spans:
        return {}
    window = timedelta(seconds=rule.window_s)
    since, until = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    here = select(tickets.c.kind, tickets.c.community).where(touched).distinct().subquery()
    t = tickets.alias().c
    there = (t.kind == here.c.kind) & (t.community == here.c.community)
    near = there & t.opened_at.between(since - window, until + window)
    wanted = select(here).where(near).group_by(*here.c)
    wanted = wanted.having((func.count() >= rule.number) | (func.count(t.parent) > 0))
    found = {(row.kind, row.community) for row in connection.execute(wanted)}
    return {place: span for place, span in spans.items() if place in found}


def _chain(connection: Connection, place: Place, span: Span, rule: StormRule) -> Rows:
    """All that hangs together: until for a whole window nothing was opened."""
    window = timedelta(seconds=rule.window_s)
    span = span[0] - window, span[1] + window
    while True:
        rows = _opened(connection, place, span)
        if not rows or len(rows) >= MOST:
            return rows
        wider = rows[0].opened_at - window, rows[-1].opened_at + window
        if wider[0] >= span[0] and wider[1] <= span[1]:
            return rows
        span = min(span[0], wider[0]), max(span[1], wider[1])


def _opened(connection: Connection, place: Place, span: Span) -> Rows:
    t = tickets.c
    wanted = select(t.number, t.open_key, t.opened_at, t.parent, t.state).where(
        t.kind == place[0], t.community == place[1], t.opened_at.between(*span)
    )
    return connection.execute(wanted.order_by(t.opened_at, t.number).limit(MOST)).all()


def _fold(
    connection: Connection,
    rows: Rows,
    rule: StormRule,
    now: datetime,
) -> None:
    openings = [
        Opening(row.opened_at.timestamp(), row.open_key, row.number)
        for row in rows
        if row.state not in LEFT_OUT
    ]
    parents = folded(openings, rule) if len(openings) >= rule.number else {}
    changed = [(row, parents.get(row.number)) for row in rows if row.parent != parents.get(row.number)]
    change_tickets(connection, {row.number: {"parent": parent} for row, parent in changed})
    for row, parent in changed:
        outcome = Outcome("folded", _why(parent, rule), row.number, row.state)
        log_decision(connection, outcome, ("centre", label(row.number)), event=None, at=now)


def _why(parent: int | None, rule: StormRule) -> Reason:
    if parent is None:
        return Reason(code="no_storm", text="by what is known now it is no part of a storm")
    text = (
        f"at least {rule.number} of this kind were opened in the community"
        f" within {rule.window_s / 60:g} min; {label(parent)} was the first"
    )
    values = {"number": float(rule.number), "window_s": rule.window_s, "parent": float(parent)}
    return Reason(code="storm", text=text, values=values)
