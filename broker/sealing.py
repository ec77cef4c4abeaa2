"""Secrets for one node, which whoever carries them cannot read: ECIES to the key of its certificate.

A sealed secret is base64url, unpadded, of: version 1 (one byte), the sender's ephemeral public key (65 bytes,
uncompressed), ciphertext and tag. Key (32 bytes) and nonce (12) are HKDF-SHA256 of the P-256 ECDH secret, the
salt being both public keys and the info `gewu-seal-v1`; AES-256-GCM binds `DISTRICT/NODE`, line feed,
the secret's name. (SEC 1 section 5.1, RFC 5869, NIST SP 800-38D.)
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_VERSION, _POINT, _TAG = b"\x01", 65, 16
_INFO = b"gewu-seal-v1"
MOST_BYTES = 2048  # of a secret


class SealError(ValueError):
    """It cannot be sealed or opened; the words never hold the secret."""


def seal(
    secret: bytes,
    to: EllipticCurvePublicKey,
    node: str,
    name: str,
    *,
    ephemeral: EllipticCurvePrivateKey | None = None,
) -> str:
    """A secret that only the node DISTRICT/NODE can open, and only under this name. Raises SealError.

    ephemeral: a key for this secret alone; given in tests, never twice.
    """
    if len(secret) > MOST_BYTES:
        raise SealError(f"a secret has at most {MOST_BYTES} bytes")
    if not isinstance(to.curve, SECP256R1):
        raise SealError("the key is not of P-256")
    ours = ephemeral or generate_private_key(SECP256R1())
    point = _point(ours.public_key())
    key, nonce = _keys(ours.exchange(ECDH(), to), point, _point(to))
    sealed = AESGCM(key).encrypt(nonce, secret, _bound(node, name))
    return base64.urlsafe_b64encode(_VERSION + point + sealed).rstrip(b"=").decode()


def unseal(sealed: str, key: EllipticCurvePrivateKey, node: str, name: str) -> bytes:
    """What was sealed to this key, for this node and under this name. Raises SealError."""
    try:
        body = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        if body[:1] != _VERSION or len(body) < 1 + _POINT + _TAG:
            raise SealError("it is no secret sealed in version 1")
        point = body[1 : 1 + _POINT]
        theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        secret, nonce = _keys(key.exchange(ECDH(), theirs), point, _point(key.public_key()))
        return AESGCM(secret).decrypt(nonce, body[1 + _POINT :], _bound(node, name))
    except InvalidTag:
        raise SealError("it was sealed for another node, another certificate or another name") from None
    except (ValueError, binascii.Error) as error:
        raise error if isinstance(error, SealError) else SealError("it is no sealed secret") from None


def _keys(shared: bytes, ephemeral: bytes, recipient: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), 44, salt=ephemeral + recipient, info=_INFO).derive(shared)
    return derived[:32], derived[32:]


def _bound(node: str, name: str) -> bytes:
    return f"{node}\n{name}".encode()


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
