"""Times as devices write them, to UTC seconds. Without a zone, or of a clock never set, one says nothing."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(?:(Z)|([+-])(\d{1,2}):?(\d\d))"
)
_EARLIEST: Final = 1_262_304_000.0  # 2010: no clock that was set shows less
_LATEST: Final = 4_102_444_800.0  # 2100


def seconds(value: float | None) -> float | None:
    """Seconds since 1970 that a clock which was set can show."""
    return value if value is not None and _EARLIEST <= value < _LATEST else None


def written(text: str) -> float | None:
    """RFC 3339 and its kin, such as 2022-01-19T07:51:17+01:00; None without a zone."""
    match = _TIME.fullmatch(text.strip()[:40])
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[n]) for n in range(1, 7))
    away = timedelta(hours=int(match[10] or 0), minutes=int(match[11] or 0))
    try:
        there = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone.utc)
        utc = (there + away if match[9] == "-" else there - away).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds(round(utc + float(f"0.{match[7] or 0}"), 6))
