"""How long a caller may take to say what it wants: the server itself waits for ever."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from central.api.bodies import UPLOADS

HEAD_S = 15.0  # from the connection, or the answer before, to the end of the headers
BODY_S = 30.0  # from there to the end of the body; an upload has a time of its own
HEAD_BYTES = 16_384  # request line and headers
CONNECTIONS = 1_000


class Doorway(H11Protocol):
    """The server's own connection, which is closed on whoever keeps it waiting."""

    _late: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody has come: the question is expected."""
        super().connection_made(transport)
        self._expect(HEAD_S)

    def data_received(self, data: bytes) -> None:
        """More of a question, or a new one after an answer."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._expect(BODY_S)
        elif self._late is None and self._asked_nothing():
            self._expect(HEAD_S)

    def on_response_complete(self) -> None:
        """The answer is given; how long the connection may idle is the server's own matter."""
        self._relax()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._relax()
        super().connection_lost(exc)

    def _expect(self, seconds: float) -> None:
        self._relax()
        if not self.transport.is_closing():
            self._late = self.loop.call_later(seconds, self._too_late)

    def _relax(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        cycle: Any = self.cycle
        body_missing = not self._asked_nothing() and cycle.more_body and not self._uploads()
        if self._asked_nothing() or body_missing:
            self.transport.abort()

    def _asked_nothing(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _uploads(self) -> bool:
        return str(self.scope["path"]).startswith(UPLOADS)
