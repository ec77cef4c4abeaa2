"""Field types shared by every message of the contract, and the two ways to read one."""

from datetime import datetime, timezone
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from broker.boundary import FORBIDDEN_LABELS, first_breach

SCHEMA_VERSION = "v1"


def _utc(value: datetime) -> datetime:
    return value.astimezone(timezone.utc)


def rfc3339(value: datetime) -> str:
    """UTC with milliseconds and a Z, the one spelling every Gewu message uses."""
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc(seconds: float) -> datetime:
    """Seconds since 1970 (UTC), to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), tz=timezone.utc)


def _not_a_person(label: str) -> str:
    if label in FORBIDDEN_LABELS:
        raise ValueError(f"{label!r} names a person or a plate; messages are about places and things only")
    return label


Timestamp = Annotated[AwareDatetime, AfterValidator(_utc), PlainSerializer(rfc3339, when_used="json")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$"), AfterValidator(_not_a_person)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=240)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0)]
# x1, y1, x2, y2 as shares of the picture's width and height
Box = tuple[Unit, Unit, Unit, Unit]

M = TypeVar("M", bound=BaseModel)


class Message(BaseModel):
    """Base of everything that is written: frozen, no unknown fields, nothing that names a person."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _boundary(cls, value: Any) -> Any:
        if isinstance(value, dict) and (found := first_breach(value)) is not None:
            path, why = found
            raise ValueError(f"{'.'.join(map(str, path))}: {why}")
        return value

    def encode(self) -> bytes:
        """The bytes that travel: compact JSON without unset fields; one value always gives the same bytes."""
        return self.model_dump_json(exclude_none=True).encode()


def read(model: type[M], body: bytes | str) -> M:
    """Parse a message of any minor version: unknown fields are ignored, everything known is checked.

    Raises pydantic.ValidationError.
    """
    return model.model_validate_json(body, extra="ignore")
