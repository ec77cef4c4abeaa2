"""What a link hands out and takes, whatever library carries it."""

import random
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from broker.topics import Channel

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that came in. `ack` does nothing unless the link was made with `manual_ack`.

    It may be called from any thread and in any order: MQTT wants acknowledgements in the order of arrival,
    so one given early waits here for those before it. `user`: its MQTT 5 user properties, of each name the
    last.
    """

    topic: str
    body: bytes
    retained: bool
    ack: Callable[[], None]
    user: Mapping[str, str] = field(default_factory=dict)


# The user properties that prove whose a message is, for a topic and a body.
Sign = Callable[[str, bytes], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says for us when the connection breaks."""

    topic: str
    body: bytes
    channel: Channel


class Arrivals:
    """What arrived and is not acknowledged; sends acknowledgements in the order of arrival."""

    def __init__(self, send: Callable[[int, int], object]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._count = 0
        self._open: dict[int, tuple[int, bool]] = {}

    def add(self, mid: int) -> Callable[[], None]:
        """Note one arrival; returns its acknowledgement."""
        with self._lock:
            self._count += 1
            number = self._count
            self._open[number] = (mid, False)
        return lambda: self._done(number)

    def _done(self, number: int) -> None:
        with self._lock, suppress(OSError):  # a connection that ended has nothing to acknowledge any more
            if number in self._open:
                self._open[number] = (self._open[number][0], True)
            while self._open and self._open[first := next(iter(self._open))][1]:
                self._send(self._open.pop(first)[0], 1)


def no_ack() -> None:
    """The acknowledgement of what needs none."""


def back_off(failures: int) -> float:
    """Doubles up to a bound; the jitter keeps a hundred nodes from coming back in the same instant."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret depends on it
