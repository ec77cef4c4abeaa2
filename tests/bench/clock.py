"""Working time against a slow count, and how fast it is: `python -m tests.bench.clock [--cases N]`.

Cases are compared with a count minute by minute (tests/calendars.py); one that differs by more than a
millisecond is a fault. The peer for the speed walks from day to day. The last line is one JSON object; the
exit code is 1 when a case differs.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from central.clock.courses import TicketClock, moved
from central.clock.limits import matter_of
from central.clock.settings import ClockSettings
from central.clock.timers import look, timers_of
from central.clock.worktime import WorkCalendar
from tests.calendars import cases

HOUR, YEAR_S = 3600.0, 365 * 86_400.0
BEGAN = 1_767_225_600.0  # 2026-01-01
TURNS = 3


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    compared = cases(asked.cases, asked.seed)
    differ = [case for case in compared if case.differs]
    for case in differ[:5]:
        print(f"differs: {case}")
    with_due = sum(len(case.truth) > 1 for case in compared)
    print(f"{len(compared)} cases, {with_due} with a due instant: {len(differ)} differ from the slow count")
    found = {"cases": len(compared), "differ": len(differ), "tickets": asked.tickets}
    print(json.dumps(found | speeds(asked.tickets, asked.seed)))
    return int(bool(differ))


def speeds(tickets: int, seed: int) -> dict[str, float]:
    """How long all tickets take: their due instants both ways, their timers, and one look at these."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    rules = ClockSettings().rules()
    calendar, walking = rules.calendar, Walking(rules.calendar)
    asked = [
        (BEGAN + chance.random() * 0.9 * YEAR_S, chance.choice((4, 8, 32)) * HOUR) for _ in range(tickets)
    ]
    long = [(start, 60 * 8 * HOUR) for start, _ in asked[: tickets // 10]]
    ours = best(lambda: [calendar.due(*each) for each in asked])
    theirs = best(lambda: [walking.due(*each) for each in asked[: tickets // 10]]) * 10
    long_ours = best(lambda: [calendar.due(*each) for each in long])
    long_theirs = best(lambda: [walking.due(*each) for each in long])
    matter = matter_of("exposed_garbage")
    clocks = [moved(TicketClock(), "dispatch", "dispatched", at, matter, rules).clock for at, _ in asked]
    timers_s = best(lambda: [timers_of(n, clock, rules) for n, clock in enumerate(clocks)])
    rows = [timer for n, clock in enumerate(clocks) for timer in timers_of(n, clock, rules)]
    versions = {n: clock.version for n, clock in enumerate(clocks)}
    look_s = best(
        lambda: look(rows, BEGAN, versions=versions, fired=(), escalation=rules.escalation), turns=1
    )
    print(f"{tickets} due instants in {ours:.2f} s, {theirs / ours:.1f} times as fast as walking the days,")
    print(f"{long_theirs / long_ours:.1f} times as fast where the limit is 60 working days")
    print(f"their {len(rows)} timers in {timers_s:.2f} s; one look at all of them in {look_s:.2f} s")
    return {
        "due_s": round(ours, 3), "walking_s": round(theirs, 3),
        "ratio_to_walking": round(theirs / ours, 2), "ratio_of_60_days": round(long_theirs / long_ours, 2),
        "timers_s": round(timers_s, 3), "look_s": round(look_s, 3),
    }  # fmt: skip


class Walking:
    """The peer: from day to day, and each day's spans remembered."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._days: dict[int, list[tuple[float, float]]] = {}

    def due(self, start: float, seconds: float) -> float:
        """Where the remainder is used up."""
        day, left = self._calendar.local(start).date(), seconds
        while True:
            for begins, ends in self._on(day.toordinal()):
                lasts = ends - max(begins, start)
                if lasts >= left:
                    return max(begins, start) + left
                left -= max(0.0, lasts)
            day += timedelta(days=1)

    def _on(self, number: int) -> list[tuple[float, float]]:
        if number not in self._days:
            day = datetime.fromordinal(number).replace(tzinfo=self._calendar.zone)
            after = day + timedelta(days=1)
            self._days[number] = list(self._calendar.spans(day.timestamp(), after.timestamp()))
        return self._days[number]


def best(what: Callable[[], object], turns: int = TURNS) -> float:
    """The least seconds of some turns; the others were disturbed."""
    seconds = []
    for _ in range(turns):
        began = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
