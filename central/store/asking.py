"""Asks as rows: written when somebody asks, handed on until the node answers, gone after an hour."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from broker.asks import Ask
from broker.fields import read
from broker.messages import About
from central.asking.judging import OPEN
from central.asking.merging import merged
from central.asking.rules import KEPT_S, too_many
from central.people.asker import Asker
from central.store.ask_tables import ask_answers, asks
from central.store.audit import record
from central.store.database import Store, take_turn
from central.store.delivery_tables import senders
from central.store.identity_tables import enrolled_nodes
from central.store.partial import OPEN_ASKS
from central.store.refusal import Refusal
from central.store.schema import nodes

MOST_DUE = 200  # looked at in one pass
AGAIN_S = 3.0  # without a word of the node


class NotAsked(Refusal):
    """An ask that cannot be made; the words say why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked, by whom. `said`: what the audit is told."""

    node: str
    command: Ask
    account: int
    said: str

    @property
    def source(self) -> str | None:
        """The source that it is about, where it is about one that is configured."""
        found = getattr(self.command, "source", None)
        return found if isinstance(found, str) else None


def new_name() -> str:
    """An id that no other ask has."""
    return f"ask-{uuid.uuid4()}"


def ask_node(store: Store, wanted: Wanted, by: Asker, now: datetime) -> None:
    """Write it down, with its line in the audit. Raises NotAsked, StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        _known(connection, wanted)
        _room(connection, wanted, now)
        command = wanted.command
        row = {"id": command.id, "node": wanted.node, "command": command.command}  # type: ignore[attr-defined]
        row |= {"source": wanted.source, "account": wanted.account, "asked": now, "changed": now}
        row |= {"expires": command.expires, "status": "waiting", "parts": 0, "size": 0}
        connection.execute(insert(asks).values(**row, body=command.encode().decode()))
        record(connection, now, by.did(f"ask.{row['command']}", _about(wanted), wanted.said))


def _about(wanted: Wanted) -> str:
    node = wanted.node.removeprefix("gewu://")
    return f"{node}/{wanted.source}" if wanted.source else node


def _known(connection: Connection, wanted: Wanted) -> None:
    """Raises NotAsked."""
    said = select(nodes.c.about).where(nodes.c.node == wanted.node)
    row = connection.execute(said).one_or_none()
    enrolled = select(enrolled_nodes.c.node).where(enrolled_nodes.c.node == wanted.node)
    if row is None and connection.execute(enrolled).first() is None:
        allowed = "a node from /api/sources"
        raise NotAsked("no_node", f"there is no node {wanted.node}", where="node", allowed=allowed)
    away = select(senders.c.node).where(senders.c.node == wanted.node, senders.c.online.is_(False))
    if connection.execute(away).first() is not None:
        raise NotAsked("away", f"{wanted.node} is not connected", where="node", allowed="asking later")
    if row is not None and row.about and wanted.source is not None:
        known = sorted(each.source.id for each in read(About, row.about).sources)
        if wanted.source not in known:
            what, allowed = f"{wanted.node} has no source {wanted.source!r}", ", ".join(known)[:200]
            raise NotAsked("no_source", what, where="source", allowed=allowed)


def _room(connection: Connection, wanted: Wanted, now: datetime) -> None:
    """Raises NotAsked."""
    under_way = select(func.count()).where(OPEN_ASKS, asks.c.expires > now)
    mine = connection.execute(under_way.where(asks.c.account == wanted.account)).scalar_one()
    there = connection.execute(under_way.where(asks.c.node == wanted.node)).scalar_one()
    if (why := too_many(mine, there)) is not None:
        raise NotAsked(why.code, why.text, where="node", allowed="asking again in some seconds")


def to_send(store: Store, now: datetime) -> Sequence[Any]:
    """Asks to be handed to the broker: new ones, then those that may be lost. Raises StoreAway.

    Of the latter nothing was heard for AGAIN_S seconds, and for as long as had passed until the last time.
    """
    c = asks.c
    wanted = select(c.id, c.node, c.asked, c.changed, c.expires, c.status, c.body)
    silent = c.changed <= now - timedelta(seconds=AGAIN_S)
    due = wanted.where(OPEN_ASKS, c.expires > now, (c.status == "waiting") | silent)
    with store.read() as connection:
        rows = connection.execute(due.order_by(c.status != "waiting", c.changed, c.id).limit(MOST_DUE)).all()
    return [row for row in rows if row.status == "waiting" or now - row.changed >= row.changed - row.asked]


def claimed(store: Store, row: Any, now: datetime) -> bool:
    """Whether it is ours to send, of several processes: it is as it was read. Raises StoreAway."""
    mine = (asks.c.id == row.id) & (asks.c.changed == row.changed) & (asks.c.status == row.status)
    status = "sent" if row.status == "waiting" else row.status
    with store.write() as connection:
        taken = update(asks).where(mine).values(status=status, changed=now).returning(asks.c.id)
        return connection.execute(taken).first() is not None


def not_sent(store: Store, name: str, now: datetime) -> None:
    """The broker did not take it: it waits again. Raises StoreAway."""
    mine = (asks.c.id == name) & (asks.c.status == "sent")
    with store.write() as connection:
        connection.execute(update(asks).where(mine).values(status="waiting", changed=now))


def run_out(store: Store, now: datetime) -> int:
    """Asks that nobody waits for any more are expired; those of long ago go. Raises StoreAway."""
    over = OPEN_ASKS & (asks.c.expires <= now)
    old = asks.c.asked <= now - timedelta(seconds=KEPT_S)
    with store.read() as connection:
        if connection.execute(select(asks.c.id).where(over | old).limit(1)).first() is None:
            return 0
    with store.write() as connection:
        changed = connection.execute(update(asks).where(over).values(status="expired", changed=now))
        gone = select(asks.c.id).where(old)
        connection.execute(delete(ask_answers).where(ask_answers.c.ask.in_(gone)))
        connection.execute(delete(asks).where(old))
        return changed.rowcount


def find_ask(store: Store, name: str, account: int) -> Row[Any] | None:
    """One of this account's. Raises StoreAway."""
    mine = (asks.c.id == name) & (asks.c.account == account)
    with store.read() as connection:
        return connection.execute(select(asks).where(mine)).one_or_none()


def result_of(store: Store, name: str, *, after: int = 0) -> dict[str, Any]:
    """Its answers, merged, from that number on. Raises StoreAway."""
    c = ask_answers.c
    wanted = select(c.body).where(c.ask == name, c.number >= after).order_by(c.number)
    with store.read() as connection:
        return merged(json.loads(body) for body in connection.execute(wanted).scalars())


def status_of(row: Row[Any], now: datetime) -> str:
    """As it is by now, also before anybody has written down that its time is over."""
    return "expired" if row.status in OPEN and row.expires <= now else row.status


def changed_since(store: Store, account: int, since: datetime, *, limit: int) -> Sequence[Any]:
    """Of this account's asks those of which something was learned since then. Raises StoreAway."""
    c = asks.c
    wanted = select(c.id, c.node, c.command, c.source, c.status, c.progress, c.parts, c.changed)
    wanted = wanted.where(c.account == account, c.changed >= since)
    with store.read() as connection:
        return connection.execute(wanted.order_by(c.changed.desc(), c.id).limit(limit)).all()[::-1]
