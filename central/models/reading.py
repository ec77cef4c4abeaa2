"""What a bundle is, read from its file piece by piece: its card, its hashes, and who vouches for them."""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal

from pydantic import ValidationError
from securesystemslib.signer import Key  # type: ignore[attr-defined]

from broker.bundles import BundleError, public_key, vouched
from broker.model_offers import (
    BESIDE_BYTES,
    CARD,
    CARD_BYTES,
    LICENCE,
    NETWORK,
    SIGNATURE,
    CardHead,
    head_of,
)
from broker.packed import listed

# checked: trusted keys have signed it; unchecked: nobody told the centre whom to trust.
Signed = Literal["checked", "unchecked", "unsigned"]
PIECE: Final = 1 << 20
MOST_LEVELS: Final = 12


class Unfit(Exception):
    """A bundle that is not taken; `code` for machines, `allowed`: what would do."""

    def __init__(self, code: str, what: str, allowed: str) -> None:
        super().__init__(what)
        self.code, self.allowed = code, allowed


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count, and how many of them are needed."""

    keys: Sequence[Key] = ()
    threshold: int = 1
    require_signed: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """A sound bundle: what its card says, and who vouches for it (ids of keys)."""

    head: CardHead
    card: dict[str, Any]
    signed: Signed
    signers: tuple[str, ...] = ()


def trusting(paths: Sequence[Path], threshold: int, *, require_signed: bool) -> Trust:
    """Raises BundleError or OSError."""
    keys = [public_key(path.read_bytes(), str(path)) for path in paths]
    if len({key.keyid for key in keys}) < len(keys):
        raise BundleError("models.keys: the same key is given twice")
    return Trust(keys, threshold, require_signed)


def described(path: Path, trust: Trust, most_bytes: int) -> Described:
    """Raises Unfit, or OSError where the file cannot be read."""
    limits = {CARD: CARD_BYTES, NETWORK: most_bytes, SIGNATURE: BESIDE_BYTES, LICENCE: BESIDE_BYTES}
    try:
        with path.open("rb") as file:
            listed(file, limits)
            with zipfile.ZipFile(file) as archive:
                return _described(archive, trust)
    except BundleError as error:
        text = str(error).splitlines()[0][:240]
        raise Unfit("no_bundle", text, "a bundle as gewu-models pack makes it") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unfit(
            "no_bundle", f"is no plain zip: {error}"[:240], "a bundle as gewu-models pack makes it"
        ) from error


def _described(archive: zipfile.ZipFile, trust: Trust) -> Described:
    names = set(archive.namelist())
    for name in (CARD, NETWORK):
        if name not in names:
            raise Unfit("no_bundle", f"{name} is missing", f"{CARD} and {NETWORK}")
    card = _card(archive.read(CARD))
    try:
        head = head_of(card)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise Unfit(
            "bad_card", f"{CARD}: {where}: {fault['msg']}"[:240], "a card as docs/models.md says"
        ) from error
    hashes = {name: _hashed(archive, name) for name in names if name != SIGNATURE}
    sha256, size = hashes[NETWORK]
    if (sha256, size) != (head.file.sha256, head.file.bytes):
        what = f"{NETWORK} has {size} bytes and sha256 {sha256}; its card says another"
        raise Unfit("wrong_hash", what, "the file of its card")
    signature = archive.read(SIGNATURE) if SIGNATURE in names else None
    signed, signers = _signed(signature, head, {name: sha for name, (sha, _) in hashes.items()}, trust)
    return Described(head, card, signed, signers)


def _card(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unfit("bad_card", f"{CARD} is no JSON", "a card as docs/models.md says") from error
    if not isinstance(found, dict) or _deep(found) > MOST_LEVELS:
        raise Unfit("bad_card", f"{CARD} is no card", "a card as docs/models.md says")
    return found


def _deep(value: Any, level: int = 1) -> int:
    """How many levels it has, as far as it matters."""
    if level > MOST_LEVELS or not isinstance(value, (dict, list)):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_deep(each, level + 1) for each in inner), default=level)


def _hashed(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while piece := _next(file):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _next(file: IO[bytes]) -> bytes:
    return file.read(PIECE)


def _signed(
    signature: bytes | None, head: CardHead, hashes: Mapping[str, str], trust: Trust
) -> tuple[Signed, tuple[str, ...]]:
    """Raises Unfit; BundleError for a signature that is not good."""
    if signature is None:
        if trust.require_signed:
            raise Unfit(
                "not_signed", "nobody vouches for it", "a bundle that a key of models.keys has signed"
            )
        return "unsigned", ()
    if not trust.keys:
        return "unchecked", ()
    found = vouched(signature, trust.keys, kind="model", threshold=trust.threshold)
    manifest = found.manifest
    if (manifest.name, manifest.version) != (head.name, head.version):
        raise BundleError(f"it is signed as {manifest.name}@{manifest.version}")
    if {name: file.sha256 for name, file in manifest.files.items()} != dict(hashes):
        raise BundleError("its files are not those that were signed")
    return "checked", found.signers
