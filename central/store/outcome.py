"""What became of one letter."""

from dataclasses import dataclass

from broker.events import Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """`number` and `state` are the ticket's, where there is one. `action`: what it did to its state.

    `version`: the ticket's after that.
    """

    effect: str
    reason: Reason
    number: int | None = None
    state: str | None = None
    action: str | None = None
    version: int | None = None
