"""Hours in which a channel is left in peace. Pure: instants are seconds since 1970."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from central.clock.worktime import DAY_S, WorkCalendar

LONGEST_S = 60 * DAY_S  # a calendar without any hours must not silence a channel for ever


class Hush(NamedTuple):
    """Until when, and of what sort it is."""

    until: float
    why: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """hours: in minutes from a local midnight, past 1440 on the next day. working: only work is loud."""

    hours: tuple[tuple[int, int], ...] = ()
    working: bool = False

    def hush(self, at: float, calendar: WorkCalendar) -> Hush | None:
        """Until when it is quiet; None: it is not."""
        until, why = at, ""
        while until - at < LONGEST_S and (longer := self._longer(until, calendar)) is not None:
            until, why = longer.until, why or longer.why
        return Hush(until, why) if why else None

    def _longer(self, at: float, calendar: WorkCalendar) -> Hush | None:
        for begins, ends in self._spans(at, calendar):
            if begins <= at < ends:
                return Hush(ends, f"it is quiet until {calendar.told(ends)}")
        if self.working and calendar.worked(at, at + 1) == 0:
            spans = calendar.spans(at, at + LONGEST_S)
            begins = next((begin for begin, _ in spans), at + LONGEST_S)
            return Hush(begins, f"nobody works until {calendar.told(begins)}")
        return None

    def _spans(self, at: float, calendar: WorkCalendar) -> Iterator[tuple[float, float]]:
        today = calendar.date_of(at)
        for begins, ends in self.hours:
            for day in (today - timedelta(days=1), today):
                midnight = datetime.combine(day, time(), calendar.zone)
                yield tuple((midnight + timedelta(minutes=n)).timestamp() for n in (begins, ends))  # type: ignore[misc]
