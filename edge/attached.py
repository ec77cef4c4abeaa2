"""A device's endless multipart answer to one HTTP request: its parts, over breaks, silences and restarts."""

import contextlib
import random
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import Field, model_validator
from typing_extensions import Self

from edge.digest import NoWayIn, send
from edge.frames import SourceClock, Trouble
from edge.gates.parts import Part, Parts, boundary_of
from edge.streams.connection import Backoff, Connection, Happening
from edge.taking import IntakeSettings, Message, Positive

_REFUSALS = {
    401: "the device refuses the username or the password",
    403: "the device does not allow this user to hear its events",
    404: "the device has no such stream of events",
}


class AttachedSettings(IntakeSettings):
    """Fields of every stream. silence: how long nothing at all may come; devices send a heartbeat sooner.

    ca_file: the device's own certificate, or that of who signed it.
    """

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: bool = False
    ca_file: Path | None = None
    username: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    password_file: Path | None = None
    timeout: Positive = 5.0
    silence: Positive = 60.0
    retry_first: Positive = 1.0
    retry_max: Positive = 60.0

    @model_validator(mode="after")
    def _user_and_password_together(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together: give both or neither")
        if self.ca_file is not None and not self.tls:
            raise ValueError("ca_file is for a connection with tls: true")
        return self

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{'https' if self.tls else 'http'}://{host}{port}"


class Broken(Exception):
    """The connection could not be made, or is over. cause: tells one trouble from another."""

    def __init__(self, cause: str, what: str, *, hopeless: bool = False) -> None:
        super().__init__(what)
        self.cause = cause
        self.hopeless = hopeless


class Attached:
    """One stream. path: what is asked for; boundary: used where the answer names none."""

    def __init__(self, settings: AttachedSettings, clock: SourceClock, path: str, boundary: str) -> None:
        self._settings = settings
        self._clock = clock
        self._path = path
        self._boundary = boundary
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._connection = Connection()
        self._backoff = Backoff(settings.retry_first, settings.retry_max)

    def close(self) -> None:
        """Stop soon: what waits for the device wakes up."""
        self._closed.set()
        self._hang_up()

    def messages(self) -> Iterator[Message | Trouble]:
        """Every part that can be read; troubles as they happen. It tries again until it is closed."""
        while not self._closed.is_set():
            try:
                yield from self._heard()
                raise Broken("ended", "the device ended the stream")
            except Broken as broken:
                if self._closed.is_set():
                    return
                if broken.hopeless:
                    self._backoff.longest()
                yield from self._say("failure", broken.cause, str(broken))
            self._clock.wait(self._closed, self._backoff.next(random.random()))  # noqa: S311 - no secret

    def _heard(self) -> Iterator[Message | Trouble]:
        with self._client() as client:
            try:
                yield from self._streamed(client)
            except httpx.ReadTimeout:
                what = f"nothing came for {self._settings.silence:g} s, not even a heartbeat"
                raise Broken("silent", what) from None
            except NoWayIn as error:
                raise Broken("authentication", str(error), hopeless=True) from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
                raise Broken(type(error).__name__, f"cannot be heard: {_words(error)}") from None
            finally:
                self._socket = None

    def _streamed(self, client: httpx.Client) -> Iterator[Message | Trouble]:
        request = client.build_request("GET", self._path)
        with contextlib.closing(send(client, request, self._auth())) as answer:
            if answer.status_code != 200:
                words = _REFUSALS.get(answer.status_code, f"the device answers {answer.status_code}")
                raise Broken(str(answer.status_code), words, hopeless=answer.status_code in _REFUSALS)
            self._socket = answer.extensions["network_stream"].get_extra_info("socket")
            parts = Parts(boundary_of(answer.headers.get("content-type", "")) or self._boundary)
            for data in answer.iter_raw():
                if self._closed.is_set():
                    return
                for part in parts.feed(data):
                    yield from self._say("frame", "", "messages come again")
                    self._backoff.reset()
                    yield self._message(part)

    def _message(self, part: Part) -> Message:
        return Message("", part.body, self._clock.monotonic(), self._clock.utc())

    def _client(self) -> httpx.Client:
        settings = self._settings
        timeout = httpx.Timeout(settings.timeout, read=settings.silence)
        # Neither a proxy nor a .netrc of this machine is for a device beside it.
        return httpx.Client(
            base_url=settings.address,
            timeout=timeout,
            verify=self._trusted(),
            trust_env=False,
            headers={"accept-encoding": "identity"},
        )

    def _auth(self) -> httpx.DigestAuth | None:
        username, file = self._settings.username, self._settings.password_file
        if username is None or file is None:
            return None
        try:
            return httpx.DigestAuth(username, file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            raise Broken("password_file", f"password_file {file} cannot be read") from None

    def _trusted(self) -> Any:
        file = self._settings.ca_file
        if file is None:
            return self._settings.tls
        try:
            return ssl.create_default_context(cafile=str(file))
        except (OSError, ssl.SSLError):
            raise Broken("ca_file", f"ca_file {file} cannot be read") from None

    def _hang_up(self) -> None:
        """Wake the thread that reads. Of a TLS socket only the plain one beneath is shut."""
        there = self._socket
        if there is not None:
            try:
                socket.socket.shutdown(there, socket.SHUT_RDWR)
            except OSError:
                return

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if state := self._connection.on(happening, cause):
            yield Trouble(self._settings.id, state, f"{self._settings.address}: {what}")


def _words(error: Exception) -> str:
    """What a library says, without what it may repeat of an answer."""
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return "no connection" + (" in time" if isinstance(error, httpx.ConnectTimeout) else "")
    return {"RemoteProtocolError": "the device hung up, or what it speaks is no HTTP"}.get(
        type(error).__name__, type(error).__name__
    )
