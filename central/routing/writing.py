"""How routing is written in a configuration: names, areas, hours, days and dates."""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from broker.fields import Permitted, Word
from broker.timetext import hours_text, minutes_in
from central.grid.areas import level_of
from central.people.claims import LOGIN
from central.routing.moments import DayWord, Span

_CODES: Final = re.compile(r"[0-9A-Za-z._-]{1,24}\*?")


def _area(code: str) -> str:
    level_of(code)
    return code


def _codes(pattern: str) -> str:
    if not _CODES.fullmatch(pattern):
        raise ValueError('is no code; one is written "09009", all that begin so "09*"')
    return pattern


def _login(text: str) -> str:
    if not re.fullmatch(LOGIN, text):
        raise ValueError(
            "is no login name: small letters a-z, digits and . _ @ - are, a letter or digit first"
        )
    return text


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
    return Span(tuple(days), *minutes_in(hours))


Title = Annotated[str, Field(min_length=1, max_length=80), Permitted]
Area = Annotated[str, AfterValidator(_area)]
Areas = Annotated[list[Area], Field(max_length=5_000)]
Codes = Annotated[str, AfterValidator(_codes)]
Hours = Annotated[str, BeforeValidator(hours_text)]
Days = Annotated[list[DayWord], Field(min_length=1, max_length=10)]
Login = Annotated[str, AfterValidator(_login), Permitted]
Accounts = Annotated[list[Login], Field(max_length=200)]
Time = Annotated[datetime, BeforeValidator(_time)]
Names = Annotated[list[Word], BeforeValidator(_several, json_schema_input_type=str | list[str])]
