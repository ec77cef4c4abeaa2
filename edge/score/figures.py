"""The figures of a suite, of a kind, a tag, a camera. Pure; docs/scoring.md gives the formulas."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from edge.score.matching import Health, Matched


@dataclass(frozen=True, slots=True)
class Account:
    """What one case came to, as far as figures need it. hours: of the camera's time that was looked at."""

    case: str
    camera: str
    tags: tuple[str, ...]
    matched: Matched
    hours: float
    health: Health


@dataclass(slots=True)
class Tally:
    """Counts and errors that add up over cases."""

    cases: int = 0
    situations: int = 0
    found: int = 0
    late: int = 0
    tickets: int = 0
    doubles: int = 0
    false: int = 0
    traps: int = 0
    fired: int = 0
    left_open: int = 0
    hours: float = 0.0
    conditions: int = 0
    conditions_found: int = 0
    conditions_false: int = 0
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def add(self, account: Account, kind: str | None = None) -> None:
        """One more case; with a kind, only what is of that kind."""
        self.cases += 1
        self.hours += account.hours
        for outcome in account.matched.outcomes:
            if kind in (None, outcome.situation.kind) and not outcome.situation.optional:
                self.situations += 1
                self.found += outcome.verdict == "found"
                self.late += outcome.verdict == "late"
                self.tickets += len(outcome.tickets)
                self.doubles += outcome.doubles
                self.left_open += outcome.left_open
                self.starts += [] if outcome.start_error is None else [abs(outcome.start_error)]
                self.ends += [] if outcome.end_error is None else [abs(outcome.end_error)]
        traps = [trap for trap in account.matched.traps if kind in (None, trap.kind)]
        self.traps += len(traps)
        self.fired += sum(trap.id in account.matched.fired for trap in traps)
        self.false += sum(kind in (None, alarm.ticket.kind) for alarm in account.matched.false)
        if kind is None:
            self._add_health(account.health)

    def _add_health(self, health: Health) -> None:
        self.conditions += len(health.told)
        self.conditions_found += health.found
        self.conditions_false += len(health.false)

    @property
    def told(self) -> int:
        """Situations with a ticket, in time or not."""
        return self.found + self.late


@dataclass(frozen=True, slots=True)
class Figures:
    """What the last printed line says, in this order. None: there is nothing it could be said of."""

    cases: int
    situations: int
    found: int
    missed: int
    late: int
    false: int
    doubles: int
    tickets_per_situation: float | None
    recall: float | None
    precision: float | None
    f1: float | None
    start_error_median_s: float | None
    start_error_p90_s: float | None
    end_error_median_s: float | None
    end_error_p90_s: float | None
    left_open: int
    traps: int
    traps_fired: int
    conditions: int
    conditions_found: int
    conditions_false: int
    false_per_10_camera_hours: float | None
    camera_hours: float


NAMES = tuple(item.name for item in fields(Figures))


def figures(tally: Tally) -> Figures:
    """Rounded as they are printed."""
    recall = _share(tally.found, tally.situations)
    precision = _share(tally.told, tally.told + tally.false)
    return Figures(
        cases=tally.cases,
        situations=tally.situations,
        found=tally.found,
        missed=tally.situations - tally.found,
        late=tally.late,
        false=tally.false,
        doubles=tally.doubles,
        tickets_per_situation=_rounded(_share(tally.tickets, tally.told)),
        recall=_rounded(recall),
        precision=_rounded(precision),
        f1=_rounded(_f1(precision, recall)),
        start_error_median_s=_rounded(quantile(tally.starts, 0.5), 2),
        start_error_p90_s=_rounded(quantile(tally.starts, 0.9), 2),
        end_error_median_s=_rounded(quantile(tally.ends, 0.5), 2),
        end_error_p90_s=_rounded(quantile(tally.ends, 0.9), 2),
        left_open=tally.left_open,
        traps=tally.traps,
        traps_fired=tally.fired,
        conditions=tally.conditions,
        conditions_found=tally.conditions_found,
        conditions_false=tally.conditions_false,
        false_per_10_camera_hours=_rounded(_share(10.0 * tally.false, tally.hours), 2),
        camera_hours=round(tally.hours, 6),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def quantile(values: Sequence[float], share: float) -> float | None:
    """Between neighbours in a straight line (the usual one, R's type 7); None of nothing."""
    if not values:
        return None
    ordered, position = sorted(values), share * (len(values) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def total(accounts: Iterable[Account]) -> Figures:
    """Of all cases."""
    tally = Tally()
    for account in accounts:
        tally.add(account)
    return figures(tally)


def by_kind(accounts: Sequence[Account]) -> dict[str, Figures]:
    """For each kind of incident, what is of that kind in all cases: its false alarms come from anywhere."""
    kinds = {o.situation.kind for a in accounts for o in a.matched.outcomes}
    kinds |= {alarm.ticket.kind for a in accounts for alarm in a.matched.false}
    kinds |= {trap.kind for a in accounts for trap in a.matched.traps}
    return {kind: _of(accounts, kind) for kind in sorted(kinds)}


def by_tag(accounts: Sequence[Account]) -> dict[str, Figures]:
    """For each tag, the cases that bear it."""
    tags = sorted({tag for account in accounts for tag in account.tags})
    return {tag: _of([a for a in accounts if tag in a.tags]) for tag in tags}


def by_camera(accounts: Sequence[Account]) -> dict[str, Figures]:
    """For each camera, its cases."""
    cameras = sorted({account.camera for account in accounts})
    return {camera: _of([a for a in accounts if a.camera == camera]) for camera in cameras}


def without_camera(accounts: Sequence[Account]) -> dict[str, Figures]:
    """For each camera, all cases but its own: what is left when it is left out."""
    cameras = sorted({account.camera for account in accounts})
    return {camera: _of([a for a in accounts if a.camera != camera]) for camera in cameras}


def _of(accounts: Sequence[Account], kind: str | None = None) -> Figures:
    tally = Tally()
    for account in accounts:
        tally.add(account, kind)
    return figures(tally)
