"""What the store knows of enrolled nodes: questions only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from broker.topics import Address
from central.store.bulk import among
from central.store.database import Store
from central.store.identity_tables import enrolled_nodes, enrolment_tokens, node_certificates


@dataclass(frozen=True, slots=True)
class NodeRow:
    """An enrolled node, and until when its newest certificate holds."""

    node: str
    state: str
    since: datetime
    said_by: str
    why: str
    until: datetime | None


def standings_of(store: Store, nodes: Collection[str]) -> dict[str, str]:
    """`enrolled` or `revoked` of each; one that never was has none. Raises StoreAway."""
    n = enrolled_nodes.c
    with store.read() as connection:
        rows = connection.execute(select(n.node, n.state).where(among(connection, n.node, nodes)))
        return {row.node: row.state for row in rows}


def standing(connection: Connection, node: str, *, stays: bool = False) -> str | None:
    """The same of one, within a transaction; `stays`: nobody else changes it until that ends."""
    asked = select(enrolled_nodes.c.state).where(enrolled_nodes.c.node == node)
    if stays:
        asked = asked.with_for_update()
    found: str | None = connection.execute(asked).scalar_one_or_none()
    return found


def certificates_of(store: Store, serials: Collection[str]) -> Sequence[Row[Any]]:
    """Certificates by their serial numbers, with their nodes' `state`. Raises StoreAway."""
    c, n = node_certificates, enrolled_nodes
    with store.read() as connection:
        asked = select(c, n.c.state).join(n, n.c.node == c.c.node)
        return connection.execute(asked.where(among(connection, c.c.serial, serials))).all()


def certificate_of(store: Store, serial: str) -> Row[Any] | None:
    """The same of one. Raises StoreAway."""
    return next(iter(certificates_of(store, [serial])), None)


def certificate(connection: Connection, serial: str) -> Row[Any] | None:
    """A certificate alone, within a transaction."""
    asked = select(node_certificates).where(node_certificates.c.serial == serial)
    return connection.execute(asked).one_or_none()


def enrolled(store: Store) -> list[NodeRow]:
    """Every node that was ever enrolled, by name. Raises StoreAway."""
    n, c = enrolled_nodes, node_certificates
    with store.read() as connection:
        nodes = connection.execute(select(n).order_by(n.c.node)).all()
        held = select(c.c.node, c.c.not_after).where(c.c.revoked.is_(None)).order_by(c.c.not_after)
        until: dict[str, datetime] = {row.node: row.not_after for row in connection.execute(held)}
    return [NodeRow(r.node, r.state, r.since, r.said_by, r.why, until.get(r.node)) for r in nodes]


@dataclass(frozen=True, slots=True)
class Offered:
    """A one-time token that was not used yet: for which node, when and by whom it was made, until when."""

    node: str
    made: datetime
    made_by: str
    expires: datetime


def offered(store: Store, now: datetime) -> list[Offered]:
    """Tokens that can be used now, by node. Raises StoreAway."""
    t = enrolment_tokens.c
    wanted = select(t.node, t.made, t.made_by, t.expires).where(t.used.is_(None), t.expires > now)
    with store.read() as connection:
        return [Offered(*row) for row in connection.execute(wanted.order_by(t.node)).all()]


def certificates_end(store: Store, nodes: Collection[str]) -> dict[str, datetime]:
    """Until when the newest certificate of each of these nodes holds. Raises StoreAway."""
    c = node_certificates.c
    with store.read() as connection:
        held = select(c.node, c.not_after).where(among(connection, c.node, nodes), c.revoked.is_(None))
        return {row.node: row.not_after for row in connection.execute(held.order_by(c.not_after))}


def shut_out(store: Store, *, since: datetime) -> tuple[list[str], Sequence[Row[Any]]]:
    """Revoked nodes, and revoked certificates that did not end by themselves before `since`."""
    n, c = enrolled_nodes, node_certificates
    with store.read() as connection:
        nodes = connection.execute(select(n.c.node).where(n.c.state == "revoked").order_by(n.c.node))
        names = [Address.of(str(node)).name for node in nodes.scalars()]
        revoked = select(c).where(c.c.revoked.is_not(None), c.c.not_after > since)
        return names, connection.execute(revoked.order_by(c.c.revoked, c.c.serial)).all()
