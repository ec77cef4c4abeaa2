"""Who takes what the centre says to a node, by what it is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from broker.asks import ASKS, Ask
from broker.fields import Message, read
from broker.messages import Resend, Verify

log = logging.getLogger(__name__)

_ASKS: dict[str, type[Ask]] = {model.model_fields["command"].default: model for model in ASKS}


@dataclass(frozen=True, slots=True)
class Hearers:
    """All are called on the publisher's thread.

    verify: whether answers given before are to be sent once more. ask: what people ask, under its name.
    config: the retained message as it came.
    """

    verify: Callable[[Verify], bool] | None = None
    ask: Callable[[str, Ask], None] | None = None
    config: Callable[[bytes], None] | None = None

    def command(self, body: bytes, resend: Callable[[Resend], bool]) -> bool:
        """Hand on one command; whether something is to be sent once more.

        Raises ValidationError, and OutboxError where it cannot be stored.
        """
        kind = read(_AnyCommand, body).command
        if kind == "resend":
            return resend(read(Resend, body))
        if kind == "verify" and self.verify is not None:
            return self.verify(read(Verify, body))
        if kind in _ASKS and self.ask is not None:
            self.ask(kind, read(_ASKS[kind], body))
        else:
            log.warning("command %r is not known to this node and left out", kind)
        return False


class _AnyCommand(Message):
    command: str
