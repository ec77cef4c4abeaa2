"""Suggestions that are being tried, or were: which changes, and by which ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select

from central.feedback.suggesting import Suggestion
from central.store.database import Store
from central.store.feedback_tables import suggestions

KEPT = timedelta(days=1)  # as long as anybody looks at what came of it


def keep_suggestions(
    store: Store, ask: str, of: tuple[str, str, str], who: str, found: Sequence[Suggestion], now: datetime
) -> None:
    """Write down what is tried by an ask; those of long ago go. of: node, source, zone. Raises StoreAway."""
    node, source, zone = of
    variants = [
        {"id": each.id, "change": each.change, "reason": each.reason.model_dump(), "zones": list(each.zones)}
        for each in found
    ]
    row = {"ask": ask, "node": node, "source": source, "zone": zone, "who": who[:80], "made": now}
    with store.write() as connection:
        connection.execute(delete(suggestions).where(suggestions.c.made < now - KEPT))
        connection.execute(insert(suggestions).values(**row, variants=variants))


def find_suggestions(store: Store, ask: str) -> Row[Any] | None:
    """Those that an ask tries. Raises StoreAway."""
    with store.read() as connection:
        return connection.execute(select(suggestions).where(suggestions.c.ask == ask)).one_or_none()
