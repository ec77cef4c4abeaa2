"""Memory that is let go of goes back to the machine, and what lasts is not looked through for garbage."""

import ctypes
import gc
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # glibc's mallopt(3)
NEW_OBJECTS = 10_000  # then the youngest are looked through; a batch of events makes so many
LARGE = 65_536  # bytes: messages of this size and more are pieces of their own


def keep_flat() -> None:
    """Have every large piece be one of its own, from now on. Does nothing where there is no glibc.

    By its own rule glibc raises that limit with each large piece that is let go of; then messages of many
    sizes lie scattered over the heap, and a process that has taken bad ones for days keeps hundreds of MB.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)


def keep_lasting() -> None:
    """Look for garbage from now on, but never in what is there now: it stays as long as the process does.

    The interpreter's own rule looks at half a million objects of a centre that has just begun whenever their
    number has grown by a quarter, and all threads wait meanwhile: 0.3 s each time.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()
