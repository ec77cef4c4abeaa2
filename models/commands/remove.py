"""`gewu-models remove`: an installed bundle goes."""

import argparse
from pathlib import Path

from models.installed import remove

HELP = "remove an installed bundle"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which one."""
    command.add_argument("name", metavar="NAME", help="NAME, or NAME@VERSION where there are several")


def run(asked: argparse.Namespace, folder: Path) -> int:
    """Take it away."""
    place = remove(folder, asked.name)
    print(f"{place.full_name} is removed from {folder}")
    return 0
