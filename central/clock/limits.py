"""How long each stage of a ticket may take, by kind, code and severity. Pure.

The rules are a list, and the first that fits counts: the city's own, then the shipped ones.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, Literal, get_args

from broker.codes import code_of
from broker.events import Reason
from central.clock.worktime import DAY_S, MINUTE_S, WorkCalendar

Stage = Literal["accept", "dispatch", "handle", "verify", "close"]
Severity = Literal["low", "normal", "high"]
Unit = Literal["minutes", "hours", "days", "working minutes", "working hours", "working days"]
STAGES: tuple[Stage, ...] = get_args(Stage)
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
_WRITTEN: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) (working )?(minute|hour|day)s?")
_LENGTHS: Final = {"minutes": MINUTE_S, "hours": 60 * MINUTE_S, "days": DAY_S}
LONGEST_DAYS: Final = 3660
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. A working day is as long as the hours of one, from whenever it begins."""

    amount: float
    unit: Unit

    @property
    def working(self) -> bool:
        """Whether working time counts, or every hour."""
        return self.unit.startswith("working")

    def seconds(self, calendar: WorkCalendar) -> float:
        """How long that is, in working seconds or in seconds."""
        if self.unit == "working days":
            return self.amount * calendar.day_s
        return self.amount * _LENGTHS[self.unit.removeprefix("working ")]

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit[:-1] if self.amount == 1 else self.unit}"


def read_limit(text: str) -> Limit:
    """A limit as people write it: 4 working hours. Raises ValueError."""
    match = _WRITTEN.fullmatch(" ".join(text.split()))
    if match is None:
        allowed = "a number with minutes, hours, days, working minutes, working hours or working days"
        raise ValueError(f"{text!r} is no limit; {allowed} is, such as 4 working hours")
    (unit,) = [unit for unit in UNITS if unit == f"{match[2] or ''}{match[3]}s"]
    limit = Limit(float(match[1]), unit)
    longest = LONGEST_DAYS * DAY_S / _LENGTHS[unit.removeprefix("working ")]
    if not 0 < limit.amount <= longest:
        raise ValueError(f"{text!r} is no limit; more than 0 and at most {longest:g} {unit} are allowed")
    return limit


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about, as far as its limits depend on it."""

    kind: str
    code: str | None = None
    severity: Severity = "normal"


def matter_of(kind: str, severity: Severity = "normal", code: str | None = None) -> Matter:
    """With the code that the table of kinds has, where none is given."""
    known = code_of(kind) if code is None else None
    return Matter(kind, known.code if known is not None else code, severity)


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One line of the list. limit None: there is none. said: where the line stands, for the reason.

    kinds, codes: patterns, either fits; without both: all. severities: without: all.
    """

    stage: Stage
    limit: Limit | None
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    said: str = "as shipped"

    def fits(self, stage: Stage, matter: Matter) -> bool:
        """Whether it counts for this matter."""
        if stage != self.stage or (self.severities and matter.severity not in self.severities):
            return False
        if not self.kinds and not self.codes:
            return True
        return _any(matter.kind, self.kinds) or (matter.code is not None and _any(matter.code, self.codes))

    def hides(self, later: "LimitRule") -> bool:
        """Whether all that a later line names is this one's already."""
        if later.stage != self.stage or not _within(later.severities, self.severities):
            return False
        if not self.kinds and not self.codes:
            return True
        named = bool(later.kinds or later.codes)
        return named and _all(later.kinds, self.kinds) and _all(later.codes, self.codes)

    def named(self) -> str:
        """What it is for, in words."""
        parts = [f"kinds {_some(self.kinds)}"] if self.kinds else []
        parts += [f"codes {_some(self.codes)}"] if self.codes else []
        what = " or ".join(parts) or "all kinds"
        return what + (f" of severity {', '.join(self.severities)}" if self.severities else "")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The limit that counts, and why it does."""

    limit: Limit | None
    reason: Reason


class Limits:
    """The whole list."""

    def __init__(self, rules: Iterable[LimitRule]) -> None:
        self.rules = tuple(rules)
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)

    def _of(self, stage: Stage, matter: Matter) -> Chosen:
        """The limit of a stage, by the first rule that fits."""
        for rule in self.rules:
            if rule.fits(stage, matter):
                return Chosen(rule.limit, _why(rule, matter))
        text = f"no limit for the stage {stage}: no rule fits {matter.kind}"
        return Chosen(None, Reason(code="no_limit", text=text, words={"stage": stage}))


def _why(rule: LimitRule, matter: Matter) -> Reason:
    limit = "no limit" if rule.limit is None else str(rule.limit)
    what = f"{matter.kind} ({matter.severity})"
    text = f"{limit} to {rule.stage} {what}: {rule.said}, for {rule.named()}"
    if rule.limit is None:
        return Reason(code="no_limit", text=text[:240], words={"stage": rule.stage})
    words: dict[str, str] = {"stage": rule.stage, "unit": rule.limit.unit}
    return Reason(code="limit", text=text[:240], values={"amount": rule.limit.amount}, words=words)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _all(names: Iterable[str], patterns: Sequence[str]) -> bool:
    return all(_any(name, patterns) for name in names)


def _within(some: Collection[str], others: Collection[str]) -> bool:
    """Both are lists in which none means all."""
    return not others or (bool(some) and set(some) <= set(others))
