"""What a node lets be done with itself when the centre asks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.inventory import Inventory
from broker.messages import NodeHealth


@dataclass(frozen=True, slots=True)
class Itself:
    """file: its own configuration. begin_anew: ends the run in order; None where nobody begins it again.

    renew: has a new certificate asked for soon; None without an identity. serial: of the one in force.
    tidy: brings storage within its bounds, and says what it came to. Raises OSError, OutboxError.
    """

    file: Path | None
    inventory: Callable[[], Inventory]
    health: Callable[[], NodeHealth]
    reread: Callable[[], None]
    begin_anew: Callable[[], None] | None
    renew: Callable[[], None] | None
    serial: Callable[[], str | None]
    tidy: Callable[[], str]
