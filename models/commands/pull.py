"""`gewu-models pull`."""

import argparse
import sys
from pathlib import Path

from models.catalog import Catalogue, catalogue
from models.errors import ModelError
from models.store import present, pull

HELP = "fetch, verify and convert models"
_BLOCK = 1 << 20


def arguments(command: argparse.ArgumentParser) -> None:
    """What is fetched, and from where."""
    command.add_argument("names", nargs="*", metavar="NAME", help="default: what a node needs")
    command.add_argument(
        "--from", dest="source", type=Path, metavar="DIR", help="take files from this folder"
    )


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Fetch each; 1 where one could not be fetched."""
    known, failed = catalogue(folder), 0
    for name in asked.names or known.needed:
        try:
            _pull_one(name, folder, known, asked.source)
        except ModelError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = 1
    return failed


def _pull_one(asked: str, folder: Path, known: Catalogue, source: Path | None) -> None:
    name = {"default": known.default, "recommended": known.recommended}.get(asked, asked)
    entry = known.entry(name)
    was_here = present(entry, folder)
    path = pull(name, entry, folder, source, _Progress())
    print(f"{name}: {'already ' if was_here else ''}at {path} ({path.stat().st_size} bytes, sha256 verified)")


class _Progress:
    """Prints how far a download is: at its start, every MiB and at its end."""

    def __init__(self) -> None:
        self._blocks = -1

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if done // _BLOCK > self._blocks or done == total:
            self._blocks = done // _BLOCK
            print(f"  {what}: {done} of {total or '?'} bytes", flush=True)
