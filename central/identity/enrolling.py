"""From a one-time token to a certificate, renewal, and the end of both. Each function is one transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from broker.topics import Address
from central.identity.certifying import (
    Asked,
    Hand,
    certificate_for,
    certify,
    end_certificates,
    still_good,
)
from central.identity.known import standing
from central.identity.refused import Refused
from central.people.asker import Asker
from central.people.keys import digest
from central.store.audit import record
from central.store.database import Store, insert
from central.store.identity_tables import enrolled_nodes, enrolment_tokens, node_bearers, node_certificates

MOST_VALID = 5  # certificates of one node at a time: a node that renews in a circle is stopped
ANEW = "enrolled anew"


class NotKnown(Exception):
    """There is no such node; the words name what is wrong."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a revocation ended."""

    certificates: int
    tokens: int


def offer(store: Store, node: str, *, by: Asker, now: datetime, expires: datetime) -> str:
    """The secret of a new one-time token for a node; one that was not used yet ends. Raises StoreAway."""
    secret = secrets.token_urlsafe(32)
    t = enrolment_tokens
    with store.write() as connection:
        connection.execute(delete(t).where(t.c.node == node, t.c.used.is_(None)))
        row = {
            "sha256": digest(secret),
            "node": node,
            "made": now,
            "made_by": by.who[:64],
            "expires": expires,
        }
        connection.execute(insert(connection, t).values(row))
        record(connection, now, by.did("node.enroll", node, "made a one-time token"))
    return secret


def enrol(store: Store, hand: Hand, secret: str, wanted: Asked) -> Row[Any]:
    """The certificate for a token: once, or again for the same key. Raises Refused or StoreAway.

    Everything that the node held before ends with it: a token is made for a new node, or for one that lost
    its identity, and who found that must not speak beside the new one.
    """
    t, sha256 = enrolment_tokens, digest(secret)
    with store.write() as connection:
        mine = update(t).where(t.c.sha256 == sha256, t.c.used.is_(None), t.c.expires > hand.now)
        used = mine.values(used=hand.now, key_sha256=wanted.key_sha256).returning(t.c.node, t.c.made_by)
        token = connection.execute(used).one_or_none()
        if token is None:
            return _again(connection, hand, sha256, wanted)
        end_certificates(connection, token.node, now=hand.now, why=ANEW)
        row = certify(connection, hand, Address.of(token.node), wanted)
        _stands(connection, token.node, "enrolled", hand.now, by=token.made_by, why="enrolled with a token")
        told = Asker(token.node, "token", "unknown").did("node.enroll", token.node, "enrolled with a token")
        record(connection, hand.now, told)
        return row


def _again(connection: Connection, hand: Hand, sha256: str, wanted: Asked) -> Row[Any]:
    """A lost answer, asked for again, is the same answer."""
    t = enrolment_tokens
    token = connection.execute(select(t).where(t.c.sha256 == sha256)).one_or_none()
    if token is None or token.expires <= hand.now:
        raise Refused("token", "the token is unknown or has expired")
    row = certificate_for(connection, wanted.key_sha256)
    if row is None or token.key_sha256 != wanted.key_sha256 or not still_good(row, token.node, hand.now):
        raise Refused("token", f"the token of {token.node} was used before, with another key")
    return row


def renew(store: Store, hand: Hand, node: str, wanted: Asked) -> Row[Any]:
    """A certificate for a new key; the same key again gives the same. Raises Refused or StoreAway."""
    with store.write() as connection:
        if standing(connection, node, stays=True) != "enrolled":
            raise Refused("not_enrolled", f"{node} is not enrolled")
        row = certificate_for(connection, wanted.key_sha256)
        if row is not None and still_good(row, node, hand.now):
            return row
        c = node_certificates
        valid = select(func.count()).where(c.c.node == node, c.c.revoked.is_(None), c.c.not_after > hand.now)
        if connection.execute(valid).scalar_one() >= MOST_VALID:
            raise Refused("too_many", f"{node} holds {MOST_VALID} certificates already")
        return certify(connection, hand, Address.of(node), wanted)


def revoke(store: Store, node: str, *, by: str, why: str, now: datetime) -> Ended:
    """End everything a node has. Raises NotKnown or StoreAway."""
    c, t = node_certificates, enrolment_tokens
    with store.write() as connection:
        known = standing(connection, node, stays=True)
        unused = delete(t).where(t.c.node == node, t.c.used.is_(None)).returning(t.c.sha256)
        tokens = len(connection.execute(unused).all())
        if known is None and not tokens:
            raise NotKnown(f"{node} was never enrolled")
        certificates = end_certificates(connection, node, now=now, why=why)
        serials = select(c.c.serial).where(c.c.node == node)
        connection.execute(delete(node_bearers).where(node_bearers.c.serial.in_(serials)))
        _stands(connection, node, "revoked", now, by=by, why=why)
        record(connection, now, on_word_of(by).did("node.revoke", node, why))
    return Ended(certificates, tokens)


def _stands(connection: Connection, node: str, state: str, now: datetime, *, by: str, why: str) -> None:
    values = {"state": state, "since": now, "said_by": by, "why": why}
    statement = insert(connection, enrolled_nodes).values(node=node, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["node"], set_=values))


def on_word_of(by: str) -> Asker:
    """Somebody at the command line."""
    return Asker(by, "command", "loopback")
