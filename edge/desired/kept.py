"""What the centre wanted last and this node runs, kept over a restart."""

import logging
from pathlib import Path

from pydantic import ValidationError

from broker.fields import read
from broker.messages import DesiredConfiguration
from broker.wholefile import write_whole

log = logging.getLogger(__name__)

NAME = "desired.json"


def keep(folder: Path, desired: DesiredConfiguration | None) -> None:
    """In place of what was kept, whole or not at all. Raises OSError."""
    path = folder / NAME
    if desired is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, desired.encode(), mode=0o600)


def kept(folder: Path) -> DesiredConfiguration | None:
    """What was kept; a file that cannot be used is left out with a log line."""
    path = folder / NAME
    try:
        return read(DesiredConfiguration, path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("%s cannot be used (%s); the node runs its own file", path, type(error).__name__)
        return None
