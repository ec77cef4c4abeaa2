"""One number for all that is known of tickets: two databases with the same one know the same."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from broker.fields import rfc3339
from central.store.database import Store
from central.store.schema import evidence_links, situations, tickets
from central.store.work_columns import INSTANTS

# By the order and hour of arrival, or of what was done since. A ticket's id is that of the situation that
# founded it when it was made.
_GIVEN_HERE = {"number", "created", "id", "version", "cut", "merged_into", *INSTANTS}
_BY_THE_CLOCK = {"clock", "due_at", "level", "supervised", "urgings", "in_time"}
_FOLLOWS = {"parent", "recurs", "spot", "inhibited"}  # a little later, and by numbers
_LEFT_OUT = _GIVEN_HERE | _BY_THE_CLOCK | _FOLLOWS
_TOLD = {"joined", "beside"}  # in words that a later look may put otherwise
_TICKETS = select(*(column for column in tickets.c if column.name not in _LEFT_OUT)).where(
    tickets.c.state != "merged"  # it was made before what founds the other was heard of
)
_SITUATIONS = select(
    *(column for column in situations.c if column.name not in {"ticket", *_TOLD}), tickets.c.open_key
).join(tickets, tickets.c.number == situations.c.ticket, isouter=True)
_QUESTIONS: Sequence[Select[Any]] = (_TICKETS, _SITUATIONS, select(evidence_links))


def ticket_state_hash(store: Store) -> str:
    """64 hex digits over every situation, its ticket and its pictures, whatever order they came in.

    The sum of the rows' own hashes, so neither the order nor the database's idea of it matters. Numbers and
    the hours at which the centre made tickets do not count. Raises StoreAway.
    """
    with store.read() as connection:
        total = sum(_sum(connection, n, question) for n, question in enumerate(_QUESTIONS))
    return f"{total % 2**256:064x}"


def _sum(connection: Connection, n: int, question: Select[Any]) -> int:
    rows = connection.execution_options(yield_per=1000).execute(question)
    return sum(_number(json.dumps([n, *map(_plain, row)], ensure_ascii=False)) for row in rows)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def _plain(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, datetime) else value
