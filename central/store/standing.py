"""Conditions of sources: read for a whole batch, judged one event after the other, written once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from broker.events import SourceHealth, SourceHealthChanged
from broker.fields import read
from central.conditions import Condition, Said, Verdict, judge
from central.store.bulk import Key, rows_of
from central.store.database import insert
from central.store.schema import conditions

_KEY = (conditions.c.node, conditions.c.source, conditions.c.condition)
_CHANGES = ("said_at", "said_sequence", "said_id", "state", "health")


class Standing:
    """The conditions that a batch is about."""

    def __init__(self, connection: Connection, events: Iterable[SourceHealthChanged]) -> None:
        self._connection = connection
        rows = rows_of(connection, tuple(conditions.c), _KEY, [_key(event) for event in events])
        self._known: dict[Key, Condition] = {
            (row.node, row.source, row.condition): _condition(row) for row in rows
        }
        self._changed: dict[Key, Condition] = {}

    def apply(self, event: SourceHealthChanged) -> Verdict:
        """What one event does to its condition."""
        key = _key(event)
        known = self._known.get(key)
        verdict = judge(known, event)
        if verdict.condition != known:
            self._known[key] = self._changed[key] = verdict.condition
        return verdict

    def save(self) -> None:
        """Write down what has changed."""
        if self._changed:
            statement = insert(self._connection, conditions)
            changes = {name: statement.excluded[name] for name in _CHANGES}
            keys = [column.name for column in _KEY]
            put = statement.on_conflict_do_update(index_elements=keys, set_=changes)
            self._connection.execute(put, [_row(condition) for condition in self._changed.values()])


def _key(event: SourceHealthChanged) -> Key:
    return event.source, event.data.source.id, event.data.condition


def _condition(row: Row[Any]) -> Condition:
    said = Said(row.said_at, row.said_sequence, row.said_id)
    return Condition(row.node, row.source, row.condition, said, read(SourceHealth, row.health))


def _row(condition: Condition) -> dict[str, Any]:
    return {
        "node": condition.node,
        "source": condition.source,
        "condition": condition.condition,
        "said_at": condition.said.at,
        "said_sequence": condition.said.sequence,
        "said_id": condition.said.id,
        "state": condition.health.state,
        "health": condition.health.encode().decode(),
    }
