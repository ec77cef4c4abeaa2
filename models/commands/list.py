"""`gewu-models list`."""

import argparse
from pathlib import Path

from models.catalog import Catalogue, Entry, catalogue
from models.errors import ModelError
from models.installed import Place, entry_at, places
from models.runtime import choose
from models.store import present
from models.tables import table

HELP = "every model: name, role, licence, size, whether it is here"


def arguments(command: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(_: argparse.Namespace, folder: Path) -> int:
    """Print the table; 1 where something that is installed cannot be used."""
    known = catalogue(folder)
    rows = [_row(name, entry, folder, known) for name, entry in known.models.items()]
    installed, faults = _installed(folder)
    print(table(("name", "role", "bytes", "here", "licence of the weights", "from"), rows + installed))
    choice = choose("default", known, folder)
    print(f"\nfolder {folder}\n`default` is {choice.name}: {choice.why}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _row(name: str, entry: Entry, folder: Path, known: Catalogue) -> tuple[str, ...]:
    marks = {known.default: " (default)", known.recommended: " (recommended)"}
    here = "yes" if present(entry, folder) else "wrong sha256" if (folder / entry.file).exists() else "no"
    licence = entry.licence.weights
    return name + marks.get(name, ""), entry.role, str(entry.bytes), here, licence, entry.origin.words()


def _installed(folder: Path) -> tuple[list[tuple[str, ...]], list[str]]:
    rows, faults = [], []
    for place in places(folder):
        try:
            rows.append(_installed_row(place, folder))
        except ModelError as error:
            faults.append(f"{place.full_name}: {error}")
    return rows, faults


def _installed_row(place: Place, folder: Path) -> tuple[str, ...]:
    entry = entry_at(place)
    here = "yes" if present(entry, folder) else "wrong sha256"
    return place.full_name, entry.role, str(entry.bytes), here, entry.licence.weights, entry.origin.words()
