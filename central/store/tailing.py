"""How far a follower of the tickets' log is, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from central.store.database import Store, insert, take_turn
from central.store.follow_tables import followers
from central.store.schema import ticket_log
from central.store.ticketlog import last_line


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log that is about a ticket."""

    seq: int
    ticket: int
    effect: str
    action: str | None


def begun(store: Store, names: Sequence[str]) -> None:
    """Those that are new here begin at the end of the log. Raises StoreAway."""
    if not names:
        return
    with store.write() as connection:
        take_turn(connection)
        last = last_line(connection)
        rows = [{"name": name, "seq": last} for name in names]
        connection.execute(insert(connection, followers).on_conflict_do_nothing(), rows)


def behind(store: Store, names: Sequence[str]) -> set[str]:
    """Those that have not read the log to its end. Raises StoreAway."""
    with store.read() as connection:
        last = last_line(connection)
        known = {row.name: row.seq for row in connection.execute(select(followers))}
    return {name for name in names if known.get(name, 0) < last}


def entries(connection: Connection, name: str, *, at_most: int) -> tuple[list[Entry], int | None]:
    """What comes next for it, and how far it is then; None at the end. Its turn is the caller's."""
    done = connection.execute(select(followers.c.seq).where(followers.c.name == name)).scalar_one()
    c = ticket_log.c
    wanted = select(c.seq, c.ticket, c.effect, c.action).where(c.seq > done)
    rows = connection.execute(wanted.order_by(c.seq).limit(at_most)).all()
    found = [Entry(row.seq, row.ticket, row.effect, row.action) for row in rows if row.ticket]
    return found, rows[-1].seq if rows else None


def reached(connection: Connection, name: str, seq: int) -> None:
    """It has done its work up to this line."""
    connection.execute(update(followers).where(followers.c.name == name).values(seq=seq))
