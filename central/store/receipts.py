"""Receipts that the centre owes its nodes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Insert, Row, bindparam, func, select, text, update

from broker.messages import Receipt
from central.store.bulk import write_rows
from central.store.database import Store, insert_in, take_turn
from central.store.schema import receipts

_KEY = ("node", "event", "sha256")
_SAID = (*_KEY, "status")
# What was overruled since is another receipt, and still to be sent.
_SAME = (receipts.c[name] == bindparam(f"of_{name}") for name in _SAID)
_SENT = update(receipts).where(*_SAME).values(sent=True)


@dataclass(frozen=True, slots=True)
class Owed:
    """A receipt and the node that waits for it."""

    node: str
    receipt: Receipt


def owe_all(connection: Connection, owed: Iterable[Owed]) -> None:
    """Put receipts down to be sent; one that is there already keeps its content and is sent again.

    Only `committed` overrules what was said before: the event is in the inbox now, whatever was wrong then.
    """
    rows = [_row(each) for each in owed]
    for status in ("committed", "rejected"):
        chosen = [row for row in rows if row["status"] == status]
        write_rows(connection, _putting(connection.dialect.name, status), chosen)


@cache
def _putting(dialect: str, status: str) -> Insert:
    statement = insert_in(dialect, receipts)
    new = statement.excluded
    overruling: dict[str, Any] = {
        "sent": False,
        "status": new.status,
        "reason": None,
        "ticket": func.coalesce(new.ticket, receipts.c.ticket),
    }
    changes = overruling if status == "committed" else {"sent": False}
    return statement.on_conflict_do_update(index_elements=list(_KEY), set_=changes)


def owed(store: Store, *, at_most: int) -> list[Owed]:
    """Receipts not yet sent, those of a node together."""
    wanted = select(receipts).where(text("NOT sent")).order_by(receipts.c.node, receipts.c.event)
    with store.read() as connection:
        rows = connection.execute(wanted.limit(at_most)).all()
    return [Owed(row.node, _receipt(row)) for row in rows]


def _receipt(row: Row[Any]) -> Receipt:
    """Without its reason, where an earlier version was less strict about what may be written."""
    said = {"id": row.event, "status": row.status, "sha256": row.sha256, "ticket": row.ticket}
    try:
        return Receipt(**said, reason=row.reason)
    except ValidationError:
        return Receipt(**said)


def mark_sent(connection: Connection, sent: Iterable[Owed]) -> None:
    """These were handed to the broker; should it lose them, the node's repetition brings them back."""
    write_rows(connection, _SENT, [_of(each) for each in sent])


def marked(store: Store, sent: Sequence[Owed]) -> None:
    """Mark in a transaction of its own. Raises StoreAway."""
    if sent:
        with store.write() as connection:
            take_turn(connection)  # else two that mark the same in another order wait for each other
            mark_sent(connection, sent)


def _of(owed: Owed) -> dict[str, str]:
    said = owed.receipt
    return {"of_node": owed.node, "of_event": said.id, "of_sha256": said.sha256, "of_status": said.status}


def _row(owed: Owed) -> dict[str, Any]:
    receipt = owed.receipt
    return {
        "node": owed.node,
        "event": receipt.id,
        "sha256": receipt.sha256,
        "status": receipt.status,
        "ticket": receipt.ticket,
        "reason": receipt.reason,
        "sent": False,
    }
