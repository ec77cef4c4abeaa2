"""Whether the box knows what time it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from edge.diagnosis.sign import Finding, Sign

COARSE_S: Final = 2.0  # an HTTP date has whole seconds, and the answer takes its time
FAR_S: Final = 60.0  # proofs for the centre hold for a minute

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
    by = ", ".join(found.sources) or "nobody that is seen here"
    seen = f"{found.quality.replace('_', ' ')}, set by {by}"
    ahead = found.ahead_s
    if ahead is not None:
        seen += f"; the centre's is {abs(ahead):.1f} s {'ahead' if ahead > 0 else 'behind'}"
    figures = {"quality": found.quality, "by": by, "ahead_s": ahead, "error_s": found.error_s}
    told = []
    if ahead is not None and abs(ahead) > COARSE_S:
        told.append((FAR_OFF if abs(ahead) > FAR_S else OFF).at("clock", seen, **figures))
    if found.quality == "free_running":
        told.append(FREE.at("clock", seen, **figures))
    if found.battery is False:
        told.append(NO_BATTERY.at("clock", "no battery-backed clock (/sys/class/rtc is empty)"))
    if not any(finding.state in ("warning", "fault") for finding in told):
        yield FINE.at("clock", seen, **figures)
    yield from told
    if ahead is None:
        yield UNTOLD.at("clock", "no answer with a date came")
