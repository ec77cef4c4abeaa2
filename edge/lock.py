"""One node, one storage folder: two processes in it would send each other's events."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.database import OutboxError, said


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder to this process; it ends with the process, however that ends. Raises OutboxError."""
    with said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutboxError(f"{folder}: another node is running in this folder") from error
        yield
