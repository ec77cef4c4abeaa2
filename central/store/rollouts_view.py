"""Roll-outs as pages see them: questions only."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from central.store.configuration_tables import rollout_nodes, rollouts
from central.store.database import Store


def list_rollouts(
    store: Store, *, limit: int, before: int | None = None
) -> list[tuple[Row[Any], dict[str, int]]]:
    """The last first, with how many nodes are in each state. Raises StoreAway."""
    wanted = select(rollouts).order_by(rollouts.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(rollouts.c.number < before)
    n = rollout_nodes.c
    with store.read() as connection:
        rows = connection.execute(wanted).all()
        counts: dict[int, dict[str, int]] = {row.number: {} for row in rows}
        counted = select(n.rollout, n.state, func.count().label("nodes")).where(n.rollout.in_(sorted(counts)))
        for each in connection.execute(counted.group_by(n.rollout, n.state)):
            counts[each.rollout][each.state] = each.nodes
    return [(row, counts[row.number]) for row in rows]


def find_rollout(store: Store, number: int) -> tuple[Row[Any], Sequence[Row[Any]]] | None:
    """One with its nodes, in their order. Raises StoreAway."""
    n = rollout_nodes.c
    with store.read() as connection:
        row = connection.execute(select(rollouts).where(rollouts.c.number == number)).one_or_none()
        if row is None:
            return None
        return row, connection.execute(
            select(rollout_nodes).where(n.rollout == number).order_by(n.place)
        ).all()
