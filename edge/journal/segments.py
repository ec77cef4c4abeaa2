"""The files of a journal: a folder a source, a segment an hour or so, named by order and start."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from broker.fields import utc
from edge.journal import blocks
from edge.journal.blocks import Block
from edge.journal.columns import Damaged

SUFFIX = ".gwj"
_TIME = "%Y%m%dT%H%M%S"
_NAME = re.compile(r"([0-9]{8})-([0-9]{8}T[0-9]{6}Z)\.gwj")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file. index: their order, which a clock that is set back does not change. start: UTC seconds."""

    index: int
    path: Path
    start: float = field(compare=False)

    @property
    def name(self) -> str:
        """The source's folder and the file's name, for people."""
        return f"{self.path.parent.name}/{self.path.name}"


def named(index: int, start: float) -> str:
    """The name of the segment that begins at `start` (UTC seconds)."""
    whole = int(start) if 0.0 <= start < blocks.LATEST else 0
    return f"{index:08d}-{utc(whole):{_TIME}}Z{SUFFIX}"


def segments(folder: Path) -> list[Segment]:
    """The segments of one source in order; none where there is no such folder."""
    if not folder.is_dir():
        return []
    found = ((_NAME.fullmatch(file.name), file) for file in folder.iterdir())
    return sorted(Segment(int(match[1]), file, _seconds(match[2])) for match, file in found if match)


def _seconds(written: str) -> float:
    try:
        return datetime.strptime(written, f"{_TIME}%z").timestamp()
    except ValueError:  # 31 February, say: of no use but for its order
        return 0.0


def sources(directory: Path) -> list[str]:
    """The sources that a journal holds anything of."""
    if not directory.is_dir():
        return []
    return sorted(folder.name for folder in directory.iterdir() if segments(folder))


def read_blocks(segment: Segment) -> Iterator[Block | Damaged]:
    """Its blocks, and what is damaged; none of a file that went meanwhile. Raises UnknownVersion, OSError."""
    try:
        data = segment.path.read_bytes()
    except FileNotFoundError:  # kept long enough
        return
    try:
        at = blocks.check_header(data, segment.name)
    except Damaged as error:
        yield error
        return
    yield from blocks.split(data, at)


class SegmentFile:
    """A segment that is being written: whole blocks only, whatever the disk does."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o640)
        self.size = 0
        try:
            self.write(blocks.HEADER)
        except BaseException:
            self.close()
            path.unlink(missing_ok=True)
            raise

    def write(self, data: bytes) -> None:
        """Add a block. Raises OSError; then nothing of it stays where the disk still allows that."""
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self.size += len(data)

    def forced(self) -> "Forced":
        """What was written so far, to be forced to the disk; the segment may go on or be closed meanwhile."""
        return Forced(os.dup(self._file), self.path.parent)

    def close(self) -> None:
        """Of a segment that stays as it is."""
        os.close(self._file)


class Forced:
    """A segment on its way to the disk. Flash cards take their time: nobody should hold a lock for it."""

    def __init__(self, file: int, folder: Path) -> None:
        self._file, self._folder = file, folder

    def sync(self) -> None:
        """It survives a loss of power when this returns. Raises OSError."""
        try:
            os.fdatasync(self._file)
        finally:
            os.close(self._file)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
