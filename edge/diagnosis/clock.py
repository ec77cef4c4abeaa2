"""Whether the box knows what time it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

COARSE_S: Final = 2.0  # an HTTP date has whole seconds, and the answer takes its time
FAR_S: Final = 60.0  # proofs for the centre hold for a minute

CLOCK: Final = said("clock")
QUALITIES: Final = {
    "synchronised": said("synchronised"),
    "free_running": said("free running"),
    "unknown": said("unknown"),
}

FINE = Sign("clock_fine", "fine", "times can be believed")
FREE = Sign(
    "clock_free_running",
    "warning",
    "nobody sets this clock; it drifts by seconds a day, and events say so (`free_running`)",
    "`timedatectl set-ntp true` (systemd-timesyncd), or install chrony; in closed networks name a time "
    "server "
    "of your own in /etc/systemd/timesyncd.conf (NTP=).",
)
OFF = Sign(
    "clock_off",
    "warning",
    "this box and the centre do not agree what time it is; events bear this box's time",
    "Let both take the time from one server: `timedatectl set-ntp true`; `timedatectl timesync-status` "
    "tells.",
)
FAR_OFF = Sign(
    "clock_far_off",
    "fault",
    "the clock is wrong: certificates fail, incidents bear wrong times, schedules apply at wrong hours",
    "Set it: `timedatectl set-ntp true`; without a time server `timedatectl set-time`; does the "
    "board's battery hold?",
)
NO_BATTERY = Sign(
    "clock_no_battery",
    "note",
    "after a power cut the clock begins anew at some earlier time until a server has told it",
    "Fit a battery-backed clock (RTC), or make sure that a time server is reached before the node starts "
    "(systemd: `After=time-sync.target`).",
)
UNTOLD = Sign(
    "clock_not_compared", "note", "nobody was there to compare with", "See what is told of the centre."
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the kernel says, who sets it, and how far the centre's clock is ahead of it (None: not told)."""

    quality: str
    sources: Sequence[str]
    battery: bool | None
    ahead_s: float | None
    error_s: float | None = None


def judge(found: Clock) -> Iterator[Finding]:
    """What is to be said of it."""
    by = ", ".join(found.sources) or said("nobody that is seen here")
    ahead = found.ahead_s
    seen = _told(found.quality, by, ahead)
    figures = {"quality": found.quality, "by": by, "ahead_s": ahead, "error_s": found.error_s}
    told = []
    if ahead is not None and abs(ahead) > COARSE_S:
        told.append((FAR_OFF if abs(ahead) > FAR_S else OFF).at(CLOCK, seen, **figures))
    if found.quality == "free_running":
        told.append(FREE.at(CLOCK, seen, **figures))
    if found.battery is False:
        told.append(NO_BATTERY.at(CLOCK, said("no battery-backed clock (/sys/class/rtc is empty)")))
    if not any(finding.state in ("warning", "fault") for finding in told):
        yield FINE.at(CLOCK, seen, **figures)
    yield from told
    if ahead is None:
        yield UNTOLD.at(CLOCK, said("no answer with a date came"))


def _told(quality: str, by: str, ahead: float | None) -> str:
    own = said("{quality}, set by {by}", quality=QUALITIES.get(quality, quality), by=by)
    if ahead is None:
        return own
    if ahead > 0:
        return said("{own}; the centre's is {s:.1f} s ahead", own=own, s=ahead)
    return said("{own}; the centre's is {s:.1f} s behind", own=own, s=-ahead)
