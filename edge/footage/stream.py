"""Live pictures: a flight begins with them, and has ended when none have come for a while."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ModelWrapValidatorHandler, field_validator, model_validator
from typing_extensions import Self

from broker.settings import Duration
from edge.filming import FootageSettings
from edge.sources import rtsp

Positive = Annotated[Duration, Field(gt=0)]


class Stream(rtsp.Settings):
    """What the reader of live streams needs."""

    schemes: ClassVar[frozenset[str]] = frozenset({"rtsp", "rtsps", "rtmp", "rtmps"})


class Settings(FootageSettings):
    """url: rtsp, rtsps, rtmp or rtmps. silence: the flight has ended when no picture came for so long."""

    live: ClassVar[bool] = True
    kind: Literal["stream"]
    url: Annotated[str, Field(repr=False)]
    username: str | None = None
    password_file: Path | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    timeout: Positive = 10.0
    silence: Annotated[Duration, Field(ge=1, le=3600)] = 60.0
    allow_link_local: bool = False

    @field_validator("url")
    @classmethod
    def _fits(cls, url: str) -> str:
        if url.partition("://")[0] not in Stream.schemes:
            raise ValueError("url begins with rtsp://, rtsps://, rtmp:// or rtmps://")
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ValueError("no user or password in url; username and password_file hold them")
        return url

    @model_validator(mode="wrap")
    @classmethod
    def _can_be_followed(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        settings = handler(value)
        settings.source("drone", 1.0)
        return settings

    def source(self, name: str, sample: float) -> Stream:
        """As the reader of live streams takes it. Raises ValueError for a URL that leads nowhere."""
        told = self.model_dump(exclude={"kind", "silence", "timeout"})
        fields = {**told, "kind": "rtsp", "id": name, "timeout": f"{self.timeout}s", "sample": sample}
        return Stream.model_validate(fields)
