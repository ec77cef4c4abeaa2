"""A model as one thing that is handed on: its network, its card, and who vouches for both.

A bundle is a zip (`NAME-VERSION.gewu-model`, nothing in it compressed) or a folder of `card.json`,
`model.onnx` and, where they are, `bundle.sig` and `LICENSE`. Where keys are trusted, nothing else of it is
read before its signatures are good.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]

from models import card as cards
from models.card import Card
from models.errors import ModelError
from models.fetching import MAX_BYTES
from models.signing import NOBODY, Trust, files_of, packed, signature, vouchers

CARD, NETWORK, SIGNATURE, LICENCE = "card.json", "model.onnx", "bundle.sig", "LICENSE"
ENDING = ".gewu-model"
LIMITS: Mapping[str, int] = {
    CARD: cards.MOST_BYTES,
    NETWORK: MAX_BYTES,
    SIGNATURE: 1_000_000,
    LICENCE: 1_000_000,
}
MEDIA_TYPE = "application/vnd.gewu.model+zip"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was read and is sound. `signers`: ids of the trusted keys that vouch for it."""

    card: Card
    files: Mapping[str, bytes]
    signers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`NAME@VERSION`, as a configuration names it."""
        return f"{self.card.name}@{self.card.version}"

    @property
    def network(self) -> bytes:
        """The ONNX file's bytes, those of the card."""
        return self.files[NETWORK]

    @property
    def file_name(self) -> str:
        """What its file is usually called."""
        return f"{self.card.name}-{self.card.version}{ENDING}"

    def packed(self) -> bytes:
        """It as one file; the same bytes for the same content."""
        return packed(self.files)


def made(
    card: Card,
    network: bytes,
    *,
    licence: bytes | None = None,
    by: Sequence[CryptoSigner] = (),
    created: datetime | None = None,
) -> Bundle:
    """A new bundle, signed by these keys at that time where there are any. Raises ModelError."""
    files = {CARD: card.written(), NETWORK: network, **({LICENCE: licence} if licence else {})}
    if by:
        if created is None:
            raise ModelError("a signed bundle needs the time of its signature")
        files[SIGNATURE] = signature(files, card.name, card.version, created, by)
    return _bundle(files, NOBODY, card.name)


def read(given: Path | bytes, trust: Trust = NOBODY, *, where: str | None = None) -> Bundle:
    """A bundle from a file, a folder or bytes. Raises ModelError, one line for each fault.

    where: what it is called in the words of a fault, where it is not a path.
    """
    name = where or (str(given) if isinstance(given, Path) else "bundle")
    try:
        files = files_of(given, LIMITS)
    except ModelError as error:
        raise _at(name, error) from error
    return _bundle(files, trust, name)


def _bundle(files: Mapping[str, bytes], trust: Trust, name: str) -> Bundle:
    signed = {file: body for file, body in files.items() if file != SIGNATURE}
    try:
        found = vouchers(files.get(SIGNATURE), SIGNATURE, signed, trust)
        card = _card(files)
    except ModelError as error:
        raise _at(name, error) from error
    if found is None:
        return Bundle(card, files)
    about = found.manifest
    if (about.name, about.version) != (card.name, card.version):
        raise ModelError(
            f"{name}: is signed as {about.name}@{about.version}, its card says {card.name}@{card.version}"
        )
    return Bundle(card, files, found.signers)


def _card(files: Mapping[str, bytes]) -> Card:
    """The card, if it is about the network beside it. Every fault is told at once."""
    faults = [f"{name}: is missing" for name in (CARD, NETWORK) if name not in files]
    card = None
    if CARD in files:
        try:
            card = cards.read(files[CARD], CARD)
        except ModelError as error:
            faults.append(str(error))
    if card is not None and NETWORK in files:
        faults += _differs(card, files[NETWORK])
    if faults or card is None:
        raise ModelError("\n".join(faults))
    return card


def _differs(card: Card, network: bytes) -> list[str]:
    sha256 = hashlib.sha256(network).hexdigest()
    if sha256 == card.file.sha256 and len(network) == card.file.bytes:
        return []
    return [
        f"{NETWORK}: has {len(network)} bytes and sha256 {sha256}; "
        f"its card allows only {card.file.bytes} bytes and {card.file.sha256}"
    ]


def _at(name: str, error: ModelError) -> ModelError:
    return ModelError("\n".join(f"{name}: {line}" for line in str(error).splitlines()))
