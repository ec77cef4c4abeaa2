"""Bundles as files: each whole and checked under its sha256, or not there."""

import errno
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from broker.wholefile import make_folder, sync_folder
from central.models.reading import Described, Trust, Unfit, described

ENDING: Final = ".gewu-model"
LATER: Final = "sending it again later"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is here."""

    sha256: str
    size: int
    about: Described


class Shelf:
    """folder: of the bundles. max_bytes: of one of them. keep_free_mb: of the disk."""

    def __init__(self, folder: Path, trust: Trust, *, max_bytes: int, keep_free_mb: float) -> None:
        self.folder, self.trust, self.max_bytes = folder, trust, max_bytes
        self._keep_free_mb = keep_free_mb
        self._incoming = folder / "incoming"

    def prepare(self) -> None:
        """Make the folders and throw away what an earlier crash left half-written. Raises OSError."""
        make_folder(self._incoming)
        for left in self._incoming.iterdir():
            left.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where a bundle lies, or would."""
        return self.folder / f"{sha256}{ENDING}"

    def drop(self, sha256: str) -> None:
        """Delete it; one that is not here is no fault. Raises OSError."""
        self.path(sha256).unlink(missing_ok=True)

    def refuse_early(self, length: int | None) -> None:
        """Before a byte is read. Raises Unfit."""
        if length is not None and length > self.max_bytes:
            raise self._too_large()
        try:
            free = shutil.disk_usage(self.folder).free / 1e6
        except OSError:
            return  # the write that follows says it better
        if free - (length or 0) / 1e6 < self._keep_free_mb:
            what = f"{free:.0f} MB are free where models lie, {self._keep_free_mb:g} MB are kept free"
            raise Unfit("no_room", what, LATER)

    def receive(self) -> "Reception":
        """Begin to take one. Raises Unfit."""
        try:
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        except OSError as error:
            raise no_room(error) from error
        return Reception(self, os.fdopen(descriptor, "wb"), Path(name))

    def _too_large(self) -> Unfit:
        return Unfit("too_large", f"more than {self.max_bytes} bytes", f"at most {self.max_bytes} bytes")


class Reception:
    """`add` piece by piece, then `read` and `keep`; `close` in any case."""

    def __init__(self, shelf: Shelf, file: BinaryIO, path: Path) -> None:
        self._shelf, self._file, self._path = shelf, file, path
        self._hash, self._size = hashlib.sha256(), 0

    def add(self, piece: bytes) -> None:
        """Raises Unfit."""
        self._size += len(piece)
        if self._size > self._shelf.max_bytes:
            raise self._shelf._too_large()
        self._hash.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise no_room(error) from error

    def read(self) -> Bundle:
        """All of it has come: what it is. Raises Unfit."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            about = described(self._path, self._shelf.trust, self._shelf.max_bytes)
        except OSError as error:
            raise no_room(error) from error
        return Bundle(self._hash.hexdigest(), self._size, about)

    def keep(self, bundle: Bundle) -> None:
        """Put it where it belongs. Raises Unfit."""
        try:
            self._path.replace(self._shelf.path(bundle.sha256))
            sync_folder(self._shelf.folder)
        except OSError as error:
            raise no_room(error) from error

    def close(self) -> None:
        """Nothing half stays."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def no_room(error: OSError) -> Unfit:
    """The disk does not take it."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk for models is full" if full else f"the disk for models fails: {error.strerror}"
    return Unfit("no_room", what, LATER)
