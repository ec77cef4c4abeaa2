"""The tallies of a period by sums in the database: one pass a base, over the rows of its instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    distinct,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from central.casework.machine import HELD
from central.indicators.cases import Case
from central.indicators.counting import Span
from central.indicators.formulas import (
    BASES,
    CLOSED,
    INSTANT,
    MACHINES,
    NOT_FOUND,
    NOT_TO_CLOSE,
    TALLIES,
    Base,
    By,
    none,
)
from central.store.indicator_tables import indicator_cases

_c = indicator_cases.c
COLUMNS = tuple(_c[each.name] for each in fields(Case))
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets count. edition: as that report saw them, None as they are now. area: what they lie in."""

    span: Span
    edition: int | None = None
    kind: str | None = None
    department: str | None = None
    origin: str | None = None
    area: str | None = None


BELONGS: Mapping[Base, Condition] = MappingProxyType(
    {
        # The zero is written out, for a partial index is only used where the plan can see it.
        "found": and_(_c.dispatch == literal_column("0"), _c.state.not_in(NOT_FOUND)),
        "due": _c.state.not_in(NOT_TO_CLOSE),
        "dispatched": and_(_c.dispatch > literal_column("0"), _c.state != "merged"),
        "handled": _c.state.not_in(NOT_TO_CLOSE),
    }
)
# What a ticket of the base must be besides; the tallies that are not named count all of them.
HOLDS: Mapping[str, Condition] = MappingProxyType(
    {
        "by_machine": _c.origin.in_(MACHINES),
        "by_drone": _c.origin == "drone",
        "false_alarms": _c.state == "false_alarm",
        "recurring": _c.recurs > 1,
        "self_cleared": _c.state == "self_cleared",
        "deferred": _c.state.in_(HELD),
        "to_close": _c.state.not_in(HELD),
        "closed": _c.state.in_(CLOSED),
        "closed_in_time": and_(_c.state.in_(CLOSED), _c.in_time.is_(True)),
        "extended": _c.extensions > 0,
        "accurate": _c.accurate.is_(True),
        "reworked": _c.reworks > 0,
    }
)


def key_column(by: By) -> ColumnElement[str]:
    """What a grouping goes by, as `formulas.key_of` says it."""
    if by == "street":
        return func.coalesce(func.substr(_c.community, 1, 9), "")
    if by == "zone":
        return func.coalesce(_c.zone + literal(" ") + _c.kind, "")
    return func.coalesce(_c[by], "")


def tallied(
    connection: Connection, by: By, wanted: Wanted, *, bases: Sequence[Base] = BASES
) -> dict[str, dict[str, int]]:
    """The tallies of each group in which any ticket of the period is. bases: only of these."""
    found: dict[str, dict[str, int]] = {}
    for base in bases:
        names = [name for name, tally in TALLIES.items() if tally.base == base]
        for key, *numbers in connection.execute(sums_of(by, base, names, wanted)).all():
            found.setdefault(key, none()).update(zip(names, map(int, numbers), strict=True))
    return {key: sums for key, sums in found.items() if any(sums.values())}


def sums_of(by: By, base: Base, names: Sequence[str], wanted: Wanted) -> Select[Any]:
    """One pass: the tallies of one base, by group."""
    key = key_column(by).label("group_key")
    sums = [_sum(name).label(name) for name in names]
    query: Select[Any] = select(key)
    query = query.add_columns(*sums).where(BELONGS[base], *within(base, wanted))
    return query.group_by(key)


def tickets_of(
    connection: Connection, query: Select[Any], *, limit: int, before: tuple[int, int] | None = None
) -> Sequence[Row[Any]]:
    """The rows of a listing, the highest number first. before: a ticket and dispatch that were listed."""
    if before is not None:
        ticket, dispatch = before
        query = query.where((_c.ticket < ticket) | ((_c.ticket == ticket) & (_c.dispatch < dispatch)))
    return connection.execute(query.order_by(_c.ticket.desc(), _c.dispatch.desc()).limit(limit)).all()


def listing(tally: str, wanted: Wanted, by: By | None = None, key: str | None = None) -> Select[Any]:
    """What a tally counts, of one group where it is named."""
    base = TALLIES[tally].base
    query = select(*COLUMNS).where(BELONGS[base], *_holds(tally), *within(base, wanted))
    return query if by is None else query.where(key_column(by) == (key or ""))


def within(base: Base, wanted: Wanted) -> list[Condition]:
    """The rows of the edition whose instant lies in the period, and what they are narrowed to."""
    instant = _c[INSTANT[base]]
    found = [instant >= wanted.span.since, instant < wanted.span.ends(base), *_edition(wanted.edition)]
    for name in ("kind", "department", "origin"):
        if (value := getattr(wanted, name)) is not None:
            found.append(_c[name] == value)
    return [*found, *_area(wanted.area)]


def _edition(edition: int | None) -> list[Condition]:
    if edition is None:
        return [_c.until.is_(None)]
    return [_c.edition <= edition, _c.until.is_(None) | (_c.until > edition)]


def _area(code: str | None) -> list[Condition]:
    """A code names everything below it; digits sort, so it is a range."""
    if code is None:
        return []
    column = {6: _c.district, 15: _c.cell}.get(len(code), _c.community)
    return [func.substr(column, 1, len(code)) == code]


def _holds(tally: str) -> list[Condition]:
    return [HOLDS[tally]] if tally in HOLDS else []


def _sum(name: str) -> ColumnElement[int]:
    amount = literal(1) if TALLIES[name].tickets else _c[name]
    return func.sum(case((HOLDS[name], amount), else_=0) if name in HOLDS else amount)


def changed_since(connection: Connection, wanted: Wanted) -> int:
    """How many tickets that a frozen report counted have another row now."""
    in_it = or_(*(and_(*within(base, wanted)) for base in BASES))
    query = select(func.count(distinct(_c.ticket))).where(_c.until.is_not(None), in_it)
    if wanted.edition is not None:
        query = query.where(_c.until > wanted.edition)
    return connection.execute(query).scalar_one()
