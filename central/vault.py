"""Evidence files, addressed by their sha256. A file is there whole and checked, or it is not there."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from broker.wholefile import make_folder, sync_folder
from central.pictures.examiner import Examiner, Unavailable, Unfit

IMAGES = ("image/jpeg", "image/png", "image/webp")
MEDIA_TYPES = (*IMAGES, "video/mp4")
NAME = 64  # signs: a sha256
HEAD = 16  # bytes that tell the media type
LATER = "sending it again later"


class NotTaken(Exception):
    """A picture that cannot be kept; nothing of it is left. `code` says why, `allowed` what would do."""

    def __init__(self, code: str, what: str, allowed: str) -> None:
        super().__init__(what)
        self.code = code
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that is here."""

    sha256: str
    size: int
    media_type: str


def media_type(head: bytes) -> str | None:
    """What the first bytes say the file is, or None for nothing that is kept here."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if head[4:8] == b"ftyp" else None


class Shelf:
    """A folder of evidence. One file a picture, in folders by the first two digits of its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a picture lies, or would."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether it is here."""
        return self.path(sha256).is_file()

    def drop(self, sha256: str) -> None:
        """Delete a picture; one that is not here is no fault. Raises OSError."""
        self.path(sha256).unlink(missing_ok=True)

    def names(self, beginning: str, before: float) -> list[str]:
        """Files whose names begin with these two digits, not touched since then (UTC seconds)."""
        folder = self.folder / beginning
        if not folder.is_dir():
            return []
        files = (each for each in folder.iterdir() if len(each.name) == NAME and each.is_file())
        return sorted(each.name for each in files if each.stat().st_mtime < before)


class Vault(Shelf):
    """The same for those who bring and show pictures."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        examiner: Examiner,
        kinds: Sequence[str] = MEDIA_TYPES,
    ) -> None:
        super().__init__(folder)
        self.kinds = kinds
        self.max_bytes = max_bytes
        self.examiner = examiner
        self._incoming = folder / "incoming"

    def prepare(self) -> None:
        """Make the folders and throw away what an earlier crash left half-written. Raises OSError."""
        make_folder(self._incoming)
        for left in self._incoming.iterdir():
            left.unlink(missing_ok=True)

    def receive(self, sha256: str, declared: str | None) -> "Reception":
        """Begin to take a picture. Raises NotTaken."""
        try:
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        except OSError as error:
            raise _no_room(error) from error
        return Reception(self, sha256, declared, os.fdopen(descriptor, "wb"), Path(name))

    def find(self, sha256: str) -> Kept | None:
        """The picture, if it is here."""
        try:
            with self.path(sha256).open("rb") as file:
                kind = media_type(file.read(HEAD))
                size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None
        return Kept(sha256, size, kind) if kind else None

    def shown(self, kept: Kept) -> bytes:
        """The picture written anew from its pixels, for pages. Raises NotTaken."""
        return self._examined(self.path(kept.sha256), kept.media_type, anew=True)

    def vet(self, path: Path, kind: str) -> None:
        """Raises NotTaken unless a file is one whole picture (or silent clip) and nothing besides."""
        self._examined(path, kind, anew=False)

    def _examined(self, path: Path, kind: str, *, anew: bool) -> bytes:
        try:
            return self.examiner.examine(path, kind, anew=anew).body
        except Unfit as error:
            allowed = "a whole picture or silent clip without metadata and without anything behind its end"
            raise NotTaken("not_plain", str(error), allowed) from error
        except Unavailable as error:
            raise NotTaken("not_now", f"the picture cannot be checked now: {error}", LATER) from error

    def free_mb(self) -> float:
        """Free space where the pictures lie. Raises OSError."""
        return shutil.disk_usage(self.folder).free / 1e6


class Reception:
    """One picture on its way in: `add` its bytes, then `keep` it, and `close` in any case."""

    def __init__(self, vault: Vault, sha256: str, declared: str | None, file: BinaryIO, path: Path) -> None:
        self._vault = vault
        self._wanted = sha256
        self._declared = declared
        self._file = file
        self._path = path
        self._hash = hashlib.sha256()
        self._head = b""
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Write the next bytes. Raises NotTaken."""
        self._size += len(chunk)
        if self._size > self._vault.max_bytes:
            raise too_large(self._vault.max_bytes)
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        self._hash.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _no_room(error) from error

    def keep(self) -> Kept:
        """Check the whole, put it on the disk for good and under its name. Raises NotTaken."""
        kind = self._checked_type()
        final = self._vault.path(self._wanted)
        try:
            self._file.flush()
            self._vault.vet(self._path, kind)
            os.fsync(self._file.fileno())
            make_folder(final.parent)
            self._path.replace(final)
            sync_folder(final.parent)
        except OSError as error:
            raise _no_room(error) from error
        return Kept(self._wanted, self._size, kind)

    def close(self) -> None:
        """Leave nothing half-written behind."""
        try:
            self._file.close()
        except OSError:
            pass  # the last bytes found no room; the file goes now anyway
        finally:
            self._path.unlink(missing_ok=True)

    def _checked_type(self) -> str:
        if self._hash.hexdigest() != self._wanted:
            what = f"the {self._size} bytes have sha256 {self._hash.hexdigest()}"
            raise NotTaken("wrong_hash", what, f"bytes with sha256 {self._wanted}")
        kind, allowed = media_type(self._head), ", ".join(self._vault.kinds)
        if kind is None or kind not in self._vault.kinds:
            raise NotTaken("wrong_type", "the bytes are no picture or clip that is kept here", allowed)
        if self._declared not in (None, "application/octet-stream", kind):
            raise NotTaken("wrong_type", f"the bytes are {kind}, the header says {self._declared}", kind)
        return kind


def too_large(max_bytes: int) -> NotTaken:
    """More bytes than one picture may have."""
    return NotTaken("too_large", f"more than {max_bytes} bytes", f"at most {max_bytes} bytes")


def _no_room(error: OSError) -> NotTaken:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk for evidence is full" if full else f"the disk for evidence fails: {error.strerror}"
    return NotTaken("no_room", what, LATER)
