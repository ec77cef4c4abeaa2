"""How far the clock of one stage has run, when it is due, and what happens until then and after. Pure.

Theory of operation. A course runs since an instant or stands. Whenever it stops, what passed since is added
to two sums, working time and all time, so that it can be counted by a limit of either sort. A course that
runs is counted by the calendar of now, from the instant since which it runs: a changed calendar moves what is
still to come, never what was counted (decision 12). The limit is the course's own, from its beginning;
extensions and what rework gives back add to it.
"""

from dataclasses import dataclass, replace
from typing import Final

from broker.events import Reason
from central.clock.escalation import Escalation
from central.clock.limits import Limit, Stage
from central.clock.worktime import NeverDue, WorkCalendar

_SLACK_S: Final = 0.001  # instants are kept to the millisecond


@dataclass(frozen=True, slots=True)
class Course:
    """One stage of one ticket on the clock.

    limit: None where it has none. since: it runs since then; None: it stands. worked_s, passed_s: counted up
    to then, working time and all time. extended_s, given_s: added by extension and by rework, in seconds of
    the limit's sort. armed_s: what was counted when its round began; what lies before does not fire again.
    late: it was late before it was stopped or given more time.
    """

    stage: Stage
    limit: Limit | None
    since: float | None
    worked_s: float = 0.0
    passed_s: float = 0.0
    extended_s: float = 0.0
    given_s: float = 0.0
    armed_s: float = 0.0
    late: bool = False

    def counted(self, at: float, calendar: WorkCalendar) -> float:
        """Seconds used of the limit until an instant, by the limit's sort."""
        if self.limit is None or self.limit.working:
            running = 0.0 if self.since is None else calendar.worked(self.since, at)
            return self.worked_s + running
        return self.passed_s + (0.0 if self.since is None else max(0.0, at - self.since))

    def total(self, calendar: WorkCalendar) -> float | None:
        """All seconds that it has; None without a limit."""
        if self.limit is None:
            return None
        return self.limit.seconds(calendar) + self.extended_s + self.given_s


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is to happen in a course, and when. kind: the name of its timer."""

    kind: str
    at: float


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a course is due. due None: it stands, or has no limit. alarms: by their time.

    note: what whoever reads it should know, mostly nothing.
    """

    due: float | None
    alarms: tuple[Alarm, ...]
    reason: Reason
    note: Reason | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What is left at an instant, in seconds of the limit's sort; less than 0 once it is late.

    share: of the limit that is used. in_time: whether it was never late until then; of a stage that stands,
    as it was found when it stopped. Each None without a limit.
    """

    seconds: float | None
    share: float | None
    in_time: bool | None
    reason: Reason


def begun(stage: Stage, limit: Limit | None, at: float) -> Course:
    """A stage that begins."""
    return Course(stage, limit, at)


def stopped(course: Course, at: float, calendar: WorkCalendar) -> Course:
    """The clock stands from now on. Said twice, or of a time before it ran, it adds nothing."""
    if course.since is None:
        return course
    return replace(
        course,
        since=None,
        worked_s=course.worked_s + calendar.worked(course.since, at),
        passed_s=course.passed_s + max(0.0, at - course.since),
        late=left(course, at, calendar).in_time is False,
    )


def resumed(course: Course, at: float) -> Course:
    """It goes on where it stopped."""
    return course if course.since is not None else replace(course, since=at)


def reworked(course: Course, at: float, calendar: WorkCalendar, share: float) -> tuple[Course, Reason]:
    """It goes on where it stopped, with at least this share of its limit; late stays late."""
    course = stopped(course, at, calendar)
    total, used = course.total(calendar), course.counted(at, calendar)
    if course.limit is None or total is None:
        words: dict[str, str] = {"stage": course.stage}
        return resumed(course, at), Reason(
            code="no_limit", text="rework goes on without a limit", words=words
        )
    least = course.limit.seconds(calendar) * share
    given = max(0.0, least - (total - used))
    on = replace(course, since=at, given_s=course.given_s + given, armed_s=used)
    left_s = max(total - used, least)
    text = f"rework goes on with {spoken(left_s, course.limit)} left of {course.limit}"
    if given > 0:
        text += f"; {spoken(given, course.limit)} were given back, so that {share:.0%} is left"
    return on, Reason(code="rework", text=text, values={"left_s": left_s, "given_s": given})


class CannotExtend(ValueError):
    """An extension that the course cannot take; the words say why. Nothing was changed."""


def extended(course: Course, by: Limit, at: float, calendar: WorkCalendar) -> tuple[Course, Reason]:
    """With more time; late stays late. Raises CannotExtend."""
    if course.limit is None:
        raise CannotExtend(f"the stage {course.stage} has no limit that could be extended")
    if by.working != course.limit.working:
        sort = "working time" if course.limit.working else "plain time"
        raise CannotExtend(f"{by} cannot be added to {course.limit}; {sort} is expected")
    more, late = by.seconds(calendar), left(course, at, calendar).in_time is False
    used = course.counted(at, calendar)
    longer = replace(course, extended_s=course.extended_s + more, armed_s=used, late=late)
    text = f"extended by {by}; the limit is now {spoken(longer.total(calendar) or 0.0, course.limit)}"
    return longer, Reason(code="extended", text=text, values={"extended_s": longer.extended_s})


def relimited(course: Course, limit: Limit | None, at: float, calendar: WorkCalendar) -> Course:
    """With another limit, from its beginning; what was added stays where both are of one sort."""
    other = replace(course, limit=limit)
    if limit is not None and course.limit is not None and limit.working == course.limit.working:
        return other
    armed_s = other.counted(at, calendar) if course.armed_s else 0.0
    return replace(other, extended_s=0.0, given_s=0.0, armed_s=armed_s)


def deadline(course: Course, calendar: WorkCalendar, escalation: Escalation) -> Deadline:
    """When a course is due, and its alarms."""
    total = course.total(calendar)
    if course.limit is None or total is None:
        return Deadline(None, (), _no_limit(course))
    if course.since is None:
        used = course.counted(0.0, calendar)
        text = f"the clock stands; {spoken(used, course.limit)} of {spoken(total, course.limit)} are used"
        return Deadline(None, (), Reason(code="clock_stands", text=text, values={"used_s": used}))
    due = due_at(course, calendar)
    if due is None:
        text = f"{spoken(total, course.limit)} do not come before the last year that is counted"
        return Deadline(None, (), Reason(code="never_due", text=text))
    alarms = alarms_of(course, calendar, escalation)
    note = calendar.unknown(course.since, due) if course.limit.working else None
    return Deadline(due, alarms, _due_reason(course, due, calendar), note)


def due_at(course: Course, calendar: WorkCalendar) -> float | None:
    """The due instant alone, for many tickets; None where there is none."""
    total = course.total(calendar)
    return None if total is None else _reached(course, total, calendar)


def alarms_of(course: Course, calendar: WorkCalendar, escalation: Escalation) -> tuple[Alarm, ...]:
    """What is to happen in a course, by its time; nothing while it stands or without a limit."""
    total = course.total(calendar)
    if total is None:
        return ()
    steps = ((named.kind, named.step.at * total) for named in escalation.of(course.stage))
    ahead = ((kind, seconds) for kind, seconds in steps if not 0 < seconds <= course.armed_s)
    found = ((kind, _reached(course, seconds, calendar)) for kind, seconds in ahead)
    return tuple(Alarm(kind, at) for kind, at in found if at is not None)


def _reached(course: Course, seconds: float, calendar: WorkCalendar) -> float | None:
    """When so many seconds of a running course are used; since it runs, where they are already."""
    if course.since is None or course.limit is None:
        return None
    if not course.limit.working:
        return course.since + max(0.0, seconds - course.passed_s)
    try:
        return calendar.due(course.since, seconds - course.worked_s)
    except NeverDue:
        return None


def left(course: Course, at: float, calendar: WorkCalendar) -> Left:
    """What is left of a course at an instant, and whether it was in time until then."""
    total = course.total(calendar)
    if course.limit is None or total is None:
        return Left(None, None, None, _no_limit(course))
    used = course.counted(at, calendar)
    rest = total - used
    in_time = not course.late and (course.since is None or rest >= -_SLACK_S)
    values = {"used_s": used, "left_s": rest}
    if rest < -_SLACK_S:
        text = f"late by {spoken(-rest, course.limit)}"
        values["late_s"] = -rest
    else:
        text = f"{spoken(max(0.0, rest), course.limit)} left of {spoken(total, course.limit)}"
        text += "; it was late before" if course.late else ""
    text += "; the clock stands" if course.since is None else ""
    code = "in_time" if in_time else "late"
    return Left(rest, used / total, in_time, Reason(code=code, text=text, values=values))


def _no_limit(course: Course) -> Reason:
    text = f"the stage {course.stage} has no limit"
    return Reason(code="no_limit", text=text, words={"stage": course.stage})


def _due_reason(course: Course, due: float, calendar: WorkCalendar) -> Reason:
    parts = [f"{course.limit} to {course.stage}"]
    used = course.worked_s if course.limit is not None and course.limit.working else course.passed_s
    for seconds, what in ((course.extended_s, "extended by"), (course.given_s, "given back"), (used, "used")):
        if seconds > 0 and course.limit is not None:
            parts.append(f"{what} {spoken(seconds, course.limit)}")
    since = "" if course.since is None else f", running since {calendar.told(course.since)}"
    text = f"due {calendar.told(due)}: {', '.join(parts)}{since}"
    return Reason(code="due", text=text, values={"due": due})


def spoken(seconds: float, limit: Limit) -> str:
    """Seconds of a limit's sort, as people say them."""
    minutes = seconds / 60
    if minutes < 60:
        amount, unit = f"{minutes:.3g}", "minute"
    elif minutes < 48 * 60 or limit.working:
        amount, unit = f"{minutes / 60:.4g}", "hour"
    else:
        amount, unit = f"{minutes / 60 / 24:.4g}", "day"
    return f"{amount} {'working ' if limit.working else ''}{unit}{'' if amount == '1' else 's'}"
