"""Files that are there as a whole or not at all."""

import errno
import os
from pathlib import Path

PART = ".part"  # ends the name of a file that is still being written


def write_whole(path: Path, body: bytes, *, mode: int | None = None) -> None:
    """All of it or nothing, through a name that no reader looks at, and surviving a loss of power.

    `mode`: who may read it, from its first byte on; None: as the process is used to.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """The folder and those above it, where they are missing; their names survive a loss of power too.

    Raises OSError; NotADirectoryError where a file has the name.
    """
    if folder.is_dir():
        return
    if folder.exists():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """A name is durable only when its folder is."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
