"""What the machine under the node tells of itself: memory, warmth, room. What it does not tell is None."""

import os
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ZONES: Final = Path("/sys/class/thermal")
STATM: Final = Path("/proc/self/statm")
FILES: Final = Path("/proc/self/fd")
# Warmer than boiling or colder than the arctic, and a sensor is broken or of another thing.
COLDEST, HOTTEST = -60.0, 150.0


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the disk under a folder."""

    free: int
    size: int


def memory(statm: Path = STATM) -> int | None:
    """Bytes that the process holds of the machine's memory."""
    try:
        pages = int(statm.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def temperature(zones: Path = ZONES) -> float | None:
    """Degrees Celsius of the warmest part that tells."""
    found = [told for zone in sorted(zones.glob("thermal_zone*")) if (told := _degrees(zone)) is not None]
    return max(found, default=None)


def _degrees(zone: Path) -> float | None:
    try:
        told = int((zone / "temp").read_text(encoding="ascii")) / 1000.0
    except (OSError, ValueError):
        return None
    return told if COLDEST < told < HOTTEST else None


def room(folder: Path) -> Room | None:
    """Of the disk on which a folder lies."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Room(found.free, found.total)


def open_files(folder: Path = FILES) -> int | None:
    """How many descriptors the process has."""
    try:
        return len(os.listdir(folder)) - 1  # one of them is this look  # noqa: PTH208
    except OSError:
        return None


def size_of(folder: Path) -> int | None:
    """Bytes of all files in a folder and below; those that go meanwhile do not count."""
    total = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        total += _size(entry)
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return total


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0


def threads() -> int:
    """How many the process has, as far as Python knows them."""
    return threading.active_count()


def processor_s() -> float:
    """Seconds of work so far."""
    return time.process_time()
