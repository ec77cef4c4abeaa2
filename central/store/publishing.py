"""Which configurations are to be handed to the broker: they are written down before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from central.store.configuration_tables import configurations
from central.store.database import Store

AT_ONCE = 50


def unpublished(store: Store) -> list[str]:
    """Nodes whose newest configuration was not handed to the broker yet. Raises StoreAway."""
    c = configurations.c
    newest = select(c.node, func.max(c.number).label("number")).group_by(c.node).subquery()
    same = (c.node == newest.c.node) & (c.number == newest.c.number)
    wanted = select(c.node).join(newest, same).where(c.published.is_(None)).order_by(c.at).limit(AT_ONCE)
    with store.read() as connection:
        if connection.execute(select(c.node).where(c.published.is_(None)).limit(1)).first() is None:
            return []
        return list(connection.execute(wanted).scalars())


def configured(store: Store) -> Sequence[str]:
    """Every node that the centre wants something of. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(select(configurations.c.node).distinct()).scalars().all()


def newest_of(store: Store, node: str) -> Any:
    """The row of what is wanted of a node now, None where nothing is. Raises StoreAway."""
    c = configurations.c
    wanted = select(configurations).where(c.node == node).order_by(c.number.desc()).limit(1)
    with store.read() as connection:
        return connection.execute(wanted).one_or_none()


def published(store: Store, node: str, number: int, now: datetime) -> None:
    """It was handed to the broker, and what came before it need not be. Raises StoreAway."""
    c = configurations.c
    mine = (c.node == node) & (c.number <= number) & c.published.is_(None)
    with store.write() as connection:
        connection.execute(update(configurations).where(mine).values(published=now))
