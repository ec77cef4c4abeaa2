"""`gewu-broker bundle`: sign configurations and models, and check what was signed."""

import argparse
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from broker.bundles import (
    ENDING,
    MOST_BYTES,
    BundleError,
    Kind,
    describe,
    new_keys,
    public_key,
    sign,
    signer,
    vouched,
)
from broker.pki.keys import PRIVATE, PUBLIC, write_new

HELP = "sign a configuration or a folder of models, and check what was signed"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    keys = commands.add_parser(
        "keys", help="make a key pair: NAME.key stays with you, NAME.pub goes to the nodes"
    )
    keys.add_argument("name", type=Path, metavar="NAME", help="path without ending")
    keys.set_defaults(act=_keys)
    making = commands.add_parser(
        "sign", help="write the signature beside a configuration file, or into a folder"
    )
    making.add_argument("target", type=Path, metavar="TARGET", help="a YAML file, or a folder of models")
    making.add_argument("--key", type=Path, action="append", required=True, help="private key; repeatable")
    making.add_argument("--password-file", type=Path, help="of the private keys, where they have one")
    making.add_argument("--name", help="what it is called (default: the target's own name)")
    making.add_argument(
        "--version", type=int, help="grows from one to the next (default: seconds since 1970)"
    )
    making.set_defaults(act=_sign)
    check = commands.add_parser("verify", help="say who has signed it, or what is wrong")
    check.add_argument("target", type=Path, metavar="TARGET", help="a YAML file, or a folder of models")
    check.add_argument("--key", type=Path, action="append", required=True, help="public key; repeatable")
    check.add_argument("--threshold", type=int, default=1, help="how many must have signed (default 1)")
    check.set_defaults(act=_verify)


def run(asked: argparse.Namespace) -> int:
    """Do what was asked of it; 1 with the reason when it cannot be done."""
    try:
        code: int = asked.act(asked)
    except BundleError as error:
        print(f"gewu-broker: {error}", file=sys.stderr)
        return 1
    return code


def _keys(asked: argparse.Namespace) -> int:
    private, public = new_keys()
    key, pub = (asked.name.with_name(asked.name.name + ending) for ending in (".key", ".pub"))
    write_new(key, private, PRIVATE)
    write_new(pub, public, PUBLIC)
    print(f"made {key} (keep it away from nodes and centre) and {pub}")
    print(f"key {public_key(public, str(pub)).keyid}")
    return 0


def _sign(asked: argparse.Namespace) -> int:
    password = asked.password_file.read_bytes().rstrip(b"\r\n") if asked.password_file else None
    by = [signer(path.read_bytes(), str(path), password) for path in asked.key]
    folder, kind, signature = _parts(asked.target)
    names = _files(folder) if kind == "models" else [asked.target.name]
    manifest = describe(
        folder,
        names,
        name=asked.name or asked.target.resolve().name,
        kind=kind,
        version=int(time.time()) if asked.version is None else asked.version,
        created=datetime.now(timezone.utc),
    )
    signature.write_bytes(sign(manifest, by))
    print(
        f"wrote {signature}: {kind} {manifest.name}, version {manifest.version}, {len(manifest.files)} files"
    )
    return 0


def _verify(asked: argparse.Namespace) -> int:
    folder, kind, signature = _parts(asked.target)
    if signature.stat().st_size > MOST_BYTES:
        raise BundleError(f"{signature} is larger than the {MOST_BYTES} bytes allowed")
    keys = [public_key(path.read_bytes(), str(path)) for path in asked.key]
    try:
        found = vouched(signature.read_bytes(), keys, kind=kind, threshold=asked.threshold)
    except BundleError as error:
        raise BundleError(f"{signature}: {error}") from error
    found.check_all(folder)
    if kind == "configuration":
        found.check(asked.target.name, asked.target.read_bytes())
    about = found.manifest
    print(f"good: {kind} {about.name}, version {about.version}, signed by {', '.join(found.signers)}")
    return 0


def _parts(target: Path) -> tuple[Path, Kind, Path]:
    """The folder, what it is, and where its signature lies."""
    if target.is_dir():
        return target, "models", target / f"models{ENDING}"
    return target.resolve().parent, "configuration", target.with_name(target.name + ENDING)


def _files(folder: Path) -> list[str]:
    """Every file in it but the signature; names that begin with a dot are somebody's leftovers."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [p.as_posix() for p in found if p.name != f"models{ENDING}" and not p.name.startswith(".")]
