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
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Bond:
    """Two sightings are one thing. strain: 0 for certain, 1 for barely."""

    strain: float
    reason: Reason


def together(a: Sighting, b: Sighting) -> bool:
    """Whether one eye sees both at the same time, so that they are two things for certain."""
    if a.eye != b.eye or a.origin in PEOPLE:
        return False
    if a.zone != b.zone and a.box is not None and b.box is not None and overlap_of(a.box, b.box) >= ONE_BOX:
        return False  # one thing in two zones that overlap
    first, second = sorted((a, b), key=lambda sighting: (sighting.since, sighting.order))
    return first.until is None or first.until > second.since


def bond(earlier: Sighting, later: Sighting, kinds: Kinds) -> Bond | Reason:
    """How two sightings belong together, or why they do not."""
    if kinds.family(earlier.kind) != kinds.family(later.kind):
        return _no("other_kind", f"{later.kind} is another kind than {earlier.kind}")
    if together(earlier, later):
        return _no("seen_beside", "the same source sees both at the same time, so they are two")
    closeness = kinds.closeness(earlier.kind)
    pause = pause_between(earlier, later)
    if pause > closeness.cool_down_s:
        cool = _spell(closeness.cool_down_s)
        text = f"it came {_spell(pause)} after the other was clear; within {cool} counts"
        return _no("too_late", text, pause_s=pause, cool_down_s=closeness.cool_down_s)
    if earlier.eye == later.eye and earlier.origin not in PEOPLE:
        return _at_one_eye(earlier, later, closeness, pause)
    return _of_two_eyes(earlier, later, closeness, pause)


def pause_between(earlier: Sighting, later: Sighting) -> float:
    """Seconds from the end of one to the beginning of the other; 0 where they overlap."""
    if earlier.until is None:
        return 0.0
    return max(0.0, later.since - earlier.until)


def _at_one_eye(earlier: Sighting, later: Sighting, closeness: Closeness, pause: float) -> Bond | Reason:
    if earlier.box is not None and later.box is not None and earlier.origin in FIXED:
        shared = overlap_of(earlier.box, later.box)
        if shared >= SAME_BOX:
            text = f"the same source saw it at the same place of the picture, {_after(pause)}"
            return Bond(1 - shared, _yes("again_in_view", text, overlap=shared, pause_s=pause))
    if earlier.spot is not None and later.spot is not None:  # one eye errs the same way twice
        reach = hypot(closeness.reach_m, min(earlier.spot.accuracy_m, later.spot.accuracy_m))
        apart = metres_between(earlier.spot, later.spot)
        if apart <= reach:
            text = f"the same source saw it {apart:.1f} m away, {_after(pause)}"
            return Bond(apart / reach, _yes("again_near", text, apart_m=apart, reach_m=reach, pause_s=pause))
        return _apart(apart, reach)
    if earlier.box is None and later.box is None and earlier.zone == later.zone:
        text = f"the same source reported it again, {_after(pause)}"
        return Bond(0.5, _yes("again_there", text, pause_s=pause))
    return _no("other_place", "the same source saw it at another place of the picture")


def _of_two_eyes(earlier: Sighting, later: Sighting, closeness: Closeness, pause: float) -> Bond | Reason:
    if earlier.spot is None or later.spot is None:
        return _no("no_place", "without a place on the ground it cannot be compared with what others see")
    unsure = hypot(earlier.spot.accuracy_m, later.spot.accuracy_m)
    reach = hypot(closeness.reach_m, unsure)
    if reach > closeness.most_m:
        most = closeness.most_m
        text = f"the places are known to {unsure:.0f} m together; beyond {most:g} m nothing is merged"
        return _no("too_uncertain", text, unsure_m=unsure, most_m=closeness.most_m)
    apart = metres_between(earlier.spot, later.spot)
    if apart > reach:
        return _apart(apart, reach)
    text = f"another source saw it {apart:.1f} m away, within {reach:.1f} m, {_after(pause)}"
    return Bond(apart / reach, _yes("seen_by_two", text, apart_m=apart, reach_m=reach, pause_s=pause))


def _apart(apart: float, reach: float) -> Reason:
    return _no(
        "too_far", f"it is {apart:.1f} m away; within {reach:.1f} m counts", apart_m=apart, reach_m=reach
    )


def _after(pause: float) -> str:
    return "while it stood" if pause == 0 else f"{_spell(pause)} after it was clear"


def _spell(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _yes(code: str, text: str, **values: float) -> Reason:
    return Reason(code=code, text=text, values=values)


def _no(code: str, text: str, **values: float) -> Reason:
    return Reason(code=code, text=text, values=values or None)
