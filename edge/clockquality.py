"""How far the machine's UTC can be believed, as the kernel tells."""

import ctypes

from broker.events import ClockQuality

TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


def quality() -> ClockQuality:
    """Asks the kernel's clock discipline, which NTP daemons steer; changes nothing."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return "unknown"
    state = adjtimex(ctypes.create_string_buffer(1024))  # modes 0: read only
    if state < 0:
        return "unknown"
    return "free_running" if state == TIME_ERROR else "synchronised"
