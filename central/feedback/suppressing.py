"""The same thing at the same place is not told again for a while; a different thing always is. Pure.

A suppression hides a situation when everything that its openings and updates tell is like it: source, zone,
kind, things, and a box at the same place of about the same size. One of them that differs is enough to show
it, for good. So it does not depend on what was heard of first: a situation is hidden if and only if some
suppression is like all that is known of it, it was opened while that counted, and it does not stand when
that has ended.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from broker.events import IncidentCleared, IncidentOpened, IncidentUpdated, ObjectCount, Reason
from broker.groups import group_of
from central.correlation.sightings import FIXED, Box, Sighting, overlap_of

SAME_PLACE = 0.6  # of two boxes: overlap over union
SAME_SIZE = 0.7  # the smaller by the larger
LONGEST_S = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Looks:
    """What one event tells of a thing. things: vehicle, two_wheeler, or the label of anything else."""

    node: str
    source: str
    kind: str
    zone: str | None
    things: frozenset[str]
    box: Box | None


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is not told again from `since` until before `ends`, in seconds since 1970. Its box is known."""

    number: int
    like: Looks
    since: float
    ends: float


@dataclass(frozen=True, slots=True)
class Span:
    """A situation in time, in seconds since 1970. until: when it was seen clear, None while it stands."""

    opened: float
    until: float | None


def looks_of(event: IncidentOpened | IncidentUpdated | IncidentCleared) -> Looks | None:
    """What it tells; None: of what no fixed source saw nothing is ever hidden."""
    seen = event.data
    if seen.source.kind not in FIXED:
        return None
    zone = seen.zone.id if seen.zone else None
    return Looks(event.source, seen.source.id, seen.kind, zone, things_of(seen.objects), seen.box)


def things_of(objects: Iterable[ObjectCount]) -> frozenset[str]:
    """By group where labels of one thing change from look to look; anything else by its own label."""
    return frozenset(thing_of(each.label) for each in objects)


def thing_of(label: str) -> str:
    """Of one label."""
    group = group_of(label)
    return label if group in (None, "thing") else group


def unlike(known: Looks, seen: Looks | None) -> Reason | None:
    """How what is seen differs from what is known; None: it is the same thing at the same place."""
    if seen is None:
        return Reason(code="other_source", text="it was not seen by a fixed camera")
    for code, name in _EQUAL.items():
        if (mine := getattr(known, name)) != (theirs := getattr(seen, name)):
            return Reason(code=code, text=f"{name}: {_said(theirs)}, not {_said(mine)}"[:240])
    if known.box is None or seen.box is None:
        return Reason(code="no_box", text="without a box in the picture nothing is known of its place")
    overlap, size = overlap_of(known.box, seen.box), _size(known.box, seen.box)
    values = {"overlap": overlap, "size": size}
    if overlap < SAME_PLACE:
        text = f"it overlaps {overlap:.2f} of what is hidden; {SAME_PLACE} counts"
        return Reason(code="other_place", text=text, values=values)
    if size < SAME_SIZE:
        text = f"the smaller has {size:.2f} of the larger one's size; {SAME_SIZE} counts"
        return Reason(code="other_size", text=text, values=values)
    return None


_EQUAL: Mapping[str, str] = MappingProxyType(
    {
        "other_node": "node",
        "other_source": "source",
        "other_kind": "kind",
        "other_zone": "zone",
        "other_thing": "things",
    }
)


def counts_for(suppression: Suppression, span: Span, now: float) -> bool:
    """Whether a situation lies in its time, and does not stand when that is over."""
    if not suppression.since <= span.opened < suppression.ends:
        return False
    ended = span.until is not None and span.until <= suppression.ends
    return now < suppression.ends or ended


def may_hide(suppression: Suppression, first: Sighting) -> bool:
    """Whether the opening alone says nothing against it: quick, so that few are looked at closely."""
    like = suppression.like
    if (like.kind, like.zone) != (first.kind, first.zone) or like.box is None or first.box is None:
        return False
    return overlap_of(like.box, first.box) >= SAME_PLACE


def hidden_by(
    suppressions: Iterable[Suppression],
    span: Span,
    told: Callable[[], Sequence[Looks | None]],
    now: float,
) -> Suppression | None:
    """The first suppression that is like all of it; None: it is shown. told: asked only where one counts."""
    counting = [each for each in suppressions if counts_for(each, span, now)]
    if not counting:
        return None
    all_of_it = told()
    for each in sorted(counting, key=lambda one: one.number):
        if all_of_it and all(unlike(each.like, seen) is None for seen in all_of_it):
            return each
    return None


def why_hidden(suppression: Suppression, box: Box | None) -> Reason:
    """In words, with the figures."""
    known = suppression.like.box
    overlap = overlap_of(known, box) if known is not None and box is not None else 0.0
    text = (
        f"the same thing at the same place as suppression {suppression.number} hides: overlap {overlap:.2f}"
    )
    values = {"suppression": float(suppression.number), "overlap": overlap}
    return Reason(code="suppressed", text=text, values=values)


def _size(a: Box, b: Box) -> float:
    """The smaller by the larger; 0 where one is empty."""
    sizes = sorted((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (a, b))
    return sizes[0] / sizes[1] if sizes[1] > 0 else 0.0


def _said(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    return "none" if value is None else str(value)
