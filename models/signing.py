"""Whom one trusts to vouch for a model: the only file here that knows the contract's signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from securesystemslib.signer import CryptoSigner, Key  # type: ignore[attr-defined]

from broker.bundles import BundleError, Vouched, manifest_of, public_key, sign, signer, vouched
from broker.packed import packed as packed
from broker.packed import unpacked, unpacked_bytes
from models.errors import ModelError

KIND: Final = "model"


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys that may vouch, and how many of them must.

    Without `require_signed` an unsigned bundle will do; a signature that is there has to be good all the
    same, as soon as there are keys to tell by.
    """

    keys: Sequence[Key] = ()
    threshold: int = 1
    require_signed: bool = False


NOBODY = Trust()


def trusting(paths: Sequence[Path], threshold: int = 1) -> Trust:
    """Trust in these public keys (PEM), so many of which then must have signed. Raises ModelError."""
    if not paths:
        return NOBODY
    try:
        keys = [public_key(path.read_bytes(), str(path)) for path in paths]
    except (OSError, BundleError) as error:
        raise ModelError(f"the key cannot be used: {error}") from error
    if len({key.keyid for key in keys}) < max(threshold, len(keys)):
        raise ModelError(f"{threshold} different keys are needed, and none twice; {len(keys)} are given")
    return Trust(keys, threshold, require_signed=bool(keys))


def signers(paths: Sequence[Path], password: bytes | None = None) -> list[CryptoSigner]:
    """Private keys that sign. Raises ModelError, which never holds a key or its password."""
    try:
        return [signer(path.read_bytes(), str(path), password) for path in paths]
    except (OSError, BundleError) as error:
        raise ModelError(f"the key cannot be used: {error}") from error


def signature(
    files: Mapping[str, bytes], name: str, version: int, created: datetime, by: Sequence[CryptoSigner]
) -> bytes:
    """The signature file over all of these files. Raises ModelError."""
    try:
        about = {"name": name, "kind": KIND, "version": version, "created": created}
        return sign(manifest_of(files, **about), by)
    except BundleError as error:
        raise ModelError(f"the model {name} cannot be signed: {error}") from error


def vouchers(body: bytes | None, name: str, files: Mapping[str, bytes], trust: Trust) -> Vouched | None:
    """Who vouches for exactly these files; None for nobody. Raises ModelError with every fault.

    name: of the signature file, for people.
    """
    if not trust.keys:
        if trust.require_signed:
            raise ModelError("a signature is needed, and no key is trusted")
        return None
    if body is None:
        if trust.require_signed:
            raise ModelError(f"{name}: is missing, and only signed models are allowed")
        return None
    try:
        found = vouched(body, trust.keys, kind=KIND, threshold=trust.threshold)
    except BundleError as error:
        raise ModelError(f"{name}: {error}") from error
    faults = [
        f"{missing}: was signed and is not there" for missing in found.manifest.files if missing not in files
    ]
    faults += [why for file, data in files.items() if (why := _why_not(found, file, data))]
    if faults:
        raise ModelError("\n".join(faults))
    return found


def _why_not(found: Vouched, file: str, data: bytes) -> str | None:
    try:
        found.check(file, data)
    except BundleError as error:
        return str(error)
    return None


def files_of(given: Path | bytes, limits: Mapping[str, int]) -> dict[str, bytes]:
    """The files of a bundle, which may be a folder, a file or bytes. Raises ModelError with every fault."""
    try:
        return unpacked_bytes(given, limits) if isinstance(given, bytes) else unpacked(given, limits)
    except BundleError as error:
        raise ModelError(str(error)) from error
