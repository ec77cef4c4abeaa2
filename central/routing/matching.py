"""What a route looks at, and what it takes. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from central.correlation.sightings import Origin
from central.routing.moments import ALWAYS, Minutes, Moment, When, minutes_of

Severity = Literal["low", "normal", "high"]
Matter = Literal["part", "event"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)
Within = Callable[[str, str], bool]
PART_CLASSES: Final = ("01", "02", "03", "04", "05")  # of GB/T 47678.5; all others are events


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a ticket.

    code: its matter in the national table, "" where it has none. area: the smallest area of the grid that is
    known to hold it (15 digits for a cell, 12, 9 or 6), "" where none is. outside: its place is known, and
    lies outside the grid. owner: who owns the part, where that was said.
    """

    kind: str
    code: str = ""
    area: str = ""
    outside: bool = False
    severity: Severity = "normal"
    origin: Origin = "camera"
    owner: str | None = None

    @property
    def matter(self) -> Matter:
        """A part is something that somebody owns (a cover, a lamp, a bin); all else is an event."""
        return "part" if self.owner is not None or self.code[:2] in PART_CLASSES else "event"


def lying(cell: str | None, community: str | None, cut: int | None, district: str = "") -> tuple[str, bool]:
    """`area` and `outside` of a ticket, by what the grid said of it; district: of whoever saw it.

    cut None: no grid was asked, or its place is not known.
    """
    outside = cut is not None and cell is None and community is None
    return ("", True) if outside else (cell or community or district, False)


@dataclass(frozen=True, slots=True)
class Match:
    """All that is said must hold; of a list, one. codes may end in `*`; an area holds all that is in it.

    served: where the route's departments work.
    """

    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    origins: tuple[Origin, ...] = ()
    matter: Matter | None = None
    when: When = ALWAYS

    def tried(self, facts: Facts, moment: Moment) -> tuple[bool, str]:
        """Whether it matches, and what did, or the first that did not, in words."""
        held = []
        for fits, text in self._conditions(facts, moment):
            if not fits:
                return False, text
            held.append(text)
        return True, "; ".join(held) or "it takes everything"

    def _conditions(self, facts: Facts, moment: Moment) -> Iterator[tuple[bool, str]]:
        if self.kinds:
            yield _one_of("kind", facts.kind, self.kinds, facts.kind in self.kinds)
        if self.codes:
            yield _one_of("code", facts.code, self.codes, coded(facts.code, self.codes))
        if self.matter:
            yield _one_of("matter", facts.matter, (self.matter,), facts.matter == self.matter)
        if self.severities:
            yield _one_of("severity", facts.severity, self.severities, facts.severity in self.severities)
        if self.origins:
            yield _one_of("origin", facts.origin, self.origins, facts.origin in self.origins)
        if self.areas:
            yield _lies(facts.area, self.areas, "")
        if self.served:
            yield _lies(facts.area, self.served, ", where its department works")
        if self.when != ALWAYS:
            yield _timely(self.when, moment)


def _one_of(name: str, given: str, wanted: tuple[str, ...], fits: bool) -> tuple[bool, str]:
    if fits:
        return True, f"{name} {given}"
    return False, f"{name} {given or '(none)'} is not {' or '.join(wanted)}"


def _lies(area: str, wanted: tuple[str, ...], more: str) -> tuple[bool, str]:
    if (held := holding(area, wanted)) is not None:
        return True, f"it lies in {held}{more}"
    said = f"it lies in {area}, not in" if area else "its area is not known to be"
    return False, f"{said} {' or '.join(wanted)}{more}"


def _timely(when: When, moment: Moment) -> tuple[bool, str]:
    now = f"{moment.local:%a %H:%M} of a {'working day' if moment.worked else 'day off'}"
    if when.working is not None and when.working != moment.working:
        return False, f"{now} is {'' if moment.working else 'not '}working time"
    if not when.spans:
        return True, f"{now} is {'' if moment.working else 'not '}working time"
    fits, spans = when.holds(moment), " or ".join(map(str, when.spans))
    return fits, f"{now} is {'' if fits else 'not '}in {spans}"


def holding(area: str, areas: tuple[str, ...]) -> str | None:
    """The smallest of some areas that holds one, or None."""
    return max((each for each in areas if area.startswith(each)), key=len, default=None)


def coded(code: str, patterns: tuple[str, ...]) -> bool:
    """Whether a code is one of these, which may end in `*`."""
    return any(_coded(code, pattern) for pattern in patterns)


def all_coded(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    """Whether all codes of some patterns are of others."""
    return all(any(_code_within(one, other) for other in wide) for one in narrow)


def _coded(code: str, pattern: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern


@dataclass(frozen=True, slots=True)
class Taken:
    """What matches, one set for each thing that is looked at; None is everything."""

    kinds: frozenset[str] | None
    codes: frozenset[str] | None
    areas: frozenset[str] | None
    severities: frozenset[str] | None
    origins: frozenset[str] | None
    matters: frozenset[str] | None
    minutes: Minutes

    @property
    def nothing(self) -> bool:
        """Whether no ticket at all is taken."""
        return not self.minutes or any(held == frozenset() for held in self._sets())

    def _sets(self) -> list[frozenset[str] | None]:
        return [getattr(self, each.name) for each in fields(self) if each.name != "minutes"]


def taken(match: Match) -> Taken:
    """What a route takes of all that comes to it."""
    areas = _met(_area_within, _some(match.areas), _some(match.served))
    return Taken(
        _some(match.kinds),
        _some(match.codes),
        areas,
        _some(match.severities, SEVERITIES),
        _some(match.origins, ORIGINS),
        _some((match.matter,) if match.matter else ()),
        minutes_of(match.when),
    )


def meet(one: Taken, other: Taken) -> Taken:
    """What both take."""
    return Taken(
        _met(_same, one.kinds, other.kinds),
        _met(_code_within, one.codes, other.codes),
        _met(_area_within, one.areas, other.areas),
        _met(_same, one.severities, other.severities),
        _met(_same, one.origins, other.origins),
        _met(_same, one.matters, other.matters),
        one.minutes & other.minutes,
    )


def lies_within(narrow: Taken, wide: Taken) -> bool:
    """Whether certainly all that one takes the other takes too."""
    return (
        _held(_same, narrow.kinds, wide.kinds)
        and _held(_code_within, narrow.codes, wide.codes)
        and _held(_area_within, narrow.areas, wide.areas)
        and _held(_same, narrow.severities, wide.severities)
        and _held(_same, narrow.origins, wide.origins)
        and _held(_same, narrow.matters, wide.matters)
        and not narrow.minutes & ~wide.minutes
    )


def _some(listed: tuple[str, ...], everything: tuple[str, ...] = ()) -> frozenset[str] | None:
    held = frozenset(listed)
    return None if not held or held == frozenset(everything) else held


def _same(narrow: str, wide: str) -> bool:
    return narrow == wide


def _area_within(narrow: str, wide: str) -> bool:
    return narrow.startswith(wide)


def _code_within(narrow: str, wide: str) -> bool:
    """Whether all codes of one pattern are of the other."""
    if narrow.endswith("*") and not wide.endswith("*"):
        return False
    return _coded(narrow.removesuffix("*"), wide)


def _held(within: Within, narrow: frozenset[str] | None, wide: frozenset[str] | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return all(any(within(one, other) for other in wide) for one in narrow)


def _met(within: Within, one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return frozenset(a if within(a, b) else b for a in one for b in other if within(a, b) or within(b, a))
