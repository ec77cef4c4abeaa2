"""The nodes with their sources, and when each was last heard of."""

from datetime import datetime

from broker.events import SourceHealth
from broker.fields import read
from broker.messages import About, NodeHealth, NodeState
from central.sources import NodeView, NodeWords, overview
from central.store.database import Store
from central.store.queries import known_nodes


def views(store: Store) -> list[tuple[NodeView, datetime | None]]:
    """Every node, and when its last pulse came. Raises StoreAway."""
    said, raised = known_nodes(store)
    conditions = [(row.node, read(SourceHealth, row.health)) for row in raised]
    words = [
        NodeWords(
            node=row.node,
            state=read(NodeState, row.state) if row.state else None,
            about=read(About, row.about) if row.about else None,
            health=read(NodeHealth, row.health) if row.health else None,
            heard=row.health_received,
        )
        for row in said
    ]
    pulses = [row.health_received for row in said]
    return list(zip(overview(words, conditions), pulses, strict=True))
