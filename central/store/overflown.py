"""The drones that nodes tell of, read anew only where a node told anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from broker.fields import read
from broker.messages import About
from central.overflight import Drone, drones_of
from central.store.schema import nodes


class Drones:
    """For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime | None, list[Drone]]] = {}

    def all(self, connection: Connection) -> list[Drone]:
        """Of every node."""
        told = select(nodes.c.node, nodes.c.about_received).where(nodes.c.about.is_not(None))
        times = {row.node: row.about_received for row in connection.execute(told)}
        self._known = {node: kept for node, kept in self._known.items() if times.get(node, "") == kept[0]}
        for node in sorted(times.keys() - self._known.keys()):
            self._known[node] = (times[node], list(drones_of_node(connection, node)))
        return [drone for _, found in self._known.values() for drone in found]


def drones_of_node(connection: Connection, node: str) -> Sequence[Drone]:
    """Of one; none where nothing is known of it."""
    said = connection.execute(select(nodes.c.about).where(nodes.c.node == node)).scalar_one_or_none()
    return drones_of(node, read(About, said)) if said else ()
