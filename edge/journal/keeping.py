"""What a journal may keep: not too old, not too much. Whole segments go, the oldest first."""

import logging
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from edge.journal.segments import segments, sources
from edge.journal.settings import JournalSettings

log = logging.getLogger(__name__)

PAST = "past"

# A clock that leaps ahead for a moment must not empty the journal: of one source no more go by age at once.
MOST_BY_AGE = 2
# A file from further in the future was written while the clock was wrong; its age is counted from now on.
AHEAD_S = 3600.0


@dataclass(frozen=True, slots=True)
class _File:
    written: float
    path: Path
    size: int


def tidy(directory: Path, settings: JournalSettings, now: float, keep: Collection[Path] = ()) -> list[Path]:
    """Delete what is too old at `now` (UTC seconds), and the oldest of what is too much; return what went.

    keep: segments that are being written. The age of a segment counts from its last writing. Raises OSError.
    """
    gone: list[Path] = []
    left: list[_File] = []
    for source in sources(directory):
        files = [file for file in _files(directory / source) if file.path not in keep]
        old = [file for file in files if _age(file, now) > settings.keep][:MOST_BY_AGE]
        gone += [file.path for file in old]
        left += [file for file in files if file not in old]
    room = settings.max_mb * 1e6 - sum(path.stat().st_size for path in keep if path.exists())
    gone += _too_much(left, room)
    for path in gone:
        _drop(path)
    return gone


def _files(folder: Path) -> Iterator[_File]:
    for segment in segments(folder):
        try:
            stat = segment.path.stat()
        except FileNotFoundError:
            continue
        yield _File(stat.st_mtime, segment.path, stat.st_size)


def _age(file: _File, now: float) -> float:
    if file.written > now + AHEAD_S:
        os.utime(file.path, (now, now))
        return 0.0
    return now - file.written


def _too_much(files: list[_File], room: float) -> list[Path]:
    over = sum(file.size for file in files) - room
    gone = []
    for file in sorted(files, key=lambda f: (f.written, f.path)):
        if over <= 0:
            break
        gone.append(file.path)
        over -= file.size
    return gone


def beside(path: Path) -> Path:
    """Where what the ledger made of a segment is kept: in `past`, beside the journal."""
    return path.parent.parent.parent / PAST / path.parent.name / f"{path.stem}.past"


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    beside(path).unlink(missing_ok=True)
    if not any(path.parent.iterdir()):
        path.parent.rmdir()
