"""One node, one storage folder: two processes in it would send each other's events."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.database import OutboxError, said

WAITS_S = (0.05, 0.1, 0.15)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder to this process; it ends with the process, however that ends. Raises OutboxError."""
    with said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    with file:
        if not _taken(file.fileno()):
            raise OutboxError(f"{folder}: another node is running in this folder")
        yield


def _taken(file: int) -> bool:
    """`gewu-edge status` holds it for an instant, to see whether anybody does: that is waited for."""
    for patience_s in (*WAITS_S, None):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if patience_s is not None:
                time.sleep(patience_s)
    return False
