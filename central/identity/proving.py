"""How an enrolled node proves itself at a door: an assertion made with its key, for a bearer that soon ends.

RFC 7523: the node signs a JWT that says who it is, for whom it is meant and when; the answer is a token
(RFC 6750). An assertion is taken once.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey
from sqlalchemy import Connection, Row, delete, func, select

from broker.enrolment import ASSERTION_S, BEARER_S, Renewal, fingerprint
from broker.pki.signing import SERIAL
from central.identity.known import certificate, certificate_of, standing
from central.identity.refused import Refused
from central.people.keys import digest
from central.store.database import Store, insert, written
from central.store.identity_tables import (
    enrolled_nodes,
    node_bearers,
    node_certificates,
    seen_assertions,
)

PREFIX = "gewu-node."
TOLERANCE_S = 30.0  # between the node's clock, corrected or not, and ours
LATEST = 253_402_300_000.0  # the year 9999; NaN is not below it
MOST_A_LIFE = 60  # assertions of one certificate within the time that one is remembered
_JTI = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What an assertion says, signature checked."""

    node: str
    serial: str
    jti: str
    issued: float
    expires: float


def bearer_for(store: Store, assertion: str, *, audiences: Collection[str], now: datetime) -> str:
    """A fresh bearer for the node that signed. Raises Refused or StoreAway."""
    claim = _claim(store, assertion, audiences)
    _in_time(claim, now)
    bearer = PREFIX + secrets.token_urlsafe(32)
    with store.write() as connection:
        _taken(connection, claim, now)
        row = {
            "sha256": digest(bearer),
            "serial": claim.serial,
            "expires": now + timedelta(seconds=BEARER_S),
        }
        connection.execute(insert(connection, node_bearers).values(row))
    return bearer


def asks_to_renew(
    store: Store, node: str, wanted: Renewal, *, audiences: Collection[str], now: datetime
) -> None:
    """Raises Refused unless the node's own key has signed that it wants this very request; or StoreAway."""
    claim = _claim(store, wanted.assertion, audiences, csr=fingerprint(wanted.csr))
    if claim.node != node:
        raise Refused("assertion", f"{node} shows an assertion of {claim.node}")
    _in_time(claim, now)
    with store.write() as connection:
        _taken(connection, claim, now)


def caller(store: Store, bearer: str, now: datetime) -> str | None:
    """The node that holds this bearer, if it still is one of ours. Raises StoreAway."""
    b, c, n = node_bearers, node_certificates, enrolled_nodes
    joined = b.join(c, c.c.serial == b.c.serial).join(n, n.c.node == c.c.node)
    asked = (
        select(c.c.node)
        .select_from(joined)
        .where(
            b.c.sha256 == digest(bearer),
            b.c.expires > now,
            c.c.revoked.is_(None),
            c.c.not_after > now,
            n.c.state == "enrolled",
        )
    )
    with store.read() as connection:
        found: str | None = connection.execute(asked).scalar_one_or_none()
    return found


def _claim(store: Store, assertion: str, audiences: Collection[str], csr: str | None = None) -> Claim:
    try:
        serial = jws.extract_compact(assertion.encode()).headers().get("kid")
    except Exception:  # whatever the library makes of nonsense
        raise Refused("assertion", "no JWT in compact form") from None
    row = certificate_of(store, serial) if isinstance(serial, str) and SERIAL.fullmatch(serial) else None
    if row is None:
        raise Refused("assertion", "the assertion names no certificate of ours")
    try:
        claims = jwt.decode(assertion, ECKey.import_key(row.public_key), algorithms=["ES256"]).claims
    except Exception:
        raise Refused("assertion", f"the assertion is not signed by certificate {serial}") from None
    if claims.get("csr") != csr:
        raise Refused("assertion", f"the assertion of {row.node} was made for something else")
    return _read(claims, row, audiences)


def _read(claims: dict[str, Any], row: Row[Any], audiences: Collection[str]) -> Claim:
    if claims.get("iss") != row.node or claims.get("sub") != row.node:
        raise Refused("assertion", f"{row.node} says to be somebody else")
    aud = claims.get("aud")
    if not isinstance(aud, str) or aud not in audiences:
        raise Refused("assertion", f"the assertion of {row.node} is meant for somebody else")
    jti: Any = claims.get("jti")
    issued: Any = claims.get("iat")
    expires: Any = claims.get("exp")
    if not isinstance(jti, str) or not _JTI.fullmatch(jti):
        raise Refused("assertion", f"the assertion of {row.node} has no jti of 16 to 64 letters and digits")
    if not _is_time(issued) or not _is_time(expires):
        raise Refused("assertion", f"the assertion of {row.node} says no iat and exp in seconds")
    if not 0 < expires - issued <= ASSERTION_S:
        raise Refused("assertion", f"the assertion of {row.node} holds longer than {ASSERTION_S} s")
    return Claim(row.node, row.serial, jti, float(issued), float(expires))


def _is_time(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= LATEST


def _in_time(claim: Claim, now: datetime) -> None:
    at = now.timestamp()
    if not claim.issued - TOLERANCE_S <= at < claim.expires + TOLERANCE_S:
        raise Refused("skewed", f"the clock of {claim.node} is {claim.issued - at:+.0f} s from ours")


def _holds(row: Row[Any] | None, state: str | None, now: datetime) -> None:
    """What was read before may have ended meanwhile."""
    if row is None or row.revoked is not None or state != "enrolled":
        raise Refused("not_enrolled", f"{row.node if row else 'a node'} is revoked")
    if row.not_after <= now:
        raise Refused("not_enrolled", f"certificate {row.serial} of {row.node} has expired")


def _taken(connection: Connection, claim: Claim, now: datetime) -> None:
    """From here on it was used."""
    _holds(certificate(connection, claim.serial), standing(connection, claim.node), now)
    _sweep(connection, now)
    _once(connection, claim)


def _sweep(connection: Connection, now: datetime) -> None:
    for table in (seen_assertions, node_bearers):
        connection.execute(delete(table).where(table.c.expires <= now))


def _once(connection: Connection, claim: Claim) -> None:
    s = seen_assertions
    count = connection.execute(select(func.count()).where(s.c.serial == claim.serial)).scalar_one()
    if count >= MOST_A_LIFE:
        raise Refused("too_many", f"{claim.node} asks too often")
    remembered = claim.expires + 2 * TOLERANCE_S
    until = datetime.fromtimestamp(remembered, tz=timezone.utc)
    if not written(connection, s, {"serial": claim.serial, "jti": claim.jti, "expires": until}):
        raise Refused("replayed", f"an assertion of {claim.node} came a second time")
