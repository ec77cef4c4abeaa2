"""`gewu-models install`: a bundle into the folder of models, so that `model.name` finds it."""

import argparse
import sys
from pathlib import Path

from models import bundles
from models.commands.verify import trust_arguments
from models.installed import install
from models.runtime import ModelSettings, open_bundle
from models.signing import trusting

HELP = "put a bundle into the folder of models, as a whole or not at all"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which bundle, and whom to trust."""
    command.add_argument("bundle", type=Path, metavar="BUNDLE", help="a file or a folder")
    trust_arguments(command)


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Read it, see whether its network runs here, put it in."""
    bundle = bundles.read(asked.bundle, trusting(asked.key, asked.threshold))
    opened = open_bundle(bundle, ModelSettings())
    place = install(bundle, folder)
    print(f"{place.full_name} is installed at {place.path}; `model.name: {place.full_name}` uses it")
    if opened.unknown:
        print(f"no rule takes these for anything: {', '.join(opened.unknown)}", file=sys.stderr)
    return 0
