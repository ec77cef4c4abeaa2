"""Which ticket is about which real situation. Pure; times are seconds from the first frame of the clip.

A ticket fits a situation when it is of its kind, at its place, of its time, and did not open before there was
anything. All tickets and situations of a case are paired at once, as many as can be and at best overlap;
every further ticket that fits a situation is a double of it, and what fits none is false.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from edge.geometry import area, iou, overlap
from edge.observation import Box
from edge.score.assignment import pairing

SAME_PLACE = 0.3  # IoU of two boxes of one thing, as in ISLab-PVD's own scoring
PART, PART_AREA = 0.6, 0.1  # of a part of a heap: so much of it within, and so large beside the whole
EARLY_S = 1.0  # truth is written by eye, half a second exact
CLEARING_S = 60.0  # what is gone this long and still has its ticket was left open

Verdict = Literal["found", "late", "missed", "absent"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What really was. end: None stays to the end. optional: need not be told, and may."""

    id: str
    kind: str
    box: Box
    start: float
    found_by: float
    end: float | None = None
    zone: str | None = None
    optional: bool = False
    what: str = ""
    dwell: float = 0.0


@dataclass(frozen=True, slots=True)
class Decoy:
    """What must not be told, from `since` to `to` (None: to the end)."""

    id: str
    kind: str
    box: Box
    since: float
    what: str
    to: float | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was told as one situation. opened, cleared: when it was said; since, last_seen: what it said.

    hull: its box is drawn around several things or a heap, so its border is a matter of taste.
    """

    id: str
    kind: str
    zone: str
    box: Box
    opened: float
    since: float
    last_seen: float
    cleared: float | None = None
    hull: bool = False
    rule: str = ""
    label: str = ""
    reasons: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()

    def end(self, until: float) -> float:
        """When its thing was there for the last time, as far as it says."""
        return until if self.cleared is None else self.last_seen


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one situation. tickets: the first opened first; errors in seconds, late is positive.

    end_error: None where it stays to the end and its ticket too. left_open: it went, its ticket stays.
    """

    situation: Situation
    verdict: Verdict
    tickets: tuple[Ticket, ...] = ()
    start_error: float | None = None
    end_error: float | None = None
    left_open: bool = False

    @property
    def doubles(self) -> int:
        """Tickets beyond the one there should be."""
        return max(0, len(self.tickets) - 1)


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A ticket about nothing real, why it is that, and the trap it fell into, if one is known."""

    ticket: Ticket
    why: str
    trap: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Every situation and every ticket of one case, each exactly once. traps: all, and those that fired."""

    outcomes: tuple[Outcome, ...]
    false: tuple[FalseAlarm, ...]
    traps: tuple[Decoy, ...] = ()
    fired: tuple[str, ...] = ()


def match(
    situations: Sequence[Situation], tickets: Sequence[Ticket], until: float, decoys: Sequence[Decoy] = ()
) -> Matched:
    """The whole account of a case, whatever the order of the tickets. until: when the clip ends."""
    tickets = sorted(tickets, key=lambda ticket: (ticket.opened, ticket.id))
    owners = _owners(situations, tickets, until)
    outcomes = tuple(
        _outcome(real, [t for t in tickets if owners.get(t.id) == real.id], until) for real in situations
    )
    lost = [ticket for ticket in tickets if ticket.id not in owners]
    false = tuple(_false(ticket, situations, decoys, until) for ticket in lost)
    fired = {alarm.trap for alarm in false}
    return Matched(outcomes, false, tuple(decoys), tuple(d.id for d in decoys if d.id in fired))


def unfit(ticket: Ticket, real: Situation, until: float) -> str | None:
    """Why a ticket is not about a situation; None where it is."""
    if ticket.kind != real.kind:
        return f"is {ticket.kind}, not {real.kind}"
    if not same_place(ticket.box, real.box, hull=ticket.hull):
        return f"is elsewhere (its box and that of {real.id} overlap by {iou(ticket.box, real.box):.2f})"
    if ticket.opened < real.start - EARLY_S:
        return f"opened {real.start - ticket.opened:.1f} s before there was anything"
    if _shared(ticket, real, until) <= 0.0:
        return "is of another time"
    return None


def same_place(a: Box, b: Box, *, hull: bool = False) -> bool:
    """Whether two boxes are around the same thing.

    A heap or a stall has no border that two observers would draw alike, and one of them may have drawn only a
    part of it, the umbrella without the goods: there it is enough that most of the smaller box lies in the
    larger, unless that is so much larger that it points at nothing. Two side by side cannot be taken for each
    other.
    """
    return iou(a, b) >= SAME_PLACE or (hull and _part_of(a, b))


def _part_of(a: Box, b: Box) -> bool:
    small, large = sorted((area(a), area(b)))
    return small >= PART_AREA * large > 0.0 and overlap(a, b) >= PART * small


def _shared(ticket: Ticket, real: Situation, until: float) -> float:
    """Of the time in which either was there, the share in which both were; 0 or less for none."""
    ends = (ticket.end(until), until if real.end is None else real.end)
    both = min(ends) - max(ticket.since, real.start)
    either = max(ends) - min(ticket.since, real.start)
    return both / either if either > 0.0 else 0.0


def _owners(situations: Sequence[Situation], tickets: Sequence[Ticket], until: float) -> dict[str, str]:
    """The situation of each ticket that is about one."""
    weights = {
        (row, column): iou(real.box, ticket.box) * _shared(ticket, real, until)
        for row, real in enumerate(situations)
        for column, ticket in enumerate(tickets)
        if unfit(ticket, real, until) is None
    }
    owners = {tickets[column].id: situations[row].id for row, column in pairing(weights).items()}
    for column, ticket in enumerate(tickets):
        fits = [(weight, -row) for (row, other), weight in weights.items() if other == column]
        if fits and ticket.id not in owners:
            owners[ticket.id] = situations[-max(fits)[1]].id
    return owners


def _outcome(real: Situation, tickets: list[Ticket], until: float) -> Outcome:
    if not tickets:
        return Outcome(real, "absent" if real.optional else "missed")
    first, last = tickets[0], max(tickets, key=lambda ticket: (ticket.end(until), ticket.opened))
    end = until if real.end is None else real.end
    return Outcome(
        situation=real,
        verdict="found" if first.opened <= real.found_by else "late",
        tickets=tuple(tickets),
        start_error=round(first.since - real.start, 3),
        end_error=None if last.cleared is None else round(last.last_seen - end, 3),
        left_open=last.cleared is None and until - end > CLEARING_S,
    )


def _false(
    ticket: Ticket, situations: Sequence[Situation], decoys: Sequence[Decoy], until: float
) -> FalseAlarm:
    for trap in decoys:
        if _caught(ticket, trap, until):
            return FalseAlarm(ticket, f"trap {trap.id}: {trap.what}", trap.id)
    near = max(situations, key=lambda real: iou(real.box, ticket.box), default=None)
    if near is None or iou(near.box, ticket.box) == 0.0:
        return FalseAlarm(ticket, "there is nothing of the kind there")
    return FalseAlarm(ticket, f"near {near.id}, but {unfit(ticket, near, until)}")


def _caught(ticket: Ticket, trap: Decoy, until: float) -> bool:
    ends = (ticket.end(until), until if trap.to is None else trap.to)
    return (
        ticket.kind == trap.kind
        and same_place(ticket.box, trap.box, hull=ticket.hull)
        and min(ends) >= max(ticket.since, trap.since)
    )


@dataclass(frozen=True, slots=True)
class Ill:
    """A condition that the source really had, from `since` to `to` (None: to the end)."""

    condition: str
    since: float
    within: float
    to: float | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A condition that was told of the source."""

    condition: str
    at: float
    cleared: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What came of the source's conditions. told: for each that must be told, when it was, or None."""

    told: tuple[tuple[Ill, float | None], ...] = ()
    false: tuple[Raised, ...] = ()

    @property
    def found(self) -> int:
        """Real conditions that were told in time."""
        return sum(at is not None and at <= ill.since + ill.within for ill, at in self.told)


def diagnose(ills: Sequence[Ill], raises: Sequence[Raised], until: float) -> Health:
    """Each real condition with the first raise of it; raises of what was not so are false."""
    must = [ill for ill in ills if not ill.optional]
    told = tuple((ill, min(_times(ill, raises, until), default=None)) for ill in must)
    return Health(told, tuple(r for r in raises if not any(_meant(r, ill, until) for ill in ills)))


def _times(ill: Ill, raises: Iterable[Raised], until: float) -> Iterator[float]:
    return (raised.at for raised in raises if _meant(raised, ill, until))


def _meant(raised: Raised, ill: Ill, until: float) -> bool:
    end = until if ill.to is None else ill.to
    return raised.condition == ill.condition and ill.since - EARLY_S <= raised.at <= end
