"""What the machine under the node tells of itself: memory, disk, work. What it does not tell is None."""

import ctypes
import os
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STATM: Final = Path("/proc/self/statm")
FILES: Final = Path("/proc/self/fd")
M_ARENA_MAX: Final = -8  # of malloc.h


@dataclass(frozen=True, slots=True)
class Disk:
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


def few_arenas(most: int = 2) -> bool:
    """Before there are threads: all of them share so few arenas; False where the C library has none.

    glibc gives each thread an arena of its own, up to eight a core, and what one frees no other gets. Python
    lets one thread work at a time, so there is hardly a wait for another's (`man mallopt`, M_ARENA_MAX).
    """
    return _of_malloc("mallopt", ctypes.c_int(M_ARENA_MAX), ctypes.c_int(most))


def give_back() -> bool:
    """Memory that was freed goes back to the machine; False where the C library has no way for it.

    glibc keeps what many threads freed, in pieces, for the next who asks. After a day a node held a quarter
    more than it used, and still more each hour (`tests.bench.soak`).
    """
    return _of_malloc("malloc_trim", ctypes.c_size_t(0))


def _of_malloc(name: str, *values: Any) -> bool:
    """What a function of the C library's says of it; False where there is none of that name."""
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        return False
    return bool(function(*values))


def disk(folder: Path) -> Disk | None:
    """Of the disk on which a folder lies."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(found.free, found.total)


def open_files(folder: Path = FILES) -> int | None:
    """How many descriptors the process has."""
    try:
        return len(os.listdir(folder)) - 1  # one of them is this look  # noqa: PTH208
    except OSError:
        return None


def threads() -> int:
    """How many the process has, as far as Python knows them."""
    return threading.active_count()


def processor_s() -> float:
    """Seconds of work so far."""
    return time.process_time()
