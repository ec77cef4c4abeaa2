"""Private keys: EC P-256 in PKCS 8, on disk readable by their owner alone."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from broker.pki.errors import PkiError

PRIVATE, PUBLIC = 0o600, 0o644


def new_key() -> bytes:
    """A new private key, as PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def private_key(pem: bytes, where: str = "the key") -> ec.EllipticCurvePrivateKey:
    """The key in a PEM. Raises PkiError; `where` names it there."""
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise PkiError(
            f"{where}: holds no private key that can be read; PEM without a passphrase is"
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PkiError(f"{where}: is no EC P-256 key, which alone is allowed")
    return key


def public_key(pem: bytes, where: str = "the public key") -> ec.EllipticCurvePublicKey:
    """The public key in a PEM. Raises PkiError."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise PkiError(f"{where}: holds no public key in PEM") from None
    return p256(key, where)


def p256(key: object, where: str) -> ec.EllipticCurvePublicKey:
    """The key itself when it is of the one kind that is allowed. Raises PkiError."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        size = getattr(key, "key_size", None)
        kind = type(key).__name__.removesuffix("PublicKey").removeprefix("_")
        raise PkiError(f"{where}: a key of {kind}{f' {size}' if size else ''}; EC P-256 alone is allowed")
    return key


def public_pem(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with its mode from the first byte on. Raises FileExistsError."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(number, "wb") as file:
        os.fchmod(number, mode)
        file.write(content)
        file.flush()
        os.fsync(number)


def write_over(path: Path, content: bytes, mode: int) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(beside, content, mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
