"""What the centre wanted last and this node runs, kept over a restart; and how often it ended the process."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from broker.fields import read
from broker.messages import DesiredConfiguration
from broker.wholefile import write_whole

log = logging.getLogger(__name__)

NAME = "desired.json"
PROVEN: Final = "desired.proven.json"  # the last that has run for long: to go back to
PROBATION: Final = "probation.json"
MARKS: Final = "marks.json"
PROVEN_S: Final = 600.0  # what has run for so long does not end a node
MOST_STARTS: Final = 3  # that ended before that, without being asked to


def keep(folder: Path, desired: DesiredConfiguration | None, name: str = NAME) -> None:
    """In place of what was kept, whole or not at all. Raises OSError."""
    path = folder / name
    if desired is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, desired.encode(), mode=0o600)


def kept(folder: Path, name: str = NAME) -> DesiredConfiguration | None:
    """What was kept; a file that cannot be used is left out with a log line."""
    path = folder / name
    try:
        return read(DesiredConfiguration, path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("%s cannot be used (%s); the node runs its own file", path, type(error).__name__)
        return None


@dataclass(frozen=True, slots=True)
class Probation:
    """What was applied last and has not run for long yet. sha256: of its body. starts: not ended in order."""

    sha256: str
    starts: int = 0


def put_on_probation(folder: Path, probation: Probation | None) -> None:
    """Before it may do harm; none: what runs has proved itself. Raises OSError."""
    path = folder / PROBATION
    if probation is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, json.dumps(asdict(probation)).encode())


def on_probation(folder: Path) -> Probation | None:
    """What was noted; a file that cannot be used counts as none."""
    try:
        found = json.loads((folder / PROBATION).read_bytes())
        return Probation(str(found["sha256"]), int(found["starts"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be used (%s)", folder / PROBATION, type(error).__name__)
        return None


def keep_marks(folder: Path, marks: Mapping[str, str]) -> None:
    """Of the node's own file, as the centre found it. Raises OSError."""
    if marks:
        write_whole(folder / MARKS, json.dumps(marks).encode())
    else:
        (folder / MARKS).unlink(missing_ok=True)


def kept_marks(folder: Path) -> dict[str, str]:
    """What was kept; nothing where it cannot be used."""
    try:
        found = json.loads((folder / MARKS).read_bytes())
        return {str(where): str(mark) for where, mark in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        log.warning("%s cannot be used (%s)", folder / MARKS, type(error).__name__)
        return {}
