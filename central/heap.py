"""Memory that is let go of goes back to the machine."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # glibc's mallopt(3)
LARGE = 65_536  # bytes: messages of this size and more are pieces of their own


def keep_flat() -> None:
    """Have every large piece be one of its own, from now on. Does nothing where there is no glibc.

    By its own rule glibc raises that limit with each large piece that is let go of; then messages of many
    sizes lie scattered over the heap, and a process that has taken bad ones for days keeps hundreds of MB.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
