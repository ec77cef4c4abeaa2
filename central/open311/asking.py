"""What clients of GeoReport v2 send, understood. Pure.

A parameter that is empty counts as one that was not sent, as the standard has it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import parse_qsl

from broker.fields import rfc3339

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100
# The standard's fields about whoever reports. They are dropped before anything looks at them.
PERSONAL: Final = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
SPAN: Final = timedelta(days=90)
MOST: Final = 1_000  # requests of one answer
DEEPEST: Final = 10_000  # pages
LONGEST_LIST: Final = 200  # of names, comma delimited
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,64})\](?:\[\d{0,3}\])?")
_WHEN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+ -]\d{2}:\d{2})")


class Fault(Exception):
    """An error of the standard: an HTTP status and a description."""

    def __init__(self, status: int, description: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Sent:
    """A form without what it says of persons. dropped: the names of those fields, never their values."""

    fields: Mapping[str, str]
    attributes: Mapping[str, Sequence[str]]
    dropped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests to list. open None: either."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    open: bool | None = None
    page: int = 1
    size: int = MOST


def form_in(body: bytes, content_type: str) -> Sent:
    """The fields of a form. Raises Fault."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Fault(415, f"a request is sent as Content-Type: {FORM}; charset=utf-8")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Fault(400, "the form is not encoded as UTF-8") from None
    except ValueError:
        raise Fault(400, f"the form has too many fields; {MOST_FIELDS} at most") from None
    return _sorted_out(pairs)


def _sorted_out(pairs: Sequence[tuple[str, str]]) -> Sent:
    fields: dict[str, str] = {}
    attributes: dict[str, list[str]] = {}
    dropped = []
    for name, value in pairs:
        if not value.strip():
            continue
        if name in PERSONAL:
            dropped.append(name)
        elif (found := _ATTRIBUTE.fullmatch(name)) is not None:
            attributes.setdefault(found[1], []).append(value)
        else:
            fields.setdefault(name, value)
    return Sent(fields, attributes, tuple(name for name in PERSONAL if name in dropped))


def number_in(name: str, text: str) -> float:
    """A number that was sent as text. Raises Fault."""
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not abs(found) < 1e9:
        raise Fault(400, f"{name} is no number")
    return found


def when_in(name: str, text: str) -> datetime:
    """A time as the W3 note has it, with its zone. Raises Fault."""
    shown = f"{name} is no time in w3 format with a zone, such as 2010-01-01T00:00:00Z"
    if _WHEN.fullmatch(text) is None:
        raise Fault(400, shown)
    try:  # a plus that was not encoded comes as a space
        return datetime.fromisoformat(text.replace(" ", "+").replace("Z", "+00:00")).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise Fault(400, shown) from None


def wanted_in(query: Mapping[str, str], now: datetime) -> Wanted:
    """Which requests a query asks for. Raises Fault."""
    said = {name: value.strip() for name, value in query.items() if value.strip()}
    page, size = _whole(said, "page", 1, DEEPEST), _whole(said, "page_size", MOST, MOST)
    if ids := _several(said, "service_request_id"):  # overrides all others, so the standard
        return Wanted(ids=ids, page=page, size=size)
    since, until = _span(said, now)
    return Wanted((), _several(said, "service_code"), since, until, _open(said), page, size)


def _several(said: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(each.strip() for each in said.get(name, "").split(",") if each.strip()))
    if len(found) > LONGEST_LIST:
        raise Fault(400, f"{name} names too many; {LONGEST_LIST} at most")
    return found


def _whole(said: Mapping[str, str], name: str, usual: int, most: int) -> int:
    text = said.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise Fault(400, f"{name} is a whole number from 1 to {most}")
    return int(text)


def _span(said: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """Ninety days, unless both ends are said; those before the one end that is."""
    since = when_in("start_date", said["start_date"]) if "start_date" in said else None
    until = when_in("end_date", said["end_date"]) if "end_date" in said else None
    try:
        if until is None:
            until = min(now, since + SPAN) if since is not None else now
        first = since if since is not None else until - SPAN
    except OverflowError:
        raise Fault(400, "start_date or end_date lies outside the years 1 to 9999") from None
    if first > until and "end_date" in said:
        raise Fault(400, "start_date is after end_date")
    if until - first > SPAN:
        raise Fault(400, f"start_date {rfc3339(first)} and end_date span more than {SPAN.days} days")
    return first, until


def _open(said: Mapping[str, str]) -> bool | None:
    states = set(_several(said, "status"))
    if strange := states - {"open", "closed"}:
        raise Fault(400, f"status {sorted(strange)[0][:40]!r} is not known; allowed: open, closed")
    return "open" in states if len(states) == 1 else None
