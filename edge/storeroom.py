"""How much of the disk each thing that a node keeps takes, and how the least of it is let go."""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

from edge.database import OutboxError
from edge.evidence import EvidenceStore
from edge.journal.keeping import PAST
from edge.journal.writer import Journal
from edge.outbox import Outbox
from edge.room import Part, Room, cuts, trouble

log = logging.getLogger(__name__)

ASIDE: Final = "outbox.damaged-*"
MOST_ASIDE: Final = 3  # damaged files, each with its companions
RESERVE: Final = "reserve"
RESERVE_BYTES: Final = 4_000_000  # given back where a disk is so full that a node could not even start


class Spares(Protocol):
    """What is kept for convenience, and is let go as a whole."""

    def spare_bytes(self) -> int:
        """What it takes."""
        ...

    def drop_spare(self) -> None:
        """Let it go."""
        ...


class Storeroom:
    """`tidy` now and then. most, leave: bytes that all may take, and that stay free for others.

    journal: of what is watched now. models: from the centre, those that are in use no more.
    """

    def __init__(
        self,
        folder: Path,
        most: float,
        leave: float,
        outbox: Outbox,
        store: EvidenceStore,
        journal: Callable[[], Journal],
        models: Spares,
    ) -> None:
        self._folder, self._most, self._leave = folder, most, leave
        self._outbox, self._store, self._journal, self._models = outbox, store, journal, models
        self._one = threading.Lock()
        self.trouble: str | None = None
        self.room: Room | None = None

    @property
    def short(self) -> bool:
        """Whether the disk has less left than it should; cheap."""
        return shutil.disk_usage(self._folder).free < self._leave

    def tidy(self) -> None:
        """Measure, and let go what is too much. Raises OSError, OutboxError."""
        with self._one:
            self._tidied()

    def _tidied(self) -> None:
        self._few_aside()
        room = self.measured()
        wanted = cuts(room, self._most, self._leave)
        for part, size in wanted.items():
            self._cut(part, room.held[part], size)
        self.room = self.measured() if wanted else room
        self.trouble = trouble(self.room, self._most, self._leave)
        if wanted:
            told = ", ".join(f"{part} {size / 1e6:.1f} MB" for part, size in wanted.items())
            log.warning("storage: too little room: %s may go; %s", told, self.trouble or "that is enough")

    def measured(self) -> Room:
        """What lies there now."""
        waiting = {upload.sha256 for upload in self._outbox.uploads()}
        pictures = dict(_sizes((self._folder / "evidence").glob("*")))
        late = sum(size for path, size in pictures.items() if path.name in waiting)
        held: dict[Part, int] = {
            "aside": bytes_of(self._folder.glob(ASIDE)),
            "past": bytes_of((self._folder / PAST).rglob("*")),
            "models": self._models.spare_bytes(),
            "sent": sum(pictures.values()) - late,
            "journal": bytes_of((self._folder / "journal").rglob("*")),
            "kept": self._outbox.kept_bytes(),
            "waiting": late,
        }
        everything = bytes_of(self._folder.rglob("*"))
        rest = max(0, everything - sum(held.values()))
        return Room(held, rest, shutil.disk_usage(self._folder).free)

    def _cut(self, part: Part, held: int, size: int) -> None:
        if part == "aside":
            _drop_oldest(self._folder.glob(ASIDE), size)
        elif part == "past":
            _drop_oldest((self._folder / PAST).rglob("*.past"), size)
        elif part == "models":
            self._models.drop_spare()
        elif part == "journal":
            self._journal().shrink(held - size)
        elif part == "kept":
            self._outbox.shrink_kept(held - size)
        else:
            self._pictures(part, held, size)

    def _pictures(self, part: Part, held: int, size: int) -> None:
        """Those that wait are given up aloud, the oldest first."""
        waiting = self._outbox.uploads()
        if part == "waiting":
            while waiting and size > 0:
                oldest = waiting.pop(0)
                size -= oldest.size
                self._outbox.give_up(oldest.sha256, "all that the node keeps reached storage.max_mb")
                self._store.drop(oldest.sha256)
                log.error("picture %s is given up: storage.max_mb is reached", oldest.sha256[:12])
        else:
            keep = {upload.sha256: upload.size for upload in waiting}
            self._store.trim(keep, held - size + sum(keep.values()))

    def _few_aside(self) -> None:
        """Damaged files are for people to look at; nobody looks at the fourth."""
        kept = sorted(self._folder.glob(f"{ASIDE}.sqlite"), key=lambda file: file.stat().st_mtime)
        for file in kept[:-MOST_ASIDE]:
            for one in self._folder.glob(f"{file.name}*"):
                one.unlink(missing_ok=True)


def reserve(folder: Path) -> None:
    """Keep some room for bad times. What cannot be kept now is kept another time."""
    file = folder / RESERVE
    try:
        if not file.exists() and shutil.disk_usage(folder).free > 10 * RESERVE_BYTES:
            with file.open("wb") as out:
                os.posix_fallocate(out.fileno(), 0, RESERVE_BYTES)
    except OSError as error:
        file.unlink(missing_ok=True)
        log.warning("no room can be kept for bad times: %s", error)


def opened(folder: Path, act: Callable[[], str | None]) -> str | None:
    """What needs the disk to start; without room the reserve is given up for it. Raises OutboxError."""
    try:
        return act()
    except OutboxError:
        file = folder / RESERVE
        if not file.exists() or shutil.disk_usage(folder).free > RESERVE_BYTES:
            raise
        log.error("the disk is full: the room that was kept for that is used to start")
        file.unlink()
        return act()


def _sizes(files: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    for file in files:
        try:
            if file.is_file():
                yield file, file.stat().st_size
        except FileNotFoundError:
            continue


def bytes_of(files: Iterable[Path]) -> int:
    """Of those that are files, and are there."""
    return sum(size for _, size in _sizes(files))


def _drop_oldest(files: Iterable[Path], size: int) -> None:
    for file, bytes_ in sorted(_sizes(files), key=lambda one: one[0].stat().st_mtime):
        if size <= 0:
            return
        file.unlink(missing_ok=True)
        size -= bytes_
