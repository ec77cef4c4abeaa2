"""The figures: what is counted, when it falls into a period, and what is divided by what. Pure.

Theory of operation. A tally is a number of tickets (or a sum of their seconds) whose own instant lies in the
period: the tickets that were found then, whose handling was due then, or whose handling ended then, and the
dispatches that were made then. A figure is one tally divided by another. Tallies add up, so that of a street
is the sum of those of its cells. Tickets that were merged count nowhere: the one they were merged into does.

What a ticket is counts as it is at the count: one that was due in October and was closed on the second of
November is closed in October's report while that is still open. What is still running when a report is frozen
counts as not closed. A ticket that is reopened later changes the live count, never the frozen one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

from broker.events import Reason
from central.casework.machine import HELD, State
from central.indicators.cases import Case

COUNTED_BY = "1"  # another number has everything counted anew
Base = Literal["found", "due", "dispatched", "handled"]
By = Literal["department", "cell", "community", "street", "district", "kind", "zone", "origin"]
BASES: tuple[Base, ...] = get_args(Base)
BYS: tuple[By, ...] = get_args(By)
# Which instant of a ticket puts it into a period.
INSTANT: Mapping[Base, str] = MappingProxyType(
    {"found": "opened_at", "due": "owed_at", "dispatched": "dispatched_at", "handled": "handled_at"}
)
MACHINES = ("camera", "drone", "gate", "sensor")
# What was never to be handled, or is not any more: no department can be asked why it is not closed.
NOT_TO_CLOSE: tuple[State, ...] = ("merged", "withdrawn", "false_alarm", "self_cleared")
NOT_FOUND: tuple[State, ...] = ("merged", "withdrawn")
CLOSED: tuple[State, ...] = ("closed", "evaluated")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a ticket or dispatch whose instant lies in the period adds. tickets: 1 each, to be listed."""

    base: Base
    says: str
    adds: Callable[[Case], int]
    tickets: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """One tally divided by another. source: what the formula was taken from."""

    zh: str
    en: str
    numerator: str
    denominator: str
    unit: Literal["share", "seconds"]
    source: str


def _found(case: Case) -> bool:
    return case.dispatch == 0 and case.state not in NOT_FOUND


def _due(case: Case) -> bool:
    return case.state not in NOT_TO_CLOSE


def _dispatched(case: Case) -> bool:
    return case.dispatch > 0 and case.state != "merged"


def _handled(case: Case) -> bool:
    return case.state not in NOT_TO_CLOSE


def _of(base: Base, says: str, holds: Callable[[Case], bool]) -> Tally:
    belongs = _BELONGS[base]
    return Tally(base, says, lambda case: int(belongs(case) and holds(case)))


def _sum(base: Base, says: str, seconds: Callable[[Case], int]) -> Tally:
    belongs = _BELONGS[base]
    return Tally(base, says, lambda case: seconds(case) if belongs(case) else 0, tickets=False)


_BELONGS: Mapping[Base, Callable[[Case], bool]] = MappingProxyType(
    {"found": _found, "due": _due, "dispatched": _dispatched, "handled": _handled}
)
TALLIES: Mapping[str, Tally] = MappingProxyType(
    {
        "found": _of("found", "found in the period; neither merged nor withdrawn", lambda _: True),
        "by_machine": _of(
            "found", "of these by a camera, drone, gate or sensor", lambda case: case.origin in MACHINES
        ),
        "by_drone": _of("found", "of these by a drone", lambda case: case.origin == "drone"),
        "false_alarms": _of("found", "of these false alarms", lambda case: case.state == "false_alarm"),
        "recurring": _of(
            "found", "of these where the kind was found lately before", lambda case: case.recurs > 1
        ),
        "self_cleared": _of(
            "found",
            "of these gone by themselves; they are in none of the lists of what was due",
            lambda case: case.state == "self_cleared",
        ),
        "due": _of("due", "to be handled by an instant of the period", lambda _: True),
        "deferred": _of("due", "of these deferred or parked at the count", lambda case: case.state in HELD),
        "to_close": _of("due", "of these neither deferred nor parked", lambda case: case.state not in HELD),
        "closed": _of("due", "of these closed at the count", lambda case: case.state in CLOSED),
        "closed_in_time": _of(
            "due",
            "of these handled within the limit",
            lambda case: case.state in CLOSED and case.in_time is True,
        ),
        "extended": _of("due", "of what was due, given more time", lambda case: case.extensions > 0),
        "dispatched": _of("dispatched", "dispatches made in the period", lambda _: True),
        "accurate": _of(
            "dispatched",
            "of these neither sent back nor dispatched to another department instead",
            lambda case: case.accurate is True,
        ),
        "handled": _of("handled", "last said to be handled in the period", lambda _: True),
        "reworked": _of("handled", "of these returned for rework", lambda case: case.reworks > 0),
        "worked_s": _sum(
            "handled", "their working seconds in the department's hands", lambda case: case.worked_s
        ),
        "passed_s": _sum("handled", "their seconds in the department's hands", lambda case: case.passed_s),
    }
)
_CITIES = "city practice"
_OURS = "this project"
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "closing_rate": Figure("结案率", "closed", "closed", "to_close", "share", _CITIES),
        "in_time_rate": Figure(
            "按期结案率", "closed in time", "closed_in_time", "to_close", "share", _CITIES
        ),
        "rework_rate": Figure("返工率", "returned for rework", "reworked", "handled", "share", _CITIES),
        "extension_rate": Figure("延期率", "given more time", "extended", "due", "share", _CITIES),
        "dispatch_accuracy": Figure(
            "准确派遣率", "rightly dispatched", "accurate", "dispatched", "share", _CITIES
        ),
        "mean_worked": Figure(
            "平均处置工时", "mean handling, working time", "worked_s", "handled", "seconds", _CITIES
        ),
        "mean_passed": Figure(
            "平均处置时长", "mean handling, all time", "passed_s", "handled", "seconds", _CITIES
        ),
        "machine_share": Figure("机器发现占比", "found by machine", "by_machine", "found", "share", _CITIES),
        "drone_share": Figure("无人机发现占比", "found by drone", "by_drone", "found", "share", _CITIES),
        "false_alarm_rate": Figure("误报率", "false alarms", "false_alarms", "found", "share", _OURS),
        "recurrence_rate": Figure(
            "同址复发率", "recurred at the place", "recurring", "found", "share", _CITIES
        ),
        "self_cleared_share": Figure(
            "自行消除占比", "gone by itself", "self_cleared", "found", "share", _OURS
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a group. value None: there is nothing to divide by, and `why` says so."""

    value: float | None
    numerator: int
    denominator: int
    why: Reason | None = None


Sums = Mapping[str, int]


def value_of(name: str, sums: Sums) -> Value:
    """A figure out of tallies."""
    figure = FIGURES[name]
    return divided(sums[figure.numerator], sums[figure.denominator], figure.denominator)


def divided(numerator: int, denominator: int, what: str) -> Value:
    """One by the other, with the reason where it cannot be."""
    if denominator == 0:
        return Value(None, numerator, 0, _nothing(what))
    return Value(numerator / denominator, numerator, denominator)


@cache  # a city has thousands of cells, and the same few reasons
def _nothing(what: str) -> Reason:
    return Reason(code="nothing_to_divide_by", text=f"there is nothing to divide by: {what} is 0")


def values_of(sums: Sums) -> dict[str, Value]:
    """Every figure, in the order of the table."""
    return {name: value_of(name, sums) for name in FIGURES}


def key_of(case: Case, by: By) -> str:
    """The group of a ticket; empty where it has none."""
    if by == "street":
        return (case.community or "")[:9]
    if by == "zone":
        return f"{case.zone} {case.kind}" if case.zone is not None else ""
    return str(getattr(case, by) or "")


def falls_in(case: Case, base: Base, since: datetime, until: datetime) -> bool:
    """Whether the ticket's instant lies in the period."""
    instant: datetime | None = getattr(case, INSTANT[base])
    return instant is not None and since <= instant < until


def none() -> dict[str, int]:
    """Nothing of everything."""
    return dict.fromkeys(TALLIES, 0)


def added(all_of_them: Mapping[str, Sums]) -> dict[str, int]:
    """The sums of all groups."""
    return {name: sum(sums[name] for sums in all_of_them.values()) for name in TALLIES}
