"""A device's endless multipart answer to one HTTP request: its parts, over breaks, silences and restarts."""

import contextlib
import random
import socket
import threading
from collections.abc import Iterator

import httpx

from edge.digest import NoWayIn, send
from edge.frames import SourceClock, Trouble
from edge.gates.parts import Part, Parts, boundary_of
from edge.streams.connection import Backoff, Connection, Happening
from edge.taking import IntakeSettings, Message, Positive
from edge.webdevice import REFUSALS, Broken, WebDeviceSettings, in_words


class AttachedSettings(WebDeviceSettings, IntakeSettings):
    """Fields of every stream. silence: how long nothing at all may come; devices send a heartbeat sooner."""

    silence: Positive = 60.0
    retry_first: Positive = 1.0
    retry_max: Positive = 60.0


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
        with self._settings.client(self._settings.silence) as client:
            try:
                yield from self._streamed(client)
            except httpx.ReadTimeout:
                what = f"nothing came for {self._settings.silence:g} s, not even a heartbeat"
                raise Broken("silent", what) from None
            except NoWayIn as error:
                raise Broken("authentication", str(error), hopeless=True) from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
                raise Broken(type(error).__name__, f"cannot be heard: {in_words(error)}") from None
            finally:
                self._socket = None

    def _streamed(self, client: httpx.Client) -> Iterator[Message | Trouble]:
        request = client.build_request("GET", self._path)
        with contextlib.closing(send(client, request, self._auth())) as answer:
            if answer.status_code != 200:
                words = REFUSALS.get(answer.status_code, f"the device answers {answer.status_code}")
                raise Broken(str(answer.status_code), words, hopeless=answer.status_code in REFUSALS)
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

    def _auth(self) -> httpx.DigestAuth | None:
        who = self._settings.who()
        return None if who is None else httpx.DigestAuth(*who)

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
