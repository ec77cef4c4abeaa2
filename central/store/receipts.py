"""Receipts that the centre owes its nodes."""

from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select, text, update

from broker.messages import Receipt
from central.store.database import Store, insert
from central.store.schema import receipts

KEY = ("node", "event", "sha256")


def owe(connection: Connection, node: str, receipt: Receipt) -> None:
    """Put a receipt down to be sent; one that is there already keeps its content and is sent again.

    Only `committed` overrules what was said before: the event is in the inbox now, whatever was wrong then.
    """
    row = {
        "node": node,
        "event": receipt.id,
        "sha256": receipt.sha256,
        "status": receipt.status,
        "ticket": receipt.ticket,
        "reason": receipt.reason,
        "sent": False,
    }
    statement = insert(connection, receipts).values(row)
    changes: dict[str, Any] = {"sent": False}
    if receipt.status == "committed":
        ticket = func.coalesce(statement.excluded.ticket, receipts.c.ticket)
        changes |= {"status": receipt.status, "reason": None, "ticket": ticket}
    connection.execute(statement.on_conflict_do_update(index_elements=list(KEY), set_=changes))


def owed(store: Store, *, at_most: int) -> dict[str, list[Receipt]]:
    """Receipts not yet sent, by node."""
    wanted = select(receipts).where(text("NOT sent")).order_by(receipts.c.node, receipts.c.event)
    with store.read() as connection:
        rows = connection.execute(wanted.limit(at_most)).all()
    return {node: [_receipt(row) for row in group] for node, group in groupby(rows, key=lambda row: row.node)}


def mark_sent(store: Store, node: str, batch: list[Receipt]) -> None:
    """These were handed to the broker; should it lose them, the node's repetition brings them back."""
    with store.write() as connection:
        for receipt in batch:
            same = (receipts.c.node == node) & (receipts.c.event == receipt.id)
            same &= receipts.c.sha256 == receipt.sha256
            connection.execute(update(receipts).where(same).values(sent=True))


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(id=row.event, status=row.status, sha256=row.sha256, ticket=row.ticket, reason=row.reason)
