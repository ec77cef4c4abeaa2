"""What has come in and is not yet in hand, between a connection's thread and the worker's."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timezone

from broker.link import Delivery

MOST_LETTERS = 4096  # the broker's own window keeps events far below this
MOST_BYTES = 64_000_000
PATIENCE_S = 5.0  # well within any keepalive


class Overfull(Exception):
    """There is no room, and none was made in time."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery and when it came."""

    delivery: Delivery
    received: datetime


class Inlet:
    """A queue that is emptied in batches. Who puts waits while it is full, which the broker then feels."""

    def __init__(self) -> None:
        self._arrivals: deque[Arrival] = deque()
        self._bytes = 0
        self._woken = False
        self._closed = False
        self._changed = threading.Condition(threading.Lock())

    def __len__(self) -> int:
        return len(self._arrivals)

    def put(self, delivery: Delivery) -> None:
        """Add one. Raises Overfull. Once the inlet is closed it is let go: nobody will acknowledge it."""
        arrival = Arrival(delivery, datetime.now(timezone.utc))
        with self._changed:
            if not self._changed.wait_for(self._has_room, PATIENCE_S):
                raise Overfull(f"{len(self._arrivals)} messages wait, {self._bytes} bytes")
            if not self._closed:
                self._arrivals.append(arrival)
                self._bytes += len(delivery.body)
                self._changed.notify_all()

    def take(self, *, most: int, most_bytes: int, wait_s: float) -> list[Arrival]:
        """What is there, in order of arrival, up to the bounds; nothing when woken or after `wait_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self._arrivals or self._woken or self._closed, wait_s)
            self._woken = False
            taken: list[Arrival] = []
            room = most_bytes
            while self._arrivals and len(taken) < most:
                size = len(self._arrivals[0].delivery.body)
                if taken and size > room:
                    break
                taken.append(self._arrivals.popleft())
                room -= size
            self._bytes -= most_bytes - room
            if taken:
                self._changed.notify_all()
            return taken

    def wake(self) -> None:
        """Have the worker look up."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more is put, and nobody waits any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._closed or (len(self._arrivals) < MOST_LETTERS and self._bytes < MOST_BYTES)
