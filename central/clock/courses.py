"""All clocks of one ticket, and what each action of the closed loop does to them. Pure.

Theory of operation. Each open state belongs to a stage, and at most one stage runs: handling stands while
what was done waits for verification, and everything stands while a ticket is deferred or parked. An action
that leads into a stage begins it anew, but for those that go on: after a pause, and with rework. What can
lead into a stage a second time begins a round, in which timers may fire again; so does more time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter

from broker.events import Reason
from central.casework.machine import Action, State
from central.clock.deadlines import (
    CannotExtend,
    Course,
    Deadline,
    begun,
    deadline,
    extended,
    relimited,
    resumed,
    reworked,
    stopped,
)
from central.clock.escalation import LOWEST, Escalation, EscalationStep, Level, higher
from central.clock.limits import Limit, Limits, Matter, Stage
from central.clock.worktime import WorkCalendar

STAGE_OF: Mapping[State, Stage] = MappingProxyType(
    {
        "reported": "accept",
        "accepted": "dispatch",
        "dispatched": "handle",
        "handling": "handle",
        "fed_back": "verify",
        "verified": "close",
    }
)
# In these a stage goes on; None: the scene was seen otherwise, and the ticket is back where it was.
GOES_ON: Final[tuple[Action | None, ...]] = ("resume", "take", "extend", None)
NEW_ROUND: Final[tuple[Action | None, ...]] = ("send_back", "rework", "reopen")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the clock goes by."""

    calendar: WorkCalendar
    limits: Limits
    escalation: Escalation
    rework_share: float = 0.5


@dataclass(frozen=True, slots=True)
class TicketClock:
    """Everything that is kept of a ticket's time. version: one more with each change; timers carry it."""

    version: int = 0
    round: int = 0
    level: Level = LOWEST
    supervised: bool = False
    courses: tuple[Course, ...] = ()  # one a stage at most

    def course(self, stage: Stage | None) -> Course | None:
        """That of a stage; None where it has not begun."""
        return next((course for course in self.courses if course.stage == stage), None)

    @property
    def running(self) -> Course | None:
        """The one that runs; None while everything stands."""
        return next((course for course in self.courses if course.since is not None), None)


@dataclass(frozen=True, slots=True)
class Changed:
    """The clock after a change, and why it is so."""

    clock: TicketClock
    reason: Reason


def moved(
    clock: TicketClock, action: Action | None, state: State, at: float, matter: Matter, rules: Rules
) -> Changed:
    """What an action that led to this state does. action None: by what the scene was seen to be."""
    stage = STAGE_OF.get(state)
    again = action in NEW_ROUND or (action == "dispatch" and clock.course("handle") is not None)
    after = replace(clock, version=clock.version + 1, round=clock.round + int(again))
    if action == "reopen":
        after = replace(after, courses=())
    if stage is None:
        text = f"{state}: the clock stands"
        return Changed(_standing(after, at, rules), Reason(code="clock_stands", text=text))
    course = after.course(stage)
    if course is not None and action == "rework":
        on, reason = reworked(course, at, rules.calendar, rules.rework_share)
    elif course is not None and action in GOES_ON:
        on, reason = resumed(course, at), Reason(code="goes_on", text=f"the clock to {stage} goes on")
    else:
        chosen = rules.limits.of(stage, matter)
        on, reason = begun(stage, chosen.limit, at), chosen.reason
    after = _standing(replace(after, courses=_without(after, stage)), at, rules)
    return Changed(replace(after, courses=(*after.courses, on)), reason)


def extend(clock: TicketClock, by: Limit, at: float, rules: Rules) -> Changed:
    """More time for the stage that runs, and a round of its own. Raises CannotExtend."""
    course = clock.running
    if course is None:
        raise CannotExtend("the clock stands; a stage is extended while it runs")
    longer, reason = extended(course, by, at, rules.calendar)
    return Changed(_with(replace(clock, round=clock.round + 1), longer), reason)


def reconsider(clock: TicketClock, at: float, matter: Matter, rules: Rules) -> Changed | None:
    """Once a ticket turned out to be another matter, or graver; None where its limit stays."""
    course = clock.running
    if course is None:
        return None
    chosen = rules.limits.of(course.stage, matter)
    if chosen.limit == course.limit:
        return None
    return Changed(_with(clock, relimited(course, chosen.limit, at, rules.calendar)), chosen.reason)


def raised(clock: TicketClock, step: EscalationStep) -> Changed:
    """After a step of escalation. A level that was raised never falls back."""
    level = clock.level if step.to is None else higher(clock.level, step.to)
    after = replace(clock, level=level, supervised=clock.supervised or step.supervise)
    share = f"{step.at:.0%} of the limit has passed"
    if level != clock.level:
        text = f"{share}: it now lies with the {level}" + (", supervised" if after.supervised else "")
        return Changed(after, Reason(code="escalated", text=text, values={"share": step.at}))
    if step.to is not None:
        text = f"{share}: it lies with the {level} already"
        return Changed(after, Reason(code="level_stays", text=text, values={"share": step.at}))
    code = "supervised" if step.supervise else "urged"
    return Changed(after, Reason(code=code, text=f"{share}: {code}", values={"share": step.at}))


def due_of(clock: TicketClock, rules: Rules) -> Deadline:
    """Of the stage that runs."""
    course = clock.running
    if course is None:
        return Deadline(None, (), Reason(code="clock_stands", text="the clock stands"))
    return deadline(course, rules.calendar, rules.escalation)


def _standing(clock: TicketClock, at: float, rules: Rules) -> TicketClock:
    return replace(clock, courses=tuple(stopped(course, at, rules.calendar) for course in clock.courses))


def _without(clock: TicketClock, stage: Stage) -> tuple[Course, ...]:
    return tuple(course for course in clock.courses if course.stage != stage)


def _with(clock: TicketClock, course: Course) -> TicketClock:
    courses = (*_without(clock, course.stage), course)
    return replace(clock, version=clock.version + 1, courses=courses)


_KEPT: Final = TypeAdapter(TicketClock)


def written(clock: TicketClock) -> dict[str, object]:
    """As plain values, for a row."""
    kept: dict[str, object] = _KEPT.dump_python(clock, mode="json")
    return kept


def read(kept: object) -> TicketClock:
    """From plain values. Raises pydantic.ValidationError."""
    return _KEPT.validate_python(kept)
