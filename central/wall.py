"""How all nodes and sources fare, read anew only where a node spoke anew; any thread may ask."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from broker.events import SourceHealth
from broker.fields import read
from broker.messages import About, NodeHealth, NodeState
from central.sources import NodeView, NodeWords, overview
from central.store.bulk import among
from central.store.database import Store
from central.store.schema import conditions, nodes

FRESH_S = 2.0
_TIMES = (nodes.c.state_received, nodes.c.about_received, nodes.c.health_received, nodes.c.event_received)
Marks = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What of a node deserves a word when it changes. `unwell`: sources that are known to fare ill."""

    online: bool | None
    troubles: tuple[str, ...]
    unwell: frozenset[str]
    conditions: frozenset[tuple[str, str]]


class Wall:
    """Holds one view of each node that the database knows, and no other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._words: dict[str, tuple[Marks, NodeWords]] = {}
        self._views: list[NodeView] = []
        self._digests: dict[str, Digest] = {}

    def __len__(self) -> int:
        return len(self._words)

    def views(self, store: Store) -> list[NodeView]:
        """By node, at most `FRESH_S` old. Raises StoreAway."""
        with self._lock:
            self._look(store)
            return self._views

    def digests(self, store: Store) -> dict[str, Digest]:
        """The same in short. Raises StoreAway."""
        with self._lock:
            self._look(store)
            return self._digests

    def _look(self, store: Store) -> None:
        now = self._clock()
        if now - self._looked < FRESH_S:
            return
        with store.read() as connection:
            marks = {row.node: tuple(row)[1:] for row in connection.execute(select(nodes.c.node, *_TIMES))}
            known = {n: kept for n, kept in self._words.items() if marks.get(n) == kept[0]}
            new = sorted(marks.keys() - known.keys())
            if new:
                rows = connection.execute(select(nodes).where(among(connection, nodes.c.node, new)))
                known |= {row.node: (marks[row.node], _words(row)) for row in rows}
            raised = connection.execute(
                select(conditions.c.node, conditions.c.health).where(conditions.c.state == "raised")
            ).all()
        self._words = known
        self._views = _views(known, raised)
        self._digests = {view.words.node: _digest(view) for view in self._views}
        self._looked = now


def _views(known: dict[str, tuple[Marks, NodeWords]], raised: Any) -> list[NodeView]:
    """Each node with its own conditions alone: there may be many of both."""
    of_node: dict[str, list[tuple[str, SourceHealth]]] = defaultdict(list)
    for row in raised:
        of_node[row.node].append((row.node, read(SourceHealth, row.health)))
    return [view for node in sorted(known) for view in overview([known[node][1]], of_node.get(node, ()))]


def _words(row: Any) -> NodeWords:
    heard = [row.state_received, row.about_received, row.health_received, row.event_received]
    return NodeWords(
        node=row.node,
        state=read(NodeState, row.state) if row.state else None,
        about=read(About, row.about) if row.about else None,
        health=read(NodeHealth, row.health) if row.health else None,
        heard=max((at for at in heard if at is not None), default=None),
        state_heard=row.state_received,
        health_heard=row.health_received,
    )


def _digest(view: NodeView) -> Digest:
    health = view.words.health
    return Digest(
        view.online,
        tuple(sorted(trouble.code for trouble in health.troubles)) if health else (),
        frozenset(source.id for source in view.sources if source.well is False),
        frozenset((source.id, each.condition) for source in view.sources for each in source.conditions),
    )
