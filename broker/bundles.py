"""Signed bundles: files that somebody we trust has vouched for, such as a configuration or models.

A bundle is the files and beside them one signature file: a DSSE envelope (securesystemslib) around a manifest
with the sha256 of every file, what they are for, and a version that only grows. Nothing of a manifest is
believed before its signatures are.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field, ValidationError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import Error as SigningError
from securesystemslib.signer import CryptoSigner, Key, SSlibKey  # type: ignore[attr-defined]

from broker.fields import LARGEST, Identifier, Message, Sha256, Timestamp, read

ENDING = ".sig"
PAYLOAD_TYPE = "application/vnd.gewu.bundle.v1+json"
MOST_BYTES = 1_000_000  # of a signature file
MOST_FILES = 5_000
MOST_SIGNATURES = 16
_BLOCK = 1 << 20

Kind = Literal["configuration", "models", "model"]  # models: a folder of them; model: one, with its card
# Of a file, from the bundle's folder: no way out of it, nothing hidden, no name that a shell or a page reads.
FileName = Annotated[
    str, Field(max_length=240, pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
]


class BundleError(ValueError):
    """A bundle that may not be used; the words say what is wrong, where, and what is allowed."""


class BundleFile(Message):
    """One file: exactly these bytes."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0, le=LARGEST)]


class Manifest(Message):
    """What is vouched for. `version` grows with every bundle of a kind: an older one is not taken again."""

    name: Identifier
    kind: Kind
    version: Annotated[int, Field(ge=1, le=LARGEST)]
    created: Timestamp
    files: Annotated[dict[FileName, BundleFile], Field(min_length=1, max_length=MOST_FILES)]


@dataclass(frozen=True, slots=True)
class Vouched:
    """A manifest whose signatures are good; `signers` are the ids of the keys that made them."""

    manifest: Manifest
    signers: tuple[str, ...]

    def check(self, name: str, body: bytes) -> None:
        """Raises BundleError unless this file has exactly these bytes."""
        listed = self.manifest.files.get(name)
        if listed is None:
            raise BundleError(f"{name} is not in the signed bundle; it holds {_some(self.manifest.files)}")
        if hashlib.sha256(body).hexdigest() != listed.sha256:
            raise BundleError(f"{name} is not the file that was signed (its sha256 differs)")

    def check_all(self, folder: Path) -> None:
        """Raises BundleError unless every file of the bundle lies in the folder as it was signed."""
        for name, listed in self.manifest.files.items():
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BundleError(f"{path} leads out of its folder")
            try:
                same = path.stat().st_size == listed.size and _sha256(path) == listed.sha256
            except OSError as error:
                raise BundleError(f"{path} cannot be read: {error.strerror}") from error
            if not same:
                raise BundleError(f"{path} is not the file that was signed (its size or sha256 differs)")


def new_keys() -> tuple[bytes, bytes]:
    """A private and a public key in PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, _public_pem(key.public_key())


def public_key(pem: bytes, where: str) -> SSlibKey:
    """A key that may vouch for something; its id follows from the key alone. Raises BundleError."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BundleError(f"{where} is no public key in PEM") from error
    p256 = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    if not (p256 or isinstance(key, Ed25519PublicKey)):
        raise BundleError(f"{where}: only Ed25519 and ECDSA P-256 keys are allowed")
    return SSlibKey.from_crypto(key, keyid=hashlib.sha256(_public_pem(key)).hexdigest()[:16])


def signer(pem: bytes, where: str, password: bytes | None = None) -> CryptoSigner:
    """A private key that signs. Raises BundleError, which never holds the key or its password."""
    try:
        key = serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BundleError(f"{where} is no private key in PEM, or its password is another") from error
    return CryptoSigner(key, public_key(_public_pem(key.public_key()), where))


def describe(folder: Path, names: Iterable[str], **about: Any) -> Manifest:
    """The manifest of files in a folder; `about`: its name, kind, version, created. Raises BundleError."""
    files = {}
    for name in names:
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise BundleError(f"{path} is no file of the folder")
        files[name] = {"sha256": _sha256(path), "size": path.stat().st_size}
    try:
        return Manifest.model_validate({**about, "files": files})
    except ValidationError as error:
        raise BundleError(_faults(error)) from error


def manifest_of(files: Mapping[str, bytes], **about: Any) -> Manifest:
    """As `describe`, of files that are held in memory."""
    listed = {n: {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)} for n, body in files.items()}
    try:
        return Manifest.model_validate({**about, "files": listed})
    except ValidationError as error:
        raise BundleError(_faults(error)) from error


def sign(manifest: Manifest, by: Iterable[CryptoSigner]) -> bytes:
    """The signature file."""
    envelope = Envelope(manifest.encode(), PAYLOAD_TYPE, {})
    for one in by:
        envelope.sign(one)
    return json.dumps(envelope.to_dict()).encode()


def vouched(body: bytes, keys: Sequence[Key], *, kind: Kind, threshold: int = 1) -> Vouched:
    """What a signature file vouches for. Raises BundleError unless so many trusted keys have signed it."""
    if len(body) > MOST_BYTES:
        raise BundleError(f"is larger than the {MOST_BYTES} bytes allowed")
    envelope = _envelope(body)
    try:
        signers = envelope.verify(list(keys), threshold)
    except (SigningError, ValueError, TypeError) as error:
        known = ", ".join(key.keyid for key in keys) or "none"
        by = ", ".join(sorted(envelope.signatures)) or "nobody"
        what = f"needs {threshold} good signatures of trusted keys ({known}); it is signed by {by}"
        raise BundleError(what) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise BundleError(f"is signed as {envelope.payload_type[:80]!r}; only {PAYLOAD_TYPE} is allowed")
    try:
        manifest = read(Manifest, envelope.payload)
    except ValidationError as error:
        raise BundleError(f"its manifest is not understood: {_faults(error)}") from error
    if manifest.kind != kind:
        raise BundleError(f"vouches for {manifest.kind}; here {kind} is needed")
    return Vouched(manifest, tuple(sorted(signers)))


def _envelope(body: bytes) -> Envelope:
    """The envelope; of one that is none, whatever it is, only that much is told."""
    try:
        data = json.loads(body)
        if len(data["signatures"]) > MOST_SIGNATURES:
            raise BundleError(f"has more than {MOST_SIGNATURES} signatures")
        envelope = Envelope.from_dict(data)
        if not isinstance(envelope.payload_type, str):
            raise BundleError("is no signature file (DSSE)")
    except BundleError:
        raise
    except (SigningError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError("is no signature file (DSSE)") from error
    return envelope


def _public_pem(key: Any) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.PEM, form))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _some(files: Iterable[str]) -> str:
    names = list(files)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _faults(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'manifest'}: {e['msg']}" for e in found[:3])
