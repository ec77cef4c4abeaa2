"""Holds: made, listed, lifted. Whatever sweeps looks at them in its own transaction, whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from central.casework.facts import label
from central.people.asker import Asker
from central.retention.holds import AREA, Hold
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.numbering import numbers
from central.store.queries import number_of
from central.store.refusal import Refusal
from central.store.retention_tables import holds
from central.store.schema import tickets

MOST = 1000  # that stand at a time; each sweep compares everything with all of them
_STANDS = text("lifted IS NULL")


class NotHeld(Refusal):
    """A hold that cannot be made or lifted; the words say why. `where`: the field that is wrong."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be held: a ticket by its name, or an area and a time."""

    reason: str
    ticket: str | None = None
    area: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def add_hold(store: Store, wanted: Wanted, by: Asker, now: datetime) -> Row[Any]:
    """It counts from the commit. Raises NotHeld or StoreAway."""
    _sound(wanted)
    number = None if wanted.ticket is None else number_of(store, wanted.ticket)
    if wanted.ticket is not None and number is None:
        allowed = "the number of a ticket that is still here, such as T-000123"
        raise NotHeld("no_ticket", f"there is no ticket {wanted.ticket!r}", where="ticket", allowed=allowed)
    with store.write() as connection:
        take_turn(connection)
        if number is not None and not _is_here(connection, number):
            raise NotHeld("no_ticket", f"{wanted.ticket} was erased just now", where="ticket")
        if len(connection.execute(select(holds.c.number).where(_STANDS)).all()) >= MOST:
            raise NotHeld("too_many", f"{MOST} holds stand; lift some first", where="ticket")
        (new,) = numbers(connection, holds, 1)
        row = {"number": new, "ticket": number, "area": wanted.area, "since": wanted.since}
        row |= {"until": wanted.until, "reason": wanted.reason, "made": now, "made_by": by.who[:80]}
        connection.execute(insert(holds).values(row))
        about = label(number) if number is not None else f"area {wanted.area}"
        record(connection, now, by.did("ticket.hold", about, f"hold {new}: {wanted.reason}"))
        return connection.execute(select(holds).where(holds.c.number == new)).one()


def lift_hold(store: Store, number: int, reason: str, by: Asker, now: datetime) -> Row[Any]:
    """From the commit on it stops nothing. Raises NotHeld or StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        mine = holds.c.number == number
        row = connection.execute(select(holds).where(mine)).one_or_none()
        if row is None or row.lifted is not None:
            what = f"hold {number} was lifted before" if row is not None else f"there is no hold {number}"
            raise NotHeld("no_hold", what, where="hold", allowed="the number of a hold that stands")
        values = {"lifted": now, "lifted_by": by.who[:80], "lift_reason": reason}
        connection.execute(update(holds).where(mine).values(values))
        about = label(row.ticket) if row.ticket is not None else f"area {row.area}"
        record(connection, now, by.did("ticket.hold", about, f"hold {number} lifted: {reason}"))
        return connection.execute(select(holds).where(mine)).one()


def all_holds(store: Store, *, lifted: bool = False) -> Sequence[Row[Any]]:
    """Those that stand, and those that were lifted if they are wanted too; the last first."""
    wanted = select(holds).order_by(holds.c.number.desc())
    with store.read() as connection:
        return connection.execute(wanted if lifted else wanted.where(_STANDS)).all()


def standing(connection: Connection) -> tuple[Hold, ...]:
    """Those that stand, for the decisions."""
    rows = connection.execute(select(holds).where(_STANDS).order_by(holds.c.number)).all()
    return tuple(_hold(row) for row in rows)


def _hold(row: Row[Any]) -> Hold:
    since = -inf if row.since is None else row.since.timestamp()
    until = inf if row.until is None else row.until.timestamp()
    return Hold(row.number, row.ticket, row.area, since, until)


def _is_here(connection: Connection, number: int) -> bool:
    return connection.execute(select(tickets.c.number).where(tickets.c.number == number)).first() is not None


def _sound(wanted: Wanted) -> None:
    if (wanted.ticket is None) == (wanted.area is None):
        what = "one of the two is expected: a ticket, or an area with a time"
        raise NotHeld("one_of_two", what, where="ticket", allowed="ticket, or area with since and until")
    if wanted.area is not None and AREA.fullmatch(wanted.area) is None:
        allowed = "2 to 15 digits that the codes of its cells begin with, or all"
        raise NotHeld("bad_area", f"{wanted.area!r} is no area", where="area", allowed=allowed)
    if wanted.ticket is not None and (wanted.since or wanted.until):
        raise NotHeld("one_of_two", "a ticket is held whole, at all times", where="since", allowed="none")
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise NotHeld("bad_time", "it ends before it begins", where="until", allowed="a time after since")
