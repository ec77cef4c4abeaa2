"""Files that are what their sha256 says, and nothing half written."""

import hashlib
import os
import tempfile
from pathlib import Path

from models.errors import ModelError

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """The hex digest of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def check(name: str, data: bytes, *allowed: str) -> bytes:
    """The data, if its sha256 is one of the allowed. Raises ModelError that names both."""
    found = hashlib.sha256(data).hexdigest()
    if found not in allowed:
        raise ModelError(
            f"{name}: sha256 is {found}, allowed is only {' or '.join(allowed)}; it was not used"
        )
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that at no time a part of it stands under its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """A name is durable only when its folder is."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
