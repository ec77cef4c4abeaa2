"""What the database knows of tickets for the decision what of them may go."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import inf
from typing import Any

from sqlalchemy import Connection, Row, func, select

from broker.topics import Address
from central.casework.machine import OPEN
from central.reports.events import TOLD
from central.retention.deciding import Case, Terms, Verdict, together, verdict
from central.retention.holds import Hold, Lying, covers
from central.retention.plan import PARTS, Part, Plan
from central.store.database import Store
from central.store.holding import standing
from central.store.indicator_tables import indicator_reports
from central.store.retention_tables import holds
from central.store.schema import tickets

DEEPEST = 1000  # of tickets merged into tickets; the loops end when there are no more
_COLUMNS = (
    "number", "kind", "state", "node", "cell", "community", "opened_at", "created", "entered_at", "closed_at",
    "cleared_at", "merged_into",
)  # fmt: skip
_ROWS = tuple(tickets.c[name] for name in _COLUMNS)
Rows = Mapping[int, Row[Any]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the configuration says of it. zone: in which days are counted."""

    plan: Plan
    recurs_s: float
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Keeping:
    """By what is decided in one transaction, at one time."""

    basis: Basis
    terms: Terms
    holds: tuple[Hold, ...]
    at: datetime

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.at.timestamp()

    def before(self, seconds: float) -> datetime:
        """So long ago; of more than there is, the beginning."""
        return datetime.fromtimestamp(max(0.0, self.now - seconds), tz=self.at.tzinfo)

    def held_then(self, *times: datetime) -> bool:
        """Whether a hold is of this time, for what belongs to no ticket."""
        stamps = [each.timestamp() for each in times]
        return any(hold.covers_time(min(stamps), max(stamps)) for hold in self.holds)


@dataclass(frozen=True, slots=True)
class Family:
    """A ticket with all that were merged into it: they go together."""

    root: int
    members: tuple[int, ...]


def keeping_of(connection: Connection, basis: Basis, at: datetime) -> Keeping:
    """As of this transaction."""
    terms = Terms(basis.plan, basis.recurs_s, _frozen(connection))
    return Keeping(basis, terms, standing(connection), at)


def verdicts(
    connection: Connection, keeping: Keeping, part: Part, wanted: Iterable[int]
) -> dict[int, Verdict]:
    """Of each of these tickets, by its number; one that is not here has none."""
    rows = _rows(connection, set(wanted))
    roots = {number: _root(number, rows) for number in set(wanted) & rows.keys()}
    families = families_of(connection, rows, set(roots.values()))
    needed = _needed(connection, families.values()) if part == "tickets" else {}
    found = {}
    for root, family in families.items():
        cases = [_case(rows[n], rows[root], keeping, needed.get(root, ())) for n in family.members]
        found[root] = together(verdict(part, case, keeping.terms, keeping.now) for case in cases)
    return {number: found[root] for number, root in roots.items()}


def families_of(
    connection: Connection, rows: dict[int, Row[Any]], roots: Collection[int]
) -> dict[int, Family]:
    """Of each root; what is new is added to the rows."""
    below: dict[int, list[int]] = {root: [root] for root in roots}
    belongs = {root: root for root in roots}
    last = set(roots)
    for _ in range(DEEPEST):
        if not last:
            break
        found = connection.execute(select(*_ROWS).where(tickets.c.merged_into.in_(sorted(last)))).all()
        last = set()
        for row in found:
            if row.number not in belongs:
                rows[row.number] = row
                belongs[row.number] = root = belongs[row.merged_into]
                below[root].append(row.number)
                last.add(row.number)
    return {root: Family(root, tuple(members)) for root, members in below.items()}


def holds_of(connection: Connection, keeping: Keeping, number: int) -> tuple[int, ...]:
    """The holds that a ticket stays by, those of its family included."""
    rows = _rows(connection, {number})
    if number not in rows:
        return ()
    families = families_of(connection, rows, {_root(number, rows)})
    members = [n for family in families.values() for n in family.members]
    return tuple(sorted({each for n in members for each in _held(rows[n], keeping)}))


@dataclass(frozen=True, slots=True)
class KeptTicket:
    """How long what of a ticket stays, and the holds that it stays by."""

    verdicts: Mapping[Part, Verdict]
    holds: Sequence[Row[Any]]


def kept_ticket(store: Store, basis: Basis, number: int, at: datetime) -> KeptTicket:
    """As of that time. Raises StoreAway."""
    with store.read() as connection:
        keeping = keeping_of(connection, basis, at)
        by = holds_of(connection, keeping, number) if keeping.holds else ()
        found = {part: verdicts(connection, keeping, part, [number]).get(number) for part in PARTS}
        rows = connection.execute(select(holds).where(holds.c.number.in_(by)).order_by(holds.c.number)).all()
    return KeptTicket({part: each for part, each in found.items() if each is not None}, rows)


def _rows(connection: Connection, numbers: set[int]) -> dict[int, Row[Any]]:
    """These tickets and those that they were merged into."""
    found: dict[int, Row[Any]] = {}
    wanted = set(numbers)
    for _ in range(DEEPEST):
        if not wanted:
            break
        rows = connection.execute(select(*_ROWS).where(tickets.c.number.in_(sorted(wanted)))).all()
        found |= {row.number: row for row in rows}
        wanted = {row.merged_into for row in rows if row.merged_into is not None} - found.keys()
    return found


def _root(number: int, rows: Rows) -> int:
    for _ in range(DEEPEST):
        into = rows[number].merged_into
        if into is None or into not in rows:
            break
        number = into
    return number


def _needed(connection: Connection, families: Iterable[Family]) -> dict[int, tuple[int, ...]]:
    """By root the tickets that name one of the family as the storm that they are part of."""
    of = {number: family.root for family in families for number in family.members}
    found: dict[int, list[int]] = defaultdict(list)
    asked = select(tickets.c.number, tickets.c.parent).where(tickets.c.parent.in_(sorted(of)))
    for row in connection.execute(asked.order_by(tickets.c.number)):
        if of.get(row.number) != of[row.parent]:
            found[of[row.parent]].append(row.number)
    return {root: tuple(those) for root, those in found.items()}


def _case(row: Row[Any], root: Row[Any], keeping: Keeping, needed: tuple[int, ...]) -> Case:
    """One that was merged lives as long as what it was merged into."""
    opened = min(row.opened_at, row.created).timestamp()
    return Case(row.number, root.kind, opened, _ended(root), _held(row, keeping), needed)


def _held(row: Row[Any], keeping: Keeping) -> tuple[int, ...]:
    if not keeping.holds:
        return ()
    ended, clear = _ended(row), row.cleared_at or row.opened_at
    last = None if ended is None else max(ended, clear.timestamp())
    lying = Lying(row.number, _codes(row), min(row.opened_at, row.created).timestamp(), last)
    return tuple(hold.number for hold in keeping.holds if covers(hold, lying))


def _codes(row: Row[Any]) -> tuple[str, ...]:
    district = "" if row.node == TOLD else Address.of(row.node).district
    return tuple(code for code in (row.cell, row.community, district) if code)


def _ended(row: Row[Any]) -> float | None:
    """By the centre's own clock, for a node's may be years off; None while it is open."""
    if row.state in OPEN:
        return None
    moments: list[datetime] = [
        each for each in (row.created, row.entered_at, row.closed_at) if each is not None
    ]
    return max(moments).timestamp()


def _frozen(connection: Connection) -> float:
    """Up to when reports are frozen."""
    last: datetime | None = connection.execute(select(func.max(indicator_reports.c.until))).scalar_one()
    return -inf if last is None else last.timestamp()
