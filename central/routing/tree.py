"""The route tree: from what a ticket is to who handles it. Pure; time is an argument.

Like Alertmanager's: a ticket walks down from the root; at every route the first child that matches takes it,
and the deepest route that was reached decides. What a route does not say, the one above it says. Parts
(manhole covers, lamps, bins: things that somebody owns) go to their owner first, events (stalls, parking,
rubbish) to the place where they are; `first` says so for a route.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from fnmatch import fnmatchcase
from typing import Literal

from broker.events import Reason

First = Literal["owner", "place"]
Severity = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a route may look at. at: local time of the place. cell: 15 digits, or "" outside the grid."""

    kind: str
    at: datetime
    code: str = ""
    cell: str = ""
    severity: Severity = "normal"
    origin: str = "camera"
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """Hours of the day, over midnight where the end is not after the beginning."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Whether an hour lies in it; the end does not."""
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True, slots=True)
class Match:
    """All that is said must hold; of a list, one. Codes and cells may end in `*`."""

    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    origins: tuple[str, ...] = ()
    days: tuple[int, ...] = ()  # 1 is Monday
    between: Between | None = None

    def misses(self, asked: Asked) -> str | None:
        """What does not fit, in words; None: it matches."""
        checks = (
            (self.kinds, asked.kind, "kind"),
            (self.codes, asked.code, "code"),
            (self.cells, asked.cell, "cell"),
            (self.severities, asked.severity, "severity"),
            (self.origins, asked.origin, "origin"),
        )
        for wanted, given, name in checks:
            if wanted and not any(fnmatchcase(given, pattern) for pattern in wanted):
                return f"{name} {given or '(none)'} is not {' or '.join(wanted)}"
        return self._misses_time(asked.at)

    def _misses_time(self, at: datetime) -> str | None:
        if self.days and at.isoweekday() not in self.days:
            return f"day {at.isoweekday()} of the week is not {' or '.join(map(str, self.days))}"
        if self.between is not None and not self.between.holds(at.time()):
            return f"{at:%H:%M} is not from {self.between.begins:%H:%M} to {self.between.ends:%H:%M}"
        return None


@dataclass(frozen=True, slots=True)
class Route:
    """One branch. department None and first None: as the route above says."""

    name: str
    match: Match = Match()
    department: str | None = None
    first: First | None = None
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """Who handles it. path: the routes that were walked. reasons: each turn taken, and each not taken."""

    department: str
    path: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Walk:
    department: str = ""
    first: First = "place"
    path: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


def route(root: Route, asked: Asked, owners: Sequence[str] = ()) -> Routed:
    """Who handles it. owners: departments that may own a part; another owner counts for nothing.

    The root must name a department.
    """
    walk = _Walk()
    here: Route | None = root
    while here is not None:
        walk.path.append(here.name)
        walk.department = here.department or walk.department
        walk.first = here.first or walk.first
        here = _down(here, asked, walk)
    if walk.first == "owner" and asked.owner is not None and asked.owner in owners:
        text = f"{asked.owner} owns the part, and the route {walk.path[-1]} asks owners first"
        walk.reasons.append(Reason(code="owner_first", text=text))
        walk.department = asked.owner
    else:
        text = f"the route {'/'.join(walk.path)} sends it to {walk.department}"
        walk.reasons.append(Reason(code="routed", text=text))
    return Routed(walk.department, tuple(walk.path), tuple(walk.reasons))


def _down(here: Route, asked: Asked, walk: _Walk) -> Route | None:
    """The first child that matches."""
    for child in here.routes:
        why_not = child.match.misses(asked)
        if why_not is None:
            walk.reasons.append(Reason(code="route_taken", text=f"{child.name}: it matches"))
            return child
        walk.reasons.append(Reason(code="route_passed", text=f"{child.name}: {why_not}"[:240]))
    return None
