"""What a stream tells besides tickets: asks of whoever listens, saved zones, how nodes fare."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from central.configuration.overlay import source_of
from central.people.asker import Who
from central.people.roles import allowed
from central.store.asking import changed_since
from central.store.configuring import settled_since
from central.store.database import Store
from central.wall import Digest, Wall

MOST = 50  # of each sort, told at once; the newest, where there are more
LATE = timedelta(seconds=10)  # a transaction may take so long from its time to its commit
ASKS_BACK = timedelta(hours=1)
THINNED = timedelta(seconds=5)  # how often a listener is told of health

Said = tuple[str, str]


class Besides:
    """For one listener. Each change is told once, however late it is looked for; health now and then."""

    def __init__(self, who: Who, wall: Wall, now: datetime) -> None:
        self._wall = wall
        self._watches = allowed(who.role, "source.view", who.scopes).ok
        self._watched: datetime | None = None
        self._digests: Mapping[str, Digest] | None = None
        self._account = who.account
        self._tunes = allowed(who.role, "zone.tune", who.scopes).ok
        self._asks_since, self._zones_since = now - ASKS_BACK, now
        self._asks: dict[str, tuple[Any, ...]] = {}
        self._zones: dict[tuple[str, str, int], tuple[Any, ...]] = {}

    def __len__(self) -> int:
        return len(self._asks) + len(self._zones)

    def begin(self, store: Store) -> None:
        """Before a page hears that the line stands: it may have read no later than this how nodes fare."""
        self._digests = self._wall.digests(store) if self._watches else None

    def look(self, store: Store, now: datetime) -> list[Said]:
        """Names and JSON of what is new since the last look. Raises StoreAway."""
        found = self._of_asks(store) + (self._of_zones(store) if self._tunes else [])
        if self._watches and (self._watched is None or abs(now - self._watched) >= THINNED):
            self._watched = now
            found += self._of_health(store)
        self._asks_since = self._zones_since = now - LATE
        return found

    def _of_asks(self, store: Store) -> list[Said]:
        rows = changed_since(store, self._account, self._asks_since, limit=MOST)
        known, self._asks = self._asks, {row.id: (row.status, row.progress, row.parts) for row in rows}
        names = ("id", "status", "progress", "parts")
        return [
            ("ask", json.dumps({name: getattr(row, name) for name in names}))
            for row in rows
            if known.get(row.id) != self._asks[row.id]
        ]

    def _of_zones(self, store: Store) -> list[Said]:
        rows = settled_since(store, self._zones_since, limit=MOST)
        known, self._zones = self._zones, {(r.node, r.part, r.number): (r.status,) for r in rows}
        return [
            ("zones", json.dumps(_zone(row)))
            for row in rows
            if known.get((row.node, row.part, row.number)) != (row.status,)
        ]

    def _of_health(self, store: Store) -> list[Said]:
        """What changed since the last look, by node; without `begin` nothing is known before the first."""
        known, self._digests = self._digests, self._wall.digests(store)
        if known is None:
            return []
        changed = [node for node, digest in self._digests.items() if known.get(node) != digest]
        return [("health", json.dumps(_health(n, self._digests[n], known.get(n)))) for n in changed[:MOST]]


def _health(node: str, now: Digest, before: Digest | None) -> dict[str, Any]:
    """A node's health in short, and which of its sources are otherwise than before."""
    old = before or Digest(None, (), frozenset(), frozenset())
    other = {*(now.unwell ^ old.unwell), *(source for source, _ in now.conditions ^ old.conditions)}
    told = {"node": node, "online": now.online, "unwell": len(now.unwell), "troubles": list(now.troubles)}
    return told | {"sources": sorted(other)[:MOST]}


def _zone(row: Any) -> dict[str, Any]:
    district, _, node = row.node.removeprefix("gewu://").partition("/")
    where = {"district": district, "node": node, "part": row.part, "source": source_of(row.part)}
    return where | {"version": row.number, "status": row.status}
