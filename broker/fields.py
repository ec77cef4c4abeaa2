"""Field types shared by every message of the contract, and the two ways to read one.

Every text field is one of these types, so that each text passes the boundary exactly once; a test walks
all models for a text that does not.
"""

from datetime import datetime, timezone
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from broker.boundary import breach, names_a_person

SCHEMA_VERSION = "v1"
LARGEST = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly


_TIME = TypeAdapter[datetime](AwareDatetime).validator  # asked without the adapter, for every event has some


def _written_time(value: Any) -> Any:
    """Text in RFC 3339 to a time; a number of seconds, which could mean anything, is no time."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime) else None
    try:
        return _TIME.validate_python(value if "T" in value else None)
    except ValidationError:
        raise ValueError("a time is written as RFC 3339 says, such as 2026-03-01T08:00:00.000Z") from None


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("the time lies outside the years 1 to 9999") from None


def rfc3339(value: datetime) -> str:
    """UTC with milliseconds and a Z, the one spelling every Gewu message uses."""
    there = value if value.tzinfo is timezone.utc else value.astimezone(timezone.utc)
    return there.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def utc(seconds: float) -> datetime:
    """Seconds since 1970 (UTC), to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), tz=timezone.utc)


def permitted(text: str) -> str:
    """Refuse what may never be written. The error's type is `boundary`, and it does not repeat the text."""
    if (why := _breach(text)) is not None:
        raise PydanticCustomError("boundary", "{why}", {"why": why})
    return text


# Most of what a node writes, it has written before: its cameras, zones, rules and reasons. None of that is
# long; what is long comes from strangers, and remembering it would fill the memory.
REMEMBERED, LONGEST_REMEMBERED = 4096, 256
_remembered = lru_cache(maxsize=REMEMBERED)(breach)


def _breach(text: str) -> str | None:
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else breach(text)


def _not_a_person(label: str) -> str:
    if names_a_person(label):
        raise PydanticCustomError(
            "boundary", "names a person or a plate; messages are about places and things only"
        )
    return label


Timestamp = Annotated[
    AwareDatetime,
    BeforeValidator(_written_time),
    AfterValidator(_utc),
    PlainSerializer(rfc3339, when_used="json"),
]
Permitted = AfterValidator(permitted)
_IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_WORD = r"^[a-z][a-z0-9_]{0,47}$"
Identifier = Annotated[str, Field(pattern=_IDENTIFIER), Permitted]
Word = Annotated[str, Field(pattern=_WORD), Permitted]
# The patterns that people meet in their configuration, in words.
IN_WORDS = {
    _IDENTIFIER: "1 to 64 letters a-z, digits, '.', '_' and '-', a letter or digit first",
    _WORD: "1 to 48 small letters a-z, digits and '_', a letter first",
}
Label = Annotated[Word, AfterValidator(_not_a_person)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=240), Permitted]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0)]


def _upright(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if box[0] > box[2] or box[1] > box[3]:
        raise ValueError("a box is x1, y1, x2, y2 with x1 <= x2 and y1 <= y2")
    return box


# x1, y1, x2, y2 as shares of the picture's width and height
Box = Annotated[tuple[Unit, Unit, Unit, Unit], AfterValidator(_upright)]

M = TypeVar("M", bound=BaseModel)


class Message(BaseModel):
    """Base of everything that is written: frozen, no unknown fields, no number that JSON cannot hold."""

    # An error that repeated what was given would carry into a log what the boundary keeps out of messages.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)

    def encode(self) -> bytes:
        """The bytes that travel: compact JSON without unset fields; one value always gives the same bytes."""
        return self.model_dump_json(exclude_none=True).encode()


def read(model: type[M], body: bytes | str) -> M:
    """Parse a message of any minor version: unknown fields are ignored, everything known is checked.

    Strictly: text is no number and a number is no truth value. Raises pydantic.ValidationError.
    """
    return model.model_validate_json(body, extra="ignore", strict=True)
