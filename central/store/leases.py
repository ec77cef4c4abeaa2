"""Leases: of several processes on one database, one leads."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from central.store.columns import Utc
from central.store.database import Store, insert
from central.store.follow_tables import leases


def held(store: Store, name: str, holder: str, lasts_s: float, now: datetime) -> bool:
    """Take or renew a lease; False: somebody else has it. Raises StoreAway.

    Where processes share a server its clock decides, so theirs may differ; SQLite has one host and its clock.
    """
    with store.write() as connection:
        at = _clock(connection, now)
        put = insert(connection, leases).values(
            name=name, holder=holder, until=at + timedelta(seconds=lasts_s)
        )
        new = put.excluded
        free = (leases.c.holder == holder) | (leases.c.until < at)
        put = put.on_conflict_do_update(
            index_elements=["name"], set_={"holder": new.holder, "until": new.until}, where=free
        )
        connection.execute(put)
        return _holder(connection, name) == holder


def released(store: Store, name: str, holder: str, now: datetime) -> None:
    """Let another lead at once. Raises StoreAway."""
    mine = (leases.c.name == name) & (leases.c.holder == holder)
    with store.write() as connection:
        connection.execute(leases.update().where(mine).values(until=_clock(connection, now)))


def leads(connection: Connection, name: str, holder: str) -> bool:
    """Whether it is still the holder, held so until this transaction ends."""
    return _holder(connection, name, keep=True) == holder


def _holder(connection: Connection, name: str, *, keep: bool = False) -> str | None:
    wanted = select(leases.c.holder).where(leases.c.name == name)
    if keep and connection.dialect.name == "postgresql":
        wanted = wanted.with_for_update()
    return connection.execute(wanted).scalar_one_or_none()


def _clock(connection: Connection, now: datetime) -> datetime:
    if connection.dialect.name != "postgresql":
        return now
    found: datetime = connection.execute(select(func.clock_timestamp(type_=Utc))).scalar_one()
    return found
