"""Times as devices write them, to UTC seconds. A time that says no zone is none without one. Pure."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from edge.payloads import number_of

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d{1,2}:?\d\d)?", re.ASCII
)
# 2010 to 2100: a clock that was never set tells the year it was made to begin with.
LEAST_S: Final = 1_262_304_000.0
MOST_S: Final = 4_102_444_800.0


def iso(text: Any, zone: tzinfo | None = None) -> float | None:
    """ISO 8601 and its kin to UTC seconds; None for what is no such time, and for one without a zone.

    zone: of times that write none; in the hour that a clock runs through twice, the first is
    meant.
    """
    if not isinstance(text, str) or not 19 <= len(text) <= 40:
        return None
    try:
        when = datetime.fromisoformat(text)  # ten times as fast, but before Python 3.11 it knows few forms
    except ValueError:
        return _by_parts(text, zone)
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    try:
        return None if when.tzinfo is None else sound(when.timestamp())
    except (ValueError, OverflowError):
        return None


def _by_parts(text: str, zone: tzinfo | None) -> float | None:
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return None
    *date, second, fraction, offset = found.groups()
    where = zone if offset is None else _offset(offset)
    if where is None:
        return None
    try:
        # A leap second counts as the one before it.
        whole = datetime(*map(int, date), min(int(second), 59), tzinfo=where).timestamp()  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None
    return sound(round(whole + (float(f"0.{fraction}") if fraction else 0.0), 6))


def sound(seconds: float | None) -> float | None:
    """Seconds since 1970 that a clock which was set can show; None for others."""
    return seconds if seconds is not None and LEAST_S <= seconds < MOST_S else None


def _offset(text: str) -> tzinfo | None:
    if text in "Zz":
        return timezone.utc
    hours, minutes = int(text[1:-2].rstrip(":")), int(text[-2:])
    if hours > 23 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)


def epoch(value: Any, per_second: float = 1.0) -> float | None:
    """Seconds since 1970, or their thousandths or millionths; None for what is no such time."""
    number = number_of(value)
    if number is None:
        return None
    return sound(number / per_second)
