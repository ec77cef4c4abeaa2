"""How much of what was told was right, over time and by zone, rule, kind, source and version. Pure.

Precision is right / (right + false alarm), of what people have marked; what nobody has marked is told beside
it and guessed at by nobody. The interval is Wilson's for 95 % (E. B. Wilson, Probable Inference, the Law of
Succession, and Statistical Inference, JASA 22 (1927) 209-212), which holds for few marks too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from math import sqrt
from types import MappingProxyType
from typing import Literal

from broker.fields import utc
from central.feedback.marks import Mark

By = Literal["zone", "zone_version", "rule", "rule_version", "kind", "source", "all"]
Every = Literal["day", "week"]
Z = 1.959964  # of 95 %
Key = tuple[str, ...]

# Which fields a group is of: what is called `kerb` at one camera is another zone at the next.
FIELDS: Mapping[By, tuple[str, ...]] = MappingProxyType(
    {
        "zone": ("node", "source", "zone"),
        "zone_version": ("node", "source", "zone", "zone_version"),
        "rule": ("node", "source", "zone", "rule"),
        "rule_version": ("node", "source", "zone", "rule", "rule_version"),
        "kind": ("kind",),
        "source": ("node", "source"),
        "all": (),
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One situation that was told, or one that was missed. at: when it was opened, seconds since 1970."""

    at: float
    node: str
    source: str
    zone: str | None
    zone_version: str | None
    rule: str | None
    rule_version: str | None
    kind: str
    mark: Mark | None
    why: str | None = None


@dataclass(slots=True)
class Count:
    """How many there are of each; unmarked: that nobody has said anything of. whys: of the false alarms."""

    right: int = 0
    false_alarm: int = 0
    unmarked: int = 0
    missed: int = 0
    whys: dict[str, int] = field(default_factory=dict)

    def add(self, one: Judged) -> None:
        """Count one more."""
        name = one.mark or "unmarked"
        setattr(self, name, getattr(self, name) + 1)
        if one.mark == "false_alarm":
            why = one.why or "other"
            self.whys[why] = self.whys.get(why, 0) + 1

    @property
    def marked(self) -> int:
        """Of what was told."""
        return self.right + self.false_alarm

    @property
    def precision(self) -> float | None:
        """Between 0 and 1; None where nothing is marked."""
        return self.right / self.marked if self.marked else None

    @property
    def recall(self) -> float | None:
        """Of all that people know to be there: right / (right + missed); None where that is nothing."""
        known = self.right + self.missed
        return self.right / known if known else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the precision, for 95 %."""
        return wilson(self.right, self.marked)


@dataclass(frozen=True, slots=True)
class Group:
    """One zone, rule, kind ... with its whole and its days or weeks, the earliest first."""

    key: Mapping[str, str | None]
    whole: Count
    times: Sequence[tuple[datetime, Count]]


def precision(judged: Iterable[Judged], by: By, every: Every, zone: tzinfo) -> list[Group]:
    """By group, those with most false alarms first. zone: in whose days it is counted."""
    names = FIELDS[by]
    wholes: dict[tuple[str | None, ...], Count] = defaultdict(Count)
    times: dict[tuple[str | None, ...], dict[datetime, Count]] = defaultdict(lambda: defaultdict(Count))
    for one in judged:
        key = tuple(getattr(one, name) for name in names)
        wholes[key].add(one)
        times[key][beginning(one.at, every, zone)].add(one)
    groups = [
        Group(dict(zip(names, key, strict=True)), whole, sorted(times[key].items(), key=lambda each: each[0]))
        for key, whole in wholes.items()
    ]
    return sorted(groups, key=lambda each: (-each.whole.false_alarm, -each.whole.marked, _named(each)))


def beginning(at: float, every: Every, zone: tzinfo) -> datetime:
    """When the day or the week began that a moment lies in, by the place's clock."""
    day = utc(at).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday()) if every == "week" else day


def wilson(right: int, of: int) -> tuple[float, float] | None:
    """The interval in which the true share lies in 95 of 100 cases; None of nothing."""
    if of == 0:
        return None
    share, square = right / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def _named(group: Group) -> list[str]:
    return [value or "" for value in group.key.values()]
