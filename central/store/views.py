"""Views that people keep: filters and where the map looks, for themselves or for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from central.people.asker import Asker
from central.store.audit import record
from central.store.database import Store
from central.store.feedback_tables import saved_views
from central.store.refusal import Refusal

MOST_OF_ONE = 50
MOST_SHARED = 200


class NotKept(Refusal):
    """A view that cannot be kept or dropped; the words say why."""


@dataclass(frozen=True, slots=True)
class View:
    """What is to be kept. filters: of GET /api/tickets, as a query string. map: where it looks."""

    name: str
    filters: str
    map: Mapping[str, float] | None = None
    shared: bool = False


def keep_view(store: Store, view: View, by: Asker, now: datetime) -> Row[Any]:
    """Under its name; what its owner kept under that before is replaced. Raises NotKept or StoreAway."""
    v, owner = saved_views.c, by.who[:80]
    mine = (v.owner == owner) & (v.name == view.name)
    values = {"filters": view.filters, "map": view.map, "shared": view.shared, "changed": now}
    with store.write() as connection:
        known = connection.execute(
            select(v.number, v.shared).where(v.owner == owner, v.name == view.name)
        ).first()
        _room(connection, owner, view, known)
        if known is not None:
            connection.execute(update(saved_views).where(v.number == known.number).values(values))
        else:
            connection.execute(insert(saved_views).values(**values, owner=owner, name=view.name, made=now))
        if view.shared or (known is not None and known.shared):
            record(connection, now, by.did("view.share", view.name, view.filters or "everything"))
        return connection.execute(select(saved_views).where(mine)).one()


def views_of(store: Store, owner: str) -> Sequence[Row[Any]]:
    """One's own, then those that others share, by name. Raises StoreAway."""
    v = saved_views.c
    wanted = select(saved_views).where(or_(v.owner == owner[:80], v.shared))
    with store.read() as connection:
        return connection.execute(wanted.order_by(v.owner != owner[:80], v.name, v.number)).all()


def drop_view(store: Store, number: int, by: Asker, now: datetime, *, of_others: bool) -> None:
    """One's own; of others what they share, where that is allowed. Raises NotKept or StoreAway."""
    v, owner = saved_views.c, by.who[:80]
    with store.write() as connection:
        row = connection.execute(select(saved_views).where(v.number == number)).one_or_none()
        if row is None or (row.owner != owner and not (row.shared and of_others)):
            allowed = "a view of GET /api/views that is yours"
            raise NotKept("no_view", f"there is no view {number} of yours", where="number", allowed=allowed)
        connection.execute(delete(saved_views).where(v.number == number))
        if row.shared:
            record(connection, now, by.did("view.share", row.name, f"dropped, of {row.owner}"))


def _room(connection: Connection, owner: str, view: View, known: Any) -> None:
    """Raises NotKept."""
    v = saved_views.c
    counted = select(func.count()).select_from(saved_views)
    if known is None and connection.execute(counted.where(v.owner == owner)).scalar_one() >= MOST_OF_ONE:
        raise NotKept("too_many", f"{MOST_OF_ONE} views are kept; drop some first", where="name")
    shares = view.shared and not (known is not None and known.shared)
    if shares and connection.execute(counted.where(v.shared)).scalar_one() >= MOST_SHARED:
        raise NotKept("too_many", f"{MOST_SHARED} views are shared; drop some first", where="shared")
