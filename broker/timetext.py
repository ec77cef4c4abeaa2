"""Time zones, spans of hours and days, as configurations write them."""

import re
from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
DAY_MINUTES: Final = 24 * 60


def zone_name(name: Any) -> str:
    """A name of the IANA table. Raises ValueError."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        example = "such as Asia/Shanghai or Europe/Berlin"
        text = f"is no time zone; a name of the IANA table is, {example}"
        raise PydanticCustomError("no_time_zone", "{text}", {"text": text}) from None


def hours_text(text: Any, *, example: str = "07:00-21:00") -> str:
    """A span of hours, which may run past midnight. Raises ValueError."""
    if not isinstance(text, str) or not _HOURS.fullmatch(text):
        text = f'is no span of hours; "{example}" is, or past midnight "22:00-06:00"'
        raise PydanticCustomError("no_hours", "{text}", {"text": text})
    if text[:5] == text[6:]:
        raise PydanticCustomError("no_hours", 'begins when it ends; the whole day is "00:00-24:00"')
    return text


def minutes_in(hours: str) -> tuple[int, int]:
    """Begin and end in minutes from the midnight before; the end may lie on the next day."""
    begins, ends = (int(part[:2]) * 60 + int(part[3:]) for part in hours.split("-"))
    return begins, ends if ends > begins else ends + DAY_MINUTES


def _date(value: Any) -> Any:
    """A number could mean anything, and a time is no date."""
    if isinstance(value, str) or type(value) is date:
        return value
    raise PydanticCustomError("no_day", "is no day; a date is, such as 2026-10-01")


Date = Annotated[date, BeforeValidator(_date)]
