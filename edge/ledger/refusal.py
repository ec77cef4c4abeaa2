"""What a ledger did not take."""

from dataclasses import dataclass

from broker.events import Reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something the ledger did not take: how often, and the last time why."""

    count: int
    last: Reason
