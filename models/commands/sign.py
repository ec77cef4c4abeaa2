"""`gewu-models sign`: a bundle that was made by export, quantize or eval is vouched for."""

import argparse
from datetime import datetime, timezone
from pathlib import Path

from models import bundles
from models.commands.pack import key_arguments, keys, written

HELP = "sign a bundle"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which bundle, who signs, where it goes."""
    command.add_argument("bundle", type=Path, metavar="BUNDLE", help="a file or a folder")
    key_arguments(command, required=True)
    command.add_argument("--out", type=Path, metavar="FILE", help="default: NAME-VERSION.gewu-model")


def run(asked: argparse.Namespace, _: Path) -> int:
    """Write it anew with these signatures, whoever had signed it before."""
    given, by = bundles.read(asked.bundle), keys(asked)
    licence = given.files.get(bundles.LICENCE)
    signed = bundles.made(
        given.card, given.network, licence=licence, by=by, created=datetime.now(timezone.utc)
    )
    print(f"wrote {written(signed, asked.out)}: {signed.name}, signed with {len(by)} keys")
    return 0
