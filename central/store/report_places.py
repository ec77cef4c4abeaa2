"""Places with a code of their own: made, listed, dropped."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from central.people.asker import Entry
from central.reports.report import NotTaken, Place
from central.store.audit import record
from central.store.database import Store
from central.store.report_tables import places, reports
from central.store.reports import place_of

MOST = 100_000
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another
CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """A place whose sign counts, since when, and how many reports were made at it."""

    place: Place
    made: datetime
    reports: int


def new_code() -> str:
    """Of chance, so that nobody finds the next one by counting."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))


def add_place(store: Store, place: Place, by: Entry, now: datetime) -> None:
    """Keep a new place. Raises NotTaken when its name is taken, StoreAway."""
    spot = place.spot
    with store.write() as connection:
        if connection.execute(select(places.c.code).where(places.c.name == place.name)).first() is not None:
            raise NotTaken("name_taken", f"there is a place {place.name!r} already", where="name")
        row: dict[str, Any] = {"code": place.code, "name": place.name, "kind": place.kind, "made": now}
        row |= {"longitude": spot.longitude, "latitude": spot.latitude, "accuracy_m": spot.accuracy_m}
        connection.execute(insert(places).values(row))
        record(connection, now, by)


def all_places(store: Store) -> Sequence[Place]:
    """Every place that counts, by name. Raises StoreAway."""
    wanted = select(places).where(places.c.dropped.is_(None)).order_by(places.c.name).limit(MOST)
    with store.read() as connection:
        return [place_of(row) for row in connection.execute(wanted)]


def kept_places(store: Store) -> Sequence[Kept]:
    """The same, with how many reports were made at each. Raises StoreAway."""
    told = select(reports.c.place, func.count().label("told")).where(reports.c.place.is_not(None))
    counted = told.group_by(reports.c.place).subquery()
    wanted = select(places, func.coalesce(counted.c.told, 0).label("told"))
    wanted = wanted.outerjoin(counted, counted.c.place == places.c.code).where(places.c.dropped.is_(None))
    with store.read() as connection:
        found = connection.execute(wanted.order_by(places.c.name).limit(MOST))
        return [Kept(place_of(row), row.made, row.told) for row in found]


def drop_place(store: Store, name: str, by: Entry, now: datetime) -> bool:
    """Its code counts no more, and its name is free again; False: there was none. Raises StoreAway."""
    mine = (places.c.name == name) & places.c.dropped.is_(None)
    with store.write() as connection:
        row = connection.execute(select(places.c.code).where(mine)).one_or_none()
        if row is None:
            return False
        gone = {"dropped": now, "name": f"{name} ({row.code})"[:80]}
        connection.execute(update(places).where(places.c.code == row.code).values(gone))
        record(connection, now, by)
        return True
