"""How routing is written in a configuration: names, areas, hours, days and dates."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from broker.fields import Permitted, Word
from central.grid.areas import level_of
from central.people.claims import LOGIN
from central.routing.moments import DAY_MINUTES, DayWord, Span

_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_CODES: Final = re.compile(r"[0-9A-Za-z._-]{1,24}\*?")


def zone_name(name: Any) -> str:
    """A name of the IANA table."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        example = "such as Asia/Shanghai or Europe/Berlin"
        raise ValueError(f"is no time zone; a name of the IANA table is, {example}") from None


def _area(code: str) -> str:
    level_of(code)
    return code


def _codes(pattern: str) -> str:
    if not _CODES.fullmatch(pattern):
        raise ValueError('is no code; one is written "09009", all that begin so "09*"')
    return pattern


def _hours(text: Any) -> str:
    if not isinstance(text, str) or not _HOURS.fullmatch(text):
        raise ValueError('is no span of hours; "07:00-21:00" is, or past midnight "22:00-06:00"')
    if text[:5] == text[6:]:
        raise ValueError('begins when it ends; the whole day is "00:00-24:00"')
    return text


def _login(text: str) -> str:
    if not re.fullmatch(LOGIN, text):
        raise ValueError(
            "is no login name: small letters a-z, digits and . _ @ - are, a letter or digit first"
        )
    return text


def _day(value: Any) -> Any:
    """A number could mean anything, and a time is no date."""
    if isinstance(value, str) or type(value) is date:
        return value
    raise ValueError("is no day; a date is, such as 2026-10-01")


def _time(value: Any) -> datetime:
    """With its zone, or in the place's own hours without one."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise ValueError("is no time; 2026-03-04T10:00 is, or 2026-03-04T10:00:00+08:00") from None


def _several(value: Any) -> Any:
    """One name is a list of one."""
    return [value] if isinstance(value, str) else value


def span(days: list[DayWord], hours: str) -> Span:
    """The span of some days."""
    begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in hours.split("-"))
    return Span(tuple(days), begins, ends if ends > begins else ends + DAY_MINUTES)


Title = Annotated[str, Field(min_length=1, max_length=80), Permitted]
Area = Annotated[str, AfterValidator(_area)]
Areas = Annotated[list[Area], Field(max_length=5_000)]
Codes = Annotated[str, AfterValidator(_codes)]
Hours = Annotated[str, BeforeValidator(_hours)]
Days = Annotated[list[DayWord], Field(min_length=1, max_length=10)]
Login = Annotated[str, AfterValidator(_login), Permitted]
Accounts = Annotated[list[Login], Field(max_length=200)]
Date = Annotated[date, BeforeValidator(_day)]
Time = Annotated[datetime, BeforeValidator(_time)]
Names = Annotated[list[Word], BeforeValidator(_several, json_schema_input_type=str | list[str])]
