"""A certificate for a node's key, and its row: the part that enrolment and renewal have in common."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, Row, select, update

from broker.pki.authority import MAX_CSR, Authority
from broker.pki.errors import PkiError
from broker.topics import Address
from central.identity.refused import Refused
from central.store.database import written
from central.store.identity_tables import node_certificates


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose key can be named. Whether it proves the key, the authority finds out."""

    csr_pem: bytes
    key_sha256: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Who certifies, when, and for how long."""

    authority: Authority
    now: datetime
    days: int


def asked(csr: str) -> Asked:
    """Read a request. Raises Refused."""
    pem = csr.encode()
    try:
        if len(pem) > MAX_CSR:
            raise ValueError
        found = x509.load_pem_x509_csr(pem)
        spki = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        genuine = found.is_signature_valid
    except Exception:  # the library has many ways to say that bytes are nonsense
        genuine, spki = False, b""
    if not genuine:
        raise Refused("request", "no certificate signing request in PEM that proves its key")
    return Asked(pem, hashlib.sha256(spki).hexdigest())


def certificate_for(connection: Connection, key_sha256: str) -> Row[Any] | None:
    """The certificate that a key has, whosever it is."""
    c = node_certificates
    return connection.execute(select(c).where(c.c.key_sha256 == key_sha256)).one_or_none()


def still_good(row: Row[Any] | None, node: str, now: datetime) -> bool:
    """Whether it is the node's own and holds."""
    return row is not None and row.node == node and row.revoked is None and bool(row.not_after > now)


def certify(connection: Connection, hand: Hand, address: Address, wanted: Asked) -> Row[Any]:
    """Issue, and put down; older certificates of the node are superseded. Raises Refused.

    A key that was certified before gets nothing new: a revoked one must not come back under another number.
    """
    try:
        made = hand.authority.issue(wanted.csr_pem, address, now=hand.now, days=hand.days)
    except PkiError as error:
        raise Refused("request", str(error)) from error
    row = {
        "serial": made.serial_hex,
        "node": address.source,
        "key_sha256": wanted.key_sha256,
        "public_key": made.public_key_pem.decode(),
        "chain": made.chain_pem.decode(),
        "not_before": made.not_before,
        "not_after": made.not_after,
        "issued": hand.now,
    }
    c = node_certificates
    older = update(c).where(
        c.c.node == address.source, c.c.superseded.is_(None), c.c.serial != made.serial_hex
    )
    if certificate_for(connection, wanted.key_sha256) is not None or not written(connection, c, row):
        raise Refused("key_known", f"{address.source}: the key was certified before")
    connection.execute(older.values(superseded=hand.now))
    return connection.execute(select(c).where(c.c.serial == made.serial_hex)).one()


def end_certificates(connection: Connection, node: str, *, now: datetime, why: str) -> int:
    """Revoke whatever the node holds; returns how many there were."""
    c = node_certificates
    ended = update(c).where(c.c.node == node, c.c.revoked.is_(None)).values(revoked=now, why=why)
    return len(connection.execute(ended.returning(c.c.serial)).all())
