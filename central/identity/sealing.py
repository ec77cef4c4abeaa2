"""Secrets that people give for a node, sealed before anything is written down."""

from sqlalchemy import select

from broker.pki.signing import public_key
from broker.sealing import SealError, seal
from broker.topics import Address
from central.store.database import Store
from central.store.identity_tables import enrolled_nodes, node_certificates


class NotSealed(Exception):
    """There is no key to seal it to, or it is too long; the words never hold the secret."""


def sealed_for(store: Store, node: str, name: str, secret: str) -> str:
    """A secret that only this node can open, under this name. Raises NotSealed, StoreAway."""
    c, n = node_certificates.c, enrolled_nodes.c
    wanted = select(c.public_key).join(enrolled_nodes, n.node == c.node)
    wanted = wanted.where(c.node == node, n.state == "enrolled", c.revoked.is_(None))
    with store.read() as connection:
        pem = connection.execute(wanted.order_by(c.issued.desc()).limit(1)).scalar_one_or_none()
    if pem is None:
        raise NotSealed(f"{node} is not enrolled, so nothing can be sealed for it")
    try:
        return seal(secret.encode(), public_key(pem.encode()), Address.of(node).name, name)
    except SealError as error:
        raise NotSealed(str(error)) from None
