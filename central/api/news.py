"""Wakes the open streams when there is something new to read."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class News:
    """Carries no content: who is woken reads the database, so nothing is lost when a call is missed."""

    def __init__(self) -> None:
        self.closed = False
        self.readers = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()

    def open(self) -> None:
        """Called on the loop that serves the streams."""
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def reader(self) -> Iterator[None]:
        """Counted while a stream is served."""
        self.readers += 1
        try:
            yield
        finally:
            self.readers -= 1

    def call(self) -> None:
        """There is something new. From any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop ended; so did every stream
                self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Every stream ends now. From any thread."""
        self.closed = True
        self.call()

    async def wait(self, seconds: float) -> None:
        """Until something is new, at most so long."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            if not self.closed:
                await asyncio.wait_for(event.wait(), seconds)
        except asyncio.TimeoutError:
            pass
        finally:
            self._waiting.discard(event)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()
