"""What each node last said of itself."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, select

from broker.fields import read
from broker.messages import About, NodeHealth, NodeState
from central.letters import Letter, Topic, Word
from central.store.bulk import write_rows
from central.store.database import Store, insert_in
from central.store.schema import nodes

_KEPT: dict[type, Topic] = {NodeState: "state", About: "about", NodeHealth: "health"}


def heard_from(connection: Connection, letters: Iterable[Letter]) -> None:
    """Remember when each node's last event came."""
    newest: dict[str, datetime] = {letter.node: letter.received for letter in letters}
    rows = [{"node": node, "event_received": newest[node]} for node in sorted(newest)]
    _put(connection, ("event_received",), rows)


def keep_words(connection: Connection, words: Iterable[Word]) -> None:
    """Keep each node's state, about or health; of several the last stands. Nothing is kept of other words."""
    newest: dict[Topic, dict[str, Word]] = {}
    for word in words:
        if (topic := _KEPT.get(type(word.message))) is not None:
            newest.setdefault(topic, {})[word.letter.node] = word
    for topic, said in newest.items():
        rows = [
            {
                "node": node,
                topic: said[node].message.encode().decode(),
                f"{topic}_received": said[node].letter.received,
            }
            for node in sorted(said)
        ]
        _put(connection, (topic, f"{topic}_received"), rows)


def watches(store: Store) -> bool:
    """Whether any node told of a source: of many nodes mostly the first is looked at. Raises StoreAway."""
    with store.read() as connection:
        told = connection.execute(select(nodes.c.about).where(nodes.c.about.is_not(None))).scalars()
        return any(read(About, about).sources for about in told)


def _put(connection: Connection, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    write_rows(connection, _putting(connection.dialect.name, names), rows)


@cache
def _putting(dialect: str, names: tuple[str, ...]) -> Insert:
    statement = insert_in(dialect, nodes)
    changes = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=["node"], set_=changes)
