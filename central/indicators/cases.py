"""What is counted of a ticket, and how it follows from what was done to it. Pure.

Theory of operation. A ticket's log of actions is read once more for what its own columns do not hold: how
long it was in the hands of its department, in working time and in all, and when that ended. Sending back and
reopening begin anew, as they do on the clock. When handling was due follows from its clock: from the instant
since which it last ran, whether it runs now or stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.fields import utc
from central.casework.facts import Facts
from central.casework.machine import Action, State
from central.clock.courses import TicketClock
from central.clock.deadlines import Course, due_at
from central.clock.worktime import WorkCalendar

IN_HAND: Final[tuple[State, ...]] = ("dispatched", "handling")
BEFORE_HAND: Final[tuple[State, ...]] = ("reported", "accepted")


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of the log: it led to this state. department: to whom it dispatched."""

    at: float
    action: Action
    state: State
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """To whom a ticket was sent, and when. accurate: it was neither sent back nor sent elsewhere instead."""

    at: float
    department: str | None
    accurate: bool = True


@dataclass(frozen=True, slots=True)
class Handling:
    """The time in a department's hands since the ticket was last sent there.

    spans: from and to; of the last one `to` is None while it lasts. handled: the last feed-back.
    """

    spans: tuple[tuple[float, float | None], ...] = ()
    handled: float | None = None

    def passed(self) -> float:
        """All seconds until the end; what still lasts does not count."""
        return sum(ends - begins for begins, ends in self.spans if ends is not None)

    def worked(self, calendar: WorkCalendar) -> float:
        """Working seconds until the end."""
        return sum(calendar.worked(begins, ends) for begins, ends in self.spans if ends is not None)


@dataclass(frozen=True, slots=True)
class Case:
    """What is needed of a ticket for every figure. Instants in UTC, sums in whole seconds.

    dispatch: 0 for the ticket itself; else which of its dispatches this is: it has that one's department and
    instant, is never due or handled, and `accurate` says how it went. zone: node, source and zone that it was
    seen in, with a space between. district: of its place, else of its node. owed_at: when handling it was
    due, or before that the stage that ran. handled_at: the last feed-back. in_time: whether the last handling
    ended within its limit. worked_s, passed_s: in hand.
    """

    ticket: int
    kind: str
    origin: str
    severity: str
    state: State
    level: str
    district: str
    opened_at: datetime
    dispatch: int = 0
    department: str | None = None
    cell: str | None = None
    community: str | None = None
    zone: str | None = None
    spot: int | None = None
    owed_at: datetime | None = None
    dispatched_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    in_time: bool | None = None
    accurate: bool | None = None
    worked_s: int = 0
    passed_s: int = 0
    recurs: int = 1
    dispatches: int = 0
    returns: int = 0
    reworks: int = 0
    deferrals: int = 0
    extensions: int = 0
    reopenings: int = 0
    urgings: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What a case needs besides the ticket's facts."""

    district: str
    zone: str | None = None
    spot: int | None = None
    recurs: int = 1
    urgings: int = 0
    in_time: bool | None = None


def handling_of(deeds: Sequence[Deed]) -> Handling:
    """What the actions say, in their order."""
    spans: list[tuple[float, float | None]] = []
    handled: float | None = None
    for deed in deeds:
        if spans and spans[-1][1] is None and (deed.state not in IN_HAND or deed.action == "dispatch"):
            spans[-1] = (spans[-1][0], max(deed.at, spans[-1][0]))
        if deed.action in ("dispatch", "reopen"):
            spans, handled = [], None
        if deed.state in IN_HAND and not (spans and spans[-1][1] is None):
            spans.append((deed.at, None))
        if deed.action == "feed_back":
            handled = deed.at
    return Handling(tuple(spans), handled)


def dispatches_of(deeds: Sequence[Deed]) -> list[Dispatch]:
    """Each dispatch, in order. Where a ticket was reopened, the next says nothing of the one before."""
    found: list[Dispatch] = []
    there = False
    for deed in deeds:
        elsewhere = deed.action == "dispatch" and there and deed.department != found[-1].department
        if found and (elsewhere or deed.action == "send_back"):
            found[-1] = replace(found[-1], accurate=False)
        if deed.action == "dispatch":
            found.append(Dispatch(deed.at, deed.department))
        there = bool(found) and (there or deed.action == "dispatch") and deed.action != "reopen"
    return found


def owed(facts: Facts, clock: TicketClock, handling: Handling, calendar: WorkCalendar) -> float | None:
    """When handling was, is or would have been due; before it is dispatched, when the stage that runs is."""
    if facts.state in BEFORE_HAND:
        return None if clock.running is None else due_at(clock.running, calendar)
    course = clock.course("handle")
    return None if course is None else due_at(_running(course, handling, calendar), calendar)


def case_of(
    facts: Facts, clock: TicketClock, deeds: Sequence[Deed], beside: Beside, calendar: WorkCalendar
) -> Case:
    """A ticket as it is counted."""
    handling = handling_of(deeds)
    due = owed(facts, clock, handling, calendar)
    same = {name: getattr(facts, name) for name in _SAME}
    return Case(
        ticket=facts.number,
        **same,
        **{name: getattr(beside, name) for name in Beside.__slots__},
        owed_at=None if due is None else utc(due),
        handled_at=None if handling.handled is None else utc(handling.handled),
        worked_s=round(handling.worked(calendar)),
        passed_s=round(handling.passed()),
    )


def sent(case: Case, deeds: Sequence[Deed]) -> list[Case]:
    """Each dispatch of a ticket as it is counted."""
    return [
        replace(
            case,
            dispatch=n,
            department=each.department,
            dispatched_at=utc(each.at),
            accurate=each.accurate,
            owed_at=None,
            handled_at=None,
        )
        for n, each in enumerate(dispatches_of(deeds), start=1)
    ]


_SAME = (
    "kind", "origin", "severity", "state", "level", "opened_at", "department", "cell", "community",
    "dispatched_at", "closed_at", "dispatches", "returns", "reworks", "deferrals", "extensions", "reopenings",
)  # fmt: skip


def _running(course: Course, handling: Handling, calendar: WorkCalendar) -> Course:
    """A course as it was while it last ran: what it used since then is not counted yet."""
    if course.since is not None or not handling.spans:
        return course
    since, until = handling.spans[-1]
    if until is None:
        return course
    worked_s = max(0.0, course.worked_s - calendar.worked(since, until))
    return replace(
        course, since=since, worked_s=worked_s, passed_s=max(0.0, course.passed_s - (until - since))
    )
