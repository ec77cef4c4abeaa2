"""`gewu-broker schema`."""

import argparse
import sys
from pathlib import Path

from broker import exports

HELP = "write the JSON Schemas and the AsyncAPI document"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "--out", type=Path, default=exports.HOME, help="folder (default: the package itself)"
    )
    command.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")


def run(asked: argparse.Namespace) -> int:
    """Write them, or compare."""
    if not asked.check:
        for path in exports.write(asked.out):
            print(path)
        return 0
    stale = exports.stale(asked.out)
    for name in stale:
        print(f"{name} does not match the models; run gewu-broker schema", file=sys.stderr)
    return 1 if stale else 0
