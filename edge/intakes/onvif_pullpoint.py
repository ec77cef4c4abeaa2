"""ONVIF events, pulled: a subscription at the device, and its messages as they happen."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from edge.frames import SourceClock, Trouble
from edge.onvif.device import Device, NotAsked
from edge.streams.connection import Backoff, Connection, Happening
from edge.taking import IntakeSettings, Message, Positive

HELD = 600  # seconds for which a subscription is asked
MOST = 64  # messages in one pull


class Settings(IntakeSettings):
    """wait: whole seconds for which the device holds a pull that has nothing to tell."""

    kind: Literal["onvif_pullpoint"]
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 80
    username: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    password_file: Path | None = None
    timeout: Positive = 5.0
    wait: Annotated[int, Field(ge=1, le=60)] = 20
    retry_first: Positive = 1.0
    retry_max: Positive = 60.0

    @model_validator(mode="after")
    def _user_and_password_together(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together: give both or neither")
        return self

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def build(settings: Settings, clock: SourceClock) -> "PullPoint":
    """The events of one device."""
    return PullPoint(settings, clock)


class PullPoint:
    """A subscription that ends, or is forgotten by a device that restarts, is made anew."""

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self._settings = settings
        self._clock = clock
        self._closed = threading.Event()
        self._connection = Connection()
        self._backoff = Backoff(settings.retry_first, settings.retry_max)

    def close(self) -> None:
        """Stop with the pull that goes on, after `wait` at the latest."""
        self._closed.set()

    def messages(self) -> Iterator[Message | Trouble]:
        """Each pull that brought something is one message."""
        while not self._closed.is_set():
            try:
                yield from self._subscribed()
            except NotAsked as error:
                if error.refused:
                    self._backoff.longest()
                yield from self._say("failure", str(error), str(error))
            except (OSError, UnicodeDecodeError):
                what = f"password_file {self._settings.password_file} cannot be read"
                yield from self._say("failure", "password_file", what)
            self._clock.wait(self._closed, self._backoff.next(random.random()))  # noqa: S311 - no secret

    def _subscribed(self) -> Iterator[Message | Trouble]:
        device = self._device()
        try:
            path, number = device.subscribe(HELD)
            began = self._clock.monotonic()
            while not self._closed.is_set() and self._clock.monotonic() - began < HELD / 2:
                body = device.pull(path, number, self._settings.wait, MOST)
                yield from self._say("frame", "", "messages come again")
                self._backoff.reset()
                if b"NotificationMessage" in body:
                    yield Message("", body, self._clock.monotonic(), self._clock.utc())
            device.unsubscribe(path, number)
        finally:
            device.close()

    def _device(self) -> Device:
        settings = self._settings
        file = settings.password_file
        password = file.read_text(encoding="utf-8").strip() if file is not None else ""
        return Device(settings.address, settings.username, password, self._clock.utc, settings.timeout)

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield Trouble(self._settings.id, state, f"{self._settings.address}: {what}")
