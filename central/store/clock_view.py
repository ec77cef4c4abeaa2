"""The working clock of one ticket, as it is told to people."""

from dataclasses import dataclass
from datetime import datetime

from broker.events import Reason
from central.clock.courses import Rules, TicketClock
from central.clock.deadlines import Course, left
from central.clock.limits import Stage
from central.store.database import Store
from central.store.working import Work


@dataclass(frozen=True, slots=True)
class ClockNow:
    """The stage that runs, or that ran last. Seconds are of the limit's sort, None without a limit.

    working: whether working time counts. runs: whether any of it is used at this instant.
    """

    stage: Stage
    stands: bool
    working: bool
    runs: bool
    limit_s: float | None
    used_s: float
    left_s: float | None
    in_time: bool | None
    reason: Reason


def clock_now(store: Store, work: Work, number: int, at: datetime) -> ClockNow | None:
    """None where nothing is due at any time. Raises StoreAway."""
    if work.clockwork is None:
        return None
    with store.read() as connection:
        clock = work.clockwork.clocks(connection, [number]).get(number, TicketClock())
    course = clock.running or (clock.courses[-1] if clock.courses else None)
    return None if course is None else _told(course, at.timestamp(), work.clockwork.rules)


def _told(course: Course, at: float, rules: Rules) -> ClockNow:
    calendar = rules.calendar
    found, working = left(course, at, calendar), course.limit is None or course.limit.working
    runs = course.since is not None and (not working or calendar.worked(at, at + 1.0) > 0.0)
    return ClockNow(
        stage=course.stage,
        stands=course.since is None,
        working=working,
        runs=runs,
        limit_s=course.total(calendar),
        used_s=course.counted(at, calendar),
        left_s=found.seconds,
        in_time=found.in_time,
        reason=found.reason,
    )
