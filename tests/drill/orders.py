"""The few words between the drill and its senders, as files: they outlive every kill on either side."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Orders:
    """What a sender may have committed by now, and how wrong its clock is."""

    target: int = 0
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """How far a sender is: events committed, and of them without a receipt."""

    committed: int = 0
    pending: int = 0


def put(path: Path, words: Orders | Status) -> None:
    """Write them whole: a reader sees the old ones or the new ones."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(words)))
    fresh.replace(path)


def orders(path: Path) -> Orders:
    """The newest orders."""
    return Orders(**_read(path))


def status(path: Path) -> Status:
    """The newest word of a sender."""
    return Status(**_read(path))


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return found
