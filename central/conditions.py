"""Source health: which conditions of a source stand. Pure, and indifferent to order and repetition."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broker.events import Reason, SourceHealth, SourceHealthChanged


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """When a condition was last spoken of, in the order that decides: when it happened, never arrival."""

    at: datetime
    sequence: int
    id: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of one source of one node."""

    node: str
    source: str
    condition: str
    said: Said
    health: SourceHealth


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a health event does, and why."""

    effect: Literal["raised", "recovered", "stale", "duplicate"]
    reason: Reason
    condition: Condition


def condition_of(event: SourceHealthChanged) -> Condition:
    """What the event says."""
    said = Said(event.time, int(event.sequence), event.id)
    return Condition(event.source, event.data.source.id, event.data.condition, said, event.data)


def judge(known: Condition | None, event: SourceHealthChanged) -> Verdict:
    """The newer word about a condition stands."""
    new = condition_of(event)
    if known is not None and new.said == known.said:
        return Verdict("duplicate", Reason(code="known_already", text="this is known already"), known)
    if known is not None and new.said < known.said:
        return Verdict("stale", Reason(code="older_than_known", text="a later word is known"), known)
    effect: Literal["raised", "recovered"] = "raised" if event.data.state == "raised" else "recovered"
    return Verdict(effect, Reason(code="newest_word", text=f"{new.condition} {event.data.state}"), new)
