"""Whether two sightings are one and the same thing, and how nearly they are not. Pure.

One eye knows what it sees: two things that stand there at the same time are two, however near. After one of
them went, the next at the same place within the cool-down is the same thing again. Different eyes agree on a
place only as well as both know it: the reach is the kind's own, for the size of the thing and of what counts
as one, widened by both accuracies (they err independently, so squares add). Where that is wider than the kind
allows, nothing can be said, and nothing is merged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import hypot
from typing import Final, NamedTuple

from broker.events import Reason
from central.correlation.sightings import FIXED, PEOPLE, Sighting, metres_between, overlap_of

SAME_BOX: Final = 0.3  # of two boxes in the picture of one eye, one after the other: overlap over union
ONE_BOX: Final = 0.8  # of two boxes at the same time


@dataclass(frozen=True, slots=True)
class Closeness:
    """What counts as one thing of a kind. reach_m: apart at most, were all places known exactly.

    most_m: a wider reach than this says nothing. cool_down_s: between an end and the next beginning.
    """

    reach_m: float = 5.0
    most_m: float = 30.0
    cool_down_s: float = 1800.0


@dataclass(frozen=True, slots=True)
class Kinds:
    """Closeness by family, and which kinds are one (`same`: kind to the name of what it is)."""

    usual: Closeness = Closeness()
    by_family: Mapping[str, Closeness] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def family(self, kind: str) -> str:
        """What a kind is compared as."""
        return self.same.get(kind, kind)

    def closeness(self, kind: str) -> Closeness:
        """Of a kind, which is that of its family: two kinds of one family are compared in one way."""
        return self.by_family.get(self.family(kind), self.usual)


class Finding(NamedTuple):
    """How two sightings stand to each other. strain: 0, certainly one, to 1, barely; None: they are two.

    code and figures are the reason; `told` puts it into words.
    """

    strain: float | None
    code: str
    figures: tuple[float, ...] = ()


def together(a: Sighting, b: Sighting) -> bool:
    """Whether one eye sees both at the same time, so that they are two things for certain."""
    if a.eye != b.eye or a.origin in PEOPLE:
        return False
    if a.zone != b.zone and a.box is not None and b.box is not None and overlap_of(a.box, b.box) >= ONE_BOX:
        return False  # one thing in two zones that overlap
    first, second = (a, b) if (a.since, a.order) <= (b.since, b.order) else (b, a)
    return first.until is None or first.until > second.since


def touches(a: Sighting, b: Sighting, kinds: Kinds) -> bool:
    """Whether two sightings of one family are near enough in place to be compared at all."""
    if a.spot is not None and b.spot is not None:
        return metres_between(a.spot, b.spot) <= kinds.closeness(a.kind).most_m
    if a.eye != b.eye:
        return False
    return a.box is None or b.box is None or overlap_of(a.box, b.box) > 0


def bond(earlier: Sighting, later: Sighting, kinds: Kinds) -> Finding:
    """How two sightings stand to each other."""
    if kinds.family(earlier.kind) != kinds.family(later.kind):
        return Finding(None, "other_kind")
    if together(earlier, later):
        return Finding(None, "seen_beside")
    closeness = kinds.closeness(earlier.kind)
    pause = pause_between(earlier, later)
    if pause > closeness.cool_down_s:
        return Finding(None, "too_late", (pause, closeness.cool_down_s))
    if earlier.eye == later.eye and earlier.origin not in PEOPLE:
        return _at_one_eye(earlier, later, closeness, pause)
    return _of_two_eyes(earlier, later, closeness, pause)


def pause_between(earlier: Sighting, later: Sighting) -> float:
    """Seconds from the end of one to the beginning of the other; 0 where they overlap."""
    if earlier.until is None:
        return 0.0
    return max(0.0, later.since - earlier.until)


def _at_one_eye(earlier: Sighting, later: Sighting, closeness: Closeness, pause: float) -> Finding:
    if earlier.box is not None and later.box is not None and earlier.origin in FIXED:
        shared = overlap_of(earlier.box, later.box)
        if shared >= SAME_BOX:
            return Finding(1 - shared, "again_in_view", (shared, pause))
    if earlier.spot is not None and later.spot is not None:  # one eye errs the same way twice
        reach = hypot(closeness.reach_m, min(earlier.spot.accuracy_m, later.spot.accuracy_m))
        apart = metres_between(earlier.spot, later.spot)
        if apart <= reach:
            return Finding(apart / reach, "again_near", (apart, reach, pause))
        return Finding(None, "too_far", (apart, reach))
    if earlier.box is None and later.box is None and earlier.zone == later.zone:
        return Finding(0.5, "again_there", (pause,))
    return Finding(None, "other_place")


def _of_two_eyes(earlier: Sighting, later: Sighting, closeness: Closeness, pause: float) -> Finding:
    if earlier.spot is None or later.spot is None:
        return Finding(None, "no_place")
    unsure = hypot(earlier.spot.accuracy_m, later.spot.accuracy_m)
    reach = hypot(closeness.reach_m, unsure)
    if reach > closeness.most_m:
        return Finding(None, "too_uncertain", (unsure, closeness.most_m))
    apart = metres_between(earlier.spot, later.spot)
    if apart > reach:
        return Finding(None, "too_far", (apart, reach))
    return Finding(apart / reach, "seen_by_two", (apart, reach, pause))


# What each code's figures are called, and the words.
_WORDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "other_kind": ((), "it is of another kind"),
    "seen_beside": ((), "the same source sees both at the same time, so they are two"),
    "too_late": (
        ("pause_s", "cool_down_s"), "it came {pause} after the other was clear; within {cool_down} counts"
    ),
    "again_in_view": (
        ("overlap", "pause_s"), "the same source saw it at the same place of the picture, {after}"
    ),
    "again_near": (("apart_m", "reach_m", "pause_s"), "the same source saw it {apart_m:.1f} m away, {after}"),
    "again_there": (("pause_s",), "the same source reported it again, {after}"),
    "too_far": (("apart_m", "reach_m"), "it is {apart_m:.1f} m away; within {reach_m:.1f} m counts"),
    "other_place": ((), "the same source saw it at another place of the picture"),
    "no_place": ((), "without a place on the ground it cannot be compared with what others see"),
    "too_uncertain": (
        ("unsure_m", "most_m"),
        "the places are known to {unsure_m:.0f} m together; beyond {most_m:g} m nothing is merged",
    ),
    "seen_by_two": (
        ("apart_m", "reach_m", "pause_s"),
        "another source saw it {apart_m:.1f} m away, within {reach_m:.1f} m, {after}",
    ),
}  # fmt: skip


def told(finding: Finding) -> Reason:
    """The reason in words, with its figures."""
    names, words = _WORDS[finding.code]
    figures = dict(zip(names, finding.figures, strict=True))
    pause, cool_down = _spell(figures.get("pause_s", 0.0)), _spell(figures.get("cool_down_s", 0.0))
    after = f"{pause} after it was clear" if figures.get("pause_s") else "while it stood"
    text = words.format(**figures, pause=pause, cool_down=cool_down, after=after)
    return Reason(code=finding.code, text=text, values=figures or None)


def _spell(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
