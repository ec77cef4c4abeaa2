"""Times as devices write them, to UTC seconds. A time that says no zone is none without one. Pure."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from edge.payloads import number_of

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII
)
# 2010 to 9999: a clock that was never set tells the year it was made to begin with.
LEAST_S: Final = 1_262_304_000.0
MOST_S: Final = 253_402_300_799.0


def iso(text: Any, zone: tzinfo | None = None) -> float | None:
    """ISO 8601 to UTC seconds; None for what is no such time, and without a zone where none is given.

    In the hour that a clock runs through twice, the first is meant.
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
        return None if when.tzinfo is None else _told(when.timestamp())
    except (ValueError, OverflowError):
        return None


def _by_parts(text: str, zone: tzinfo | None) -> float | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    *date, fraction, offset = found.groups()
    where = zone if offset is None else _offset(offset)
    if where is None:
        return None
    try:
        whole = datetime(*map(int, date), tzinfo=where).timestamp()  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None
    return _told(whole + (float(f"0.{fraction}") if fraction else 0.0))


def _told(seconds: float) -> float | None:
    return seconds if LEAST_S <= seconds <= MOST_S else None


def _offset(text: str) -> tzinfo | None:
    if text in "Zz":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)


def epoch(value: Any, per_second: float = 1.0) -> float | None:
    """Seconds since 1970, or their thousandths or millionths; None for what is no such time."""
    number = number_of(value)
    if number is None:
        return None
    return _told(number / per_second)
