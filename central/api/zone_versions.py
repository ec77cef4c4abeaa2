"""Which versions of zones a ticket's events were found by."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from central.store.database import Store
from central.store.reported import zone_number

MOST = 50


class ZoneVersion(BaseModel):
    """A zone as an event names it, and the number of the version in /api/zones; null: not one of ours."""

    node: str
    source: str
    zone: str
    hash: str
    version: int | None


def versions_in(store: Store, events: Iterable[Mapping[str, Any]]) -> list[ZoneVersion]:
    """Of events as they were taken, the first of each zone and hash; at most so many. Raises StoreAway."""
    found: dict[tuple[str, str, str, str], datetime] = {}
    for key, at in _named(events):
        if len(found) < MOST:
            found.setdefault(key, at)
    with store.read() as connection:
        return [
            ZoneVersion(
                node=node, source=source, zone=zone, hash=by, version=zone_number(connection, *key, at)
            )
            for key, at in found.items()
            for node, source, zone, by in [key]
        ]


def _named(events: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str, str, str], datetime]]:
    for event in events:
        data = event.get("data") or {}
        if (zone := data.get("zone")) is not None and "source" in data:
            at = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
            yield (event["source"], data["source"]["id"], zone["id"], zone["version"]), at
