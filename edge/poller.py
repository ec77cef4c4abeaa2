"""What a poller is: it asks devices that do not speak of themselves."""

from typing import Annotated, Protocol

from pydantic import Field

from broker.events import Reason
from broker.fields import Identifier
from broker.settings import Duration, Settings
from edge.decoding import Decoded


class Unreachable(Exception):
    """Nothing could be asked. `reason` says what was tried; the next poll tries anew.

    refused: who asks is not known there; asking on at once could lock the user out.
    """

    def __init__(self, code: str, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.reason = Reason(code=code, text=text[:240])
        self.refused = refused


class PollerSettings(Settings):
    """Fields of every poller. every: from the begin of one poll to that of the next."""

    kind: str
    id: Identifier
    every: Annotated[Duration, Field(ge=0.1, le=86400)] = 30.0


class Poller(Protocol):
    """One line or bus of devices. `edge/pollers/<kind>.py` has `Settings` and `build` that makes it.

    Who runs it calls `poll` every so often, from one thread, and `close` at the end; nothing is connected
    before the first poll.
    """

    def poll(self, at: float) -> Decoded:
        """Ask each device once, no longer than the settings allow. Raises Unreachable.

        at: UTC seconds by the node's clock. A reading has a time only where the device tells one: the node's
        clock may be set while the others count on.
        """
        ...

    def close(self) -> None:
        """Give the line back; it may be called twice."""
        ...
