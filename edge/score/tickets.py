"""From the product's events to the tickets and conditions that are scored. Times from the first frame on."""

from collections.abc import Iterable
from dataclasses import replace

from broker.events import Incident, SourceHealth
from edge.drafts import Draft
from edge.score.matching import Raised, Ticket

# Rules whose box is that of one detected thing; all others draw theirs around what belongs together.
OF_ONE_THING = frozenset({"dwell"})


class Book:
    """What was told so far, in the order in which it was told."""

    def __init__(self) -> None:
        self._tickets: dict[str, Ticket] = {}
        self._raised: list[Raised] = []

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """One a situation."""
        return tuple(self._tickets.values())

    @property
    def raised(self) -> tuple[Raised, ...]:
        """One an episode of a condition."""
        return tuple(self._raised)

    def enter(self, drafts: Iterable[Draft], zero: float) -> list[Ticket]:
        """Take note; returns the tickets that were opened. zero: UTC of the first frame."""
        opened = []
        for draft in drafts:
            at = round(draft.utc - zero, 3)
            if isinstance(draft.data, SourceHealth):
                self._condition(draft.data, at)
            elif isinstance(draft.data, Incident):
                new = draft.subject not in self._tickets
                self._incident(draft.subject, draft.data, at, zero)
                opened += [self._tickets[draft.subject]] if new else []
        return opened

    def _incident(self, subject: str, told: Incident, at: float, zero: float) -> None:
        seen = round(told.last_seen.timestamp() - zero, 3)
        reasons = tuple(reason.text for reason in told.reasons)
        known = self._tickets.get(subject) or _ticket(subject, told, at, zero)
        if told.state == "cleared":
            known = replace(known, cleared=at, ended=reasons)
        self._tickets[subject] = replace(known, last_seen=seen)

    def _condition(self, told: SourceHealth, at: float) -> None:
        if told.state == "raised":
            self._raised.append(Raised(told.condition, at, None, told.reasons[0].text))
            return
        for index, raised in enumerate(self._raised):
            if raised.condition == told.condition and raised.cleared is None:
                self._raised[index] = replace(raised, cleared=at)


def _ticket(subject: str, told: Incident, at: float, zero: float) -> Ticket:
    return Ticket(
        id=subject,
        kind=told.kind,
        zone=told.zone.id if told.zone else "",
        box=told.box or (0.0, 0.0, 1.0, 1.0),
        opened=at,
        since=round(told.since.timestamp() - zero, 3),
        last_seen=at,
        hull=told.rule.kind not in OF_ONE_THING,
        rule=told.rule.id,
        label=", ".join(f"{thing.count} {thing.label}" for thing in told.objects),
        reasons=tuple(reason.text for reason in told.reasons),
    )
