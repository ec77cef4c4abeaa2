"""`gewu-models pack`: a card and a network become one file, signed where there is a key."""

import argparse
import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]

from models import catalog
from models.bundles import Bundle, made
from models.card import Card, read
from models.errors import ModelError
from models.fetching import MAX_BYTES
from models.files import write_whole
from models.runtime import ModelSettings, open_bundle
from models.signing import signers

HELP = "make one file of a network and its card, and sign it"


def arguments(command: argparse.ArgumentParser) -> None:
    """What goes in, who signs, where it goes."""
    command.add_argument("network", type=Path, metavar="MODEL.onnx", help="the network")
    command.add_argument(
        "card", type=Path, metavar="CARD", help="its card, JSON or YAML; `file` may be left out"
    )
    key_arguments(command)
    command.add_argument("--licence", type=Path, metavar="FILE", help="the licence's text, to go with it")
    command.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.gewu-model")


def run(asked: argparse.Namespace, _: Path) -> int:
    """Write the bundle."""
    network = _bytes(asked.network, MAX_BYTES)
    card = described(_bytes(asked.card, MAX_BYTES), str(asked.card), network)
    licence = _bytes(asked.licence, 1_000_000) if asked.licence else None
    by = keys(asked)
    bundle = made(card, network, licence=licence, by=by, created=datetime.now(timezone.utc))
    opened = open_bundle(bundle, ModelSettings())
    path = written(bundle, asked.out)
    print(f"wrote {path}: {bundle.name}, {len(opened.classes)} classes, {_signed(len(by))}")
    if opened.unknown:
        print(f"no rule takes these for anything: {', '.join(opened.unknown)}", file=sys.stderr)
    return 0


def key_arguments(command: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Who signs."""
    command.add_argument(
        "--key", type=Path, action="append", default=[], required=required, help="private key; repeatable"
    )
    command.add_argument("--password-file", type=Path, help="of the private keys, where they have one")


def keys(asked: argparse.Namespace) -> list[CryptoSigner]:
    """The private keys that were named. Raises ModelError."""
    password = _bytes(asked.password_file, 4096).rstrip(b"\r\n") if asked.password_file else None
    return signers(asked.key, password)


def described(body: bytes, name: str, network: bytes) -> Card:
    """A card of that network: as it is, or with the network's sha256 and size put in. Raises ModelError."""
    data: Any = parsed(body, name)
    if isinstance(data, dict) and "file" not in data:
        data["file"] = {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)}
    return read(json.dumps(data, default=str).encode(), name)


def parsed(body: bytes, name: str) -> Any:
    """Plain values of JSON or YAML. Raises ModelError."""
    try:
        return catalog.parsed(body.decode(), name)
    except UnicodeDecodeError as error:
        raise ModelError(f"{name}: is not UTF-8 text") from error


def written(bundle: Bundle, out: Path | None) -> Path:
    """Put a bundle into a file. Raises ModelError."""
    path = out or Path(bundle.file_name)
    try:
        write_whole(path, bundle.packed())
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _signed(keys: int) -> str:
    return f"signed with {keys} key{'s' if keys > 1 else ''}" if keys else "not signed"


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if len(body) > most:
        raise ModelError(f"{path}: is larger than the {most} bytes allowed")
    return body
