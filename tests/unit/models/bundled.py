"""Bundles of tiny networks."""

import hashlib
from datetime import datetime, timezone
from typing import Any

from broker.bundles import new_keys, public_key, signer
from models.bundles import Bundle, made
from models.card import Card
from models.signing import Trust
from tests.unit.models.conftest import constant_network, yolox_output

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
PRIVATE, PUBLIC = new_keys()
KEY, SIGNER = public_key(PUBLIC, "a"), signer(PRIVATE, "a")
TRUST = Trust([KEY], 1, require_signed=True)
# A van at the top left.
NETWORK = constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0.9, 0]})])


def card(network: bytes = NETWORK, **changes: Any) -> Card:
    """A card of this network."""
    return Card.model_validate(written_card(network, **changes))


def written_card(network: bytes = NETWORK, **changes: Any) -> dict[str, Any]:
    """The card as plain values."""
    return {
        "name": "our_vans",
        "version": 3,
        "title": "Vans and carts of our streets",
        "role": "detector",
        "format": "yolox",
        "labels": ["van", "hawker"],
        "kinds": {"hawker": "stall"},
        "input": "BGR 0..255",
        "licence": {"code": "Apache-2.0", "weights": "ours"},
        "trained_on": "2,000 pictures of our own cameras",
        "precision": "float32",
        "file": {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)},
        **changes,
    }


def bundle(network: bytes = NETWORK, *, signed: bool = True, **changes: Any) -> Bundle:
    """A bundle of it."""
    by = [SIGNER] if signed else []
    return made(card(network, **changes), network, licence=b"ours", by=by, created=NOW)
