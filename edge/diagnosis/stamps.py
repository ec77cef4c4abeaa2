"""How a stream's clock runs beside ours, from when its pictures came and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

LEAST: Final = 5  # pictures, to say anything
LEAST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet: when it came (None: out of a file), and its own stamp, both in seconds."""

    at: float | None
    stamp: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """fps: by the stamps. pace: seconds of stamps for one of ours. late_s: how far the latest picture came
    behind the earliest; ahead_s: how much older than that those were that came first."""

    fps: float | None = None
    pace: float | None = None
    late_s: float | None = None
    ahead_s: float | None = None
    backwards: int = 0
    unstamped: int = 0


def paced(arrivals: Sequence[Arrival]) -> Pace:
    """What the arrivals tell."""
    unstamped = sum(one.stamp is None for one in arrivals)
    stamps = [one.stamp for one in arrivals if one.stamp is not None]
    back = sum(b <= a for a, b in pairwise(stamps))
    timed = [(one.at, one.stamp) for one in arrivals if one.at is not None and one.stamp is not None]
    fps = _rate(stamps) if not back else None
    if not timed or len(timed) < LEAST or back > 1:
        came = [one.at for one in arrivals if one.at is not None]
        return Pace(fps or _rate(came), backwards=back, unstamped=unstamped)
    delays = [at - stamp for at, stamp in timed]
    soonest = min(range(len(delays)), key=delays.__getitem__)
    late, ahead = max(delays[soonest:]) - delays[soonest], delays[0] - delays[soonest]
    ours = timed[-1][0] - timed[0][0]
    pace = (timed[-1][1] - timed[0][1] - ahead) / ours if ours >= LEAST_S else None
    told = None if pace is None else round(pace, 3)
    return Pace(fps, told, round(late, 2), round(ahead, 2), back, unstamped)


def _rate(times: Sequence[float]) -> float | None:
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return round((len(times) - 1) / (times[-1] - times[0]), 2)
