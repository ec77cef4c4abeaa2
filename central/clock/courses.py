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
    Left,
    begun,
    deadline,
    extended,
    left,
    relimited,
    resumed,
    reworked,
    stopped,
)
from central.clock.escalation import LOWEST, Escalation, EscalationStep, Level, higher
from central.clock.limits import Limit, Limits, Matter, Severity, Stage
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
    """Everything that is kept of a ticket's time. version: one more with each change; timers carry it.

    severity: of the ticket when its limits were last chosen; None in what was written before that was kept.
    """

    version: int = 0
    round: int = 0
    level: Level = LOWEST
    supervised: bool = False
    courses: tuple[Course, ...] = ()  # one a stage at most, the last that ran at the end
    severity: Severity | None = None

    def course(self, stage: Stage | None) -> Course | None:
        """That of a stage; None where it has not begun."""
        return next((course for course in self.courses if course.stage == stage), None)

    @property
    def running(self) -> Course | None:
        """The one that runs; None while everything stands."""
        return next((course for course in self.courses if course.since is not None), None)


@dataclass(frozen=True, slots=True)
class Changed:
    """The clock after a change, and why it is so. stopped: the stage that ran and does not any more.

    left: what was left of that, and whether it was in time; settled with this change.
    """

    clock: TicketClock
    reason: Reason
    stopped: Stage | None = None
    left: Left | None = None


def moved(
    clock: TicketClock, action: Action | None, state: State, at: float, matter: Matter, rules: Rules
) -> Changed:
    """What an action that led to this state does. action None: by what the scene was seen to be."""
    stage = STAGE_OF.get(state)
    again = action in NEW_ROUND or (action == "dispatch" and clock.course("handle") is not None)
    after = replace(clock, version=clock.version + 1, round=clock.round + int(again))
    if action == "reopen" or not clock.courses:
        after = replace(after, courses=(), severity=matter.severity)
    if stage is None:
        after, reason = _standing(after, at, rules), _stands(state)
    else:
        course, reason = _entered(after.course(stage), stage, action, at, matter, rules)
        others = _standing(replace(after, courses=_without(after, stage)), at, rules)
        after = replace(others, courses=(*others.courses, course))
    ran = clock.running
    if ran is None or after.running is ran:
        return Changed(after, reason)
    return Changed(after, reason, ran.stage, left(ran, at, rules.calendar))


def _entered(
    course: Course | None, stage: Stage, action: Action | None, at: float, matter: Matter, rules: Rules
) -> tuple[Course, Reason]:
    """The course of the stage that an action led into."""
    if course is not None and action == "rework":
        return reworked(course, at, rules.calendar, rules.rework_share)
    if course is not None and action in GOES_ON:
        return resumed(course, at), Reason(
            code="goes_on", text=f"the clock to {stage} goes on", words={"stage": stage}
        )
    chosen = rules.limits.of(stage, matter)
    return begun(stage, chosen.limit, at), chosen.reason


def _stands(state: State) -> Reason:
    return Reason(code="clock_stands", text=f"{state}: the clock stands", words={"state": state})


def extend(clock: TicketClock, by: Limit, at: float, rules: Rules) -> Changed:
    """More time for the stage that runs, and a round of its own. Raises CannotExtend."""
    course = clock.running
    if course is None:
        raise CannotExtend("the clock stands; a stage is extended while it runs")
    longer, reason = extended(course, by, at, rules.calendar)
    after = replace(clock, version=clock.version + 1, round=clock.round + 1)
    return Changed(_in_place(after, longer), reason)


def reconsider(clock: TicketClock, now: Matter, at: float, rules: Rules) -> Changed | None:
    """Once an open ticket turned out to be graver, or less so; None where its limits stay.

    Of the stage that runs or goes on after a pause, and of handling, which rework may bring back.
    """
    if clock.severity in (None, now.severity) or not clock.courses:
        return None
    open_ = {course.stage for course in clock.courses if course.stage == "handle"} | {clock.courses[-1].stage}
    chosen = {stage: rules.limits.of(stage, now) for stage in open_}
    changed = [
        each for each in clock.courses if each.stage in chosen and chosen[each.stage].limit != each.limit
    ]
    if not changed:
        return None
    for course in changed:
        clock = _in_place(clock, relimited(course, chosen[course.stage].limit, at, rules.calendar))
    after = replace(clock, version=clock.version + 1, severity=now.severity)
    return Changed(after, chosen[changed[-1].stage].reason)


def raised(clock: TicketClock, step: EscalationStep) -> Changed:
    """After a step of escalation. A level that was raised never falls back."""
    level = clock.level if step.to is None else higher(clock.level, step.to)
    after = replace(clock, level=level, supervised=clock.supervised or step.supervise)
    share, values = f"{step.at:.0%} of the limit has passed", {"share": step.at}
    if level != clock.level:
        text = f"{share}: it now lies with the {level}" + (", supervised" if after.supervised else "")
        return Changed(after, Reason(code="escalated", text=text, values=values, words={"level": level}))
    if step.to is not None:
        text = f"{share}: it lies with the {level} already"
        return Changed(after, Reason(code="level_stays", text=text, values=values, words={"level": level}))
    code = "supervised" if step.supervise else "urged"
    return Changed(after, Reason(code=code, text=f"{share}: {code}", values=values))


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


def _in_place(clock: TicketClock, course: Course) -> TicketClock:
    courses = (course if each.stage == course.stage else each for each in clock.courses)
    return replace(clock, courses=tuple(courses))


_KEPT: Final = TypeAdapter(TicketClock)


def written(clock: TicketClock) -> dict[str, object]:
    """As plain values, for a row."""
    kept: dict[str, object] = _KEPT.dump_python(clock, mode="json")
    return kept


def read(kept: object) -> TicketClock:
    """From plain values. Raises pydantic.ValidationError."""
    return _KEPT.validate_python(kept)
