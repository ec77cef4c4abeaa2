"""Datagrams of a ground station, as MAVLink is forwarded."""

import socket
import threading
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from edge.carrier import Downlink, LiveCarrier
from edge.frames import SourceClock, Trouble
from edge.taking import Message

LOOK_S = 0.2
LARGEST = 65_535


class Settings(LiveCarrier):
    """address, port: where to listen; by default on this machine alone. sender: the one that may send."""

    kind: Literal["udp"]
    address: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 14_550
    sender: str | None = None

    def build(self, source: str, clock: SourceClock) -> Downlink:
        """The socket."""
        return UdpDownlink(self, source, clock)


class UdpDownlink:
    """Listens until it is closed; an address that is taken is tried again."""

    def __init__(self, settings: Settings, source: str, clock: SourceClock) -> None:
        self._settings, self._source, self._clock = settings, source, clock
        self._closed = threading.Event()

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def messages(self) -> Iterator[Message | Trouble]:
        """Datagrams as they come."""
        where = f"udp {self._settings.address}:{self._settings.port}"
        while not self._closed.is_set():
            try:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
                    listening.bind((self._settings.address, self._settings.port))
                    listening.settimeout(LOOK_S)
                    yield Trouble(self._source, "recovered", f"{where} is listened to")
                    yield from self._heard(listening)
            except OSError as error:
                yield Trouble(self._source, "lost", f"{where}: {error.strerror}")
                self._closed.wait(5.0)

    def _heard(self, listening: socket.socket) -> Iterator[Message]:
        while not self._closed.is_set():
            try:
                body, sender = listening.recvfrom(LARGEST)
            except TimeoutError:
                continue
            if self._settings.sender in (None, sender[0]):
                yield Message("udp", body, self._clock.monotonic(), self._clock.utc())
