"""A place where the same kind of thing is found again and again (高发). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broker.events import Reason
from central.correlation.sightings import Spot, metres_between

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """A ticket of one kind: its number, when it was opened (seconds since 1970) and where."""

    ticket: int
    at: float
    spot: Spot


@dataclass(frozen=True, slots=True)
class SpotRule:
    """So often in so many days within so many metres."""

    times: int = 5
    days: float = 30.0
    within_m: float = 20.0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often, this time included; `tickets` oldest first."""

    tickets: tuple[int, ...]
    hot: bool
    reason: Reason


def recurrence(this: Earlier, others: Iterable[Earlier], rule: SpotRule) -> Recurrence:
    """Whether the place of a ticket is one where its kind recurs, by what was opened before it."""
    near = sorted(
        (each.at, each.ticket)
        for each in others
        if each.ticket != this.ticket
        and 0 <= this.at - each.at <= rule.days * DAY_S
        and metres_between(each.spot, this.spot) <= rule.within_m
    )
    tickets = (*(ticket for _, ticket in near), this.ticket)
    hot = len(tickets) >= rule.times
    text = (
        f"{len(tickets)} times in {rule.days:g} days within {rule.within_m:g} m"
        f"; {rule.times} times make a place where it recurs"
    )
    values = {"times": float(len(tickets)), "needed": float(rule.times), "days": rule.days}
    return Recurrence(tickets, hot, Reason(code="recurs" if hot else "seldom", text=text, values=values))


def nearest(place: Spot, known: Sequence[tuple[int, Spot]], within_m: float) -> int | None:
    """Of known places the nearest within reach; of two as near the one that was known first."""
    found = [(metres_between(place, spot), number) for number, spot in known]
    near = [each for each in found if each[0] <= within_m]
    return min(near)[1] if near else None
