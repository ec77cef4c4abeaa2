"""What nodes told of their sources' settings when somebody asked, as long as that is kept."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from central.store.ask_tables import ask_answers, asks
from central.store.configuration_tables import configuration_parts
from central.store.configuring import versions_query
from central.store.database import Store


def settings_told(store: Store, node: str, source: str) -> dict[str, Any] | None:
    """The settings of a source as its node told them last, within the hour; without what a version said.

    A node tells what it runs: its own file's words under those of the version that ran. What that
    version named is its own, and says nothing of the file once it is taken back. Raises StoreAway.
    """
    a = asks.c
    wanted = (
        select(ask_answers.c.body, a.asked, a.changed)
        .join(asks, a.id == ask_answers.c.ask)
        .where(a.node == node, a.source == source, a.command == "inspect", a.status == "done")
        .order_by(a.changed.desc(), ask_answers.c.number.desc())
        .limit(1)
    )
    versions = versions_query(node, f"sources/{source}").order_by(configuration_parts.c.number.desc())
    with store.read() as connection:
        told = connection.execute(wanted).one_or_none()
        rows = connection.execute(versions).all() if told is not None else ()
    found: dict[str, Any] | None = json.loads(told.body).get("settings") if told is not None else None
    if told is None or found is None:
        return None
    theirs = _named(rows, told.asked, told.changed)
    return {key: value for key, value in found.items() if key not in theirs}


def _named(versions: Iterable[Row[Any]], asked: datetime, answered: datetime) -> set[str]:
    """What those versions name that may have run then. versions: the newest first."""
    named: set[str] = set()
    for row in versions:
        if row.at > answered:
            continue
        named |= set(row.body or {})
        if row.status == "applied" and row.changed <= asked:
            break  # what came before it ran no more
    return named
