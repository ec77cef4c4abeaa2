"""Whether the clock may be believed before anything is erased by it. Pure.

What is gone does not come back, and a clock that is set to another year would make everything old. So nothing
is erased until the clock has run for a while (`retention.settles`) without a step, a long pause included.
"""

from dataclasses import dataclass

from broker.events import Reason
from central.retention.plan import days_text

STEP_S = 6 * 3600.0  # looks follow each other within the hour


@dataclass(frozen=True, slots=True)
class Watch:
    """`seen`: what the clock said last; `since`: from when on it has gone on without a step."""

    seen: float
    since: float


def watched(known: Watch | None, now: float) -> Watch:
    """After one more look."""
    if known is None or not known.seen - 60.0 <= now <= known.seen + STEP_S:
        return Watch(now, now)
    return Watch(max(now, known.seen), known.since)


def distrust(watch: Watch, settles_s: float) -> Reason | None:
    """None: it may be believed; else why not yet."""
    run = watch.seen - watch.since
    if run >= settles_s:
        return None
    text = f"the clock has run for {days_text(round(run))} since the start, a pause or a step"
    return Reason(code="clock_is_new", text=f"{text}; {days_text(settles_s)} are waited for")
