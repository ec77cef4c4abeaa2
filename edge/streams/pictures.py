"""Picture files in a folder: which there are, which are new and whole, and what is in them."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
FORMATS = ("JPEG", "PNG")
# What Pillow raises for files that are no whole picture.
DAMAGED = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
# Looks after which a file that stays unreadable is broken, and one that always changes is taken as it is.
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture file as a look at the folder found it."""

    path: Path
    size: int
    modified: float

    @property
    def name(self) -> str:
        """Its name in the folder."""
        return self.path.name


def listed(folder: Path) -> list[Entry]:
    """The picture files in a folder; hidden ones are left out. Raises OSError."""
    with os.scandir(folder) as entries:
        found = [_entry(entry) for entry in entries if _is_picture(entry.name)]
    return [entry for entry in found if entry is not None]


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")


def _entry(entry: "os.DirEntry[str]") -> Entry | None:
    try:
        status = entry.stat()
    except OSError:
        return None  # gone since the folder was read
    return Entry(Path(entry.path), status.st_size, status.st_mtime)


def picture(path: Path) -> NDArray[np.uint8]:
    """The whole picture, upright, height x width x 3, BGR. Raises one of DAMAGED for a broken one."""
    with Image.open(path, formats=FORMATS) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    return np.ascontiguousarray(np.asarray(upright, np.uint8)[:, :, ::-1])


def fault(error: BaseException) -> str:
    """Why a picture could not be read."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def by_name(entry: Entry) -> list[tuple[int, str]]:
    """Sorts as people count: picture_9 before picture_10."""
    parts = re.split(r"(\d+)", entry.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def by_time(entry: Entry) -> tuple[str, list[tuple[int, str]]]:
    """Sorts by when it was taken: as its EXIF says, else by its file's time, in the node's zone."""
    stamp = _exif_time(entry.path)
    spelt = stamp or time.strftime("%Y:%m:%d %H:%M:%S", time.localtime(entry.modified))
    return spelt, by_name(entry)


def _exif_time(path: Path) -> str | None:
    try:
        with Image.open(path, formats=FORMATS) as opened:
            exif = opened.getexif()
            stamp: Any = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            stamp = stamp or exif.get(ExifTags.Base.DateTime)
    except DAMAGED:
        return None
    return str(stamp) if stamp else None


@dataclass(slots=True)
class _Watched:
    entry: Entry
    done: bool
    changes: int = 0
    failures: int = 0


class Arrivals:
    """Which files of a watched folder are new and ready: pure, the folder's listing is an argument.

    A file is ready when it stands as at the last look; one that is rewritten all the time is so at every
    look. Files that left the folder are forgotten.
    """

    def __init__(self) -> None:
        self._files: dict[str, _Watched] | None = None

    def __len__(self) -> int:
        return len(self._files or {})

    def look(self, entries: list[Entry]) -> list[Entry]:
        """The files to read now, the oldest first. The first look takes only the newest for new."""
        if self._files is None:
            newest = max(entries, key=lambda e: (e.modified, e.name), default=None)
            self._files = {e.name: _Watched(e, done=e is not newest) for e in entries}
            return []
        before = self._files
        self._files = {e.name: _stepped(before.get(e.name), e) for e in entries}
        ready = [e for e in entries if e.name in before and self._ready(e)]
        return sorted(ready, key=lambda e: (e.modified, e.name))

    def _ready(self, entry: Entry) -> bool:
        watched = self._of(entry)
        return not watched.done and (watched.changes == 0 or watched.changes >= PATIENCE)

    def _of(self, entry: Entry) -> _Watched:
        return (self._files or {})[entry.name]

    def done(self, entry: Entry) -> None:
        """It was read."""
        self._of(entry).done = True

    def failed(self, entry: Entry) -> bool:
        """It could not be read; whether that was the last try."""
        watched = self._of(entry)
        watched.failures += 1
        watched.done = watched.failures >= PATIENCE
        return watched.done


def _stepped(watched: _Watched | None, entry: Entry) -> _Watched:
    if watched is None:
        return _Watched(entry, done=False)
    if watched.entry != entry:
        return _Watched(entry, done=False, changes=watched.changes + 1)
    if not watched.done:
        watched.changes = 0
    return watched
