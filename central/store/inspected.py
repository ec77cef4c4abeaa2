"""What nodes told of their sources' settings when somebody asked, as long as that is kept."""

import json
from typing import Any

from sqlalchemy import select

from central.store.ask_tables import ask_answers, asks
from central.store.database import Store


def settings_told(store: Store, node: str, source: str) -> dict[str, Any] | None:
    """The settings of a source as its node told them last, within the hour. Raises StoreAway."""
    wanted = (
        select(ask_answers.c.body)
        .join(asks, asks.c.id == ask_answers.c.ask)
        .where(asks.c.node == node, asks.c.source == source)
        .where(asks.c.command == "inspect", asks.c.status == "done")
        .order_by(asks.c.changed.desc(), ask_answers.c.number.desc())
        .limit(1)
    )
    with store.read() as connection:
        body = connection.execute(wanted).scalar_one_or_none()
    found: dict[str, Any] | None = json.loads(body).get("settings") if body else None
    return found
