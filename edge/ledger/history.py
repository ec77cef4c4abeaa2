"""What a source saw lately: raw boxes by look, in units that do not depend on the picture's shape."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Any, NamedTuple

from edge.ledger.settings import LedgerSettings
from edge.observation import Box, Observation


class Spot(NamedTuple):
    """A box: centre, width, height and size (the shorter side), all in picture heights."""

    x: float
    y: float
    w: float
    h: float
    size: float
    score: float
    group: str
    label: str


class Look(NamedTuple):
    """One remembered look: when, and everything that was seen or may hide something, from left to right."""

    t: float
    spots: Sequence[Spot]
    xs: Sequence[float]

    @classmethod
    def of(cls, t: float, spots: Iterable[Spot]) -> "Look":
        """A look at these spots."""
        ordered = sorted(spots)
        return cls(t, ordered, [spot.x for spot in ordered])

    def near(self, x: float, y: float, reach: float) -> Iterator[Spot]:
        """The spots whose centre is at most `reach` away on either axis."""
        xs, spots = self.xs, self.spots
        for index in range(bisect_left(xs, x - reach), bisect_right(xs, x + reach)):
            if abs(spots[index].y - y) <= reach:
                yield spots[index]

    def beside(self, x: float, reach: float) -> Iterator[Spot]:
        """The spots whose centre is at most `reach` aside, however high."""
        for index in range(bisect_left(self.xs, x - reach), bisect_right(self.xs, x + reach)):
            yield self.spots[index]

    def holds(self, x: float, y: float, reach: float) -> bool:
        """Whether there is any such spot."""
        spots = self.spots
        for index in range(bisect_left(self.xs, x - reach), bisect_right(self.xs, x + reach)):
            if abs(spots[index].y - y) <= reach:
                return True
        return False


class Row:
    """The spots of one look in their own order, to be found by where they are."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.spots = spots
        self._order = sorted(range(len(spots)), key=lambda index: spots[index].x)
        self._xs = [spots[index].x for index in self._order]
        self._widest = max((spot.w for spot in spots), default=0.0)

    def near(self, x: float, reach: float) -> list[int]:
        """The positions, in order, of all spots centred at most `reach` aside, and of few others."""
        reach *= 1.001  # never fewer than the exact test that follows would take
        return sorted(self._order[bisect_left(self._xs, x - reach) : bisect_right(self._xs, x + reach)])

    def over(self, spot: Spot) -> list[int]:
        """The positions, in order, of all spots that may lie over this one."""
        return self.near(spot.x, (spot.w + self._widest) / 2)


HIDDEN = ""  # the group of boxes that only hide
BLIND = "blind"  # the label of those that are a fault of the view


def spot_of(box: Box, aspect: float, score: float = 1.0, group: str = HIDDEN, label: str = "") -> Spot:
    """A box as a spot."""
    x1, y1, x2, y2 = box
    w, h = (x2 - x1) * aspect, y2 - y1
    return Spot((x1 + x2) * aspect / 2, (y1 + y2) / 2, w, h, min(w, h), score, group, label)


def box_of(x: float, y: float, w: float, h: float, aspect: float) -> Box:
    """Centre, width and height in picture heights as a box, shares of the picture."""
    return ((x - w / 2) / aspect, y - h / 2, (x + w / 2) / aspect, y + h / 2)


def widened(spot: Spot, factor: float) -> Spot:
    """The spot in a picture that is wider by this factor."""
    w = spot.w * factor
    return spot._replace(x=spot.x * factor, w=w, size=min(w, spot.h))


def spots_of(seen: Observation, settings: LedgerSettings) -> tuple[list[Spot], list[Spot], int]:
    """Sightings and hiding boxes of an observation, best score first, and how many were left out.

    The order depends on what is seen alone, never on the order of the boxes, so decisions do not either.
    """
    floor = settings.score_floor
    found = [
        spot_of(s.box, seen.aspect, s.score, s.group, s.label)
        for s in seen.sightings
        if s.score >= floor and _is_box(s.box)
    ]
    veils = [spot_of(box, seen.aspect) for box in seen.hidden if _is_box(box)]
    veils += [spot_of(box, seen.aspect, label=BLIND) for box in seen.view.blind if _is_box(box)]
    most = settings.boxes_max
    left_out = max(0, len(found) - most) + max(0, len(veils) - most)
    return nsmallest(most, found, key=_order), nsmallest(most, veils, key=_order), left_out


def _is_box(box: Box) -> bool:
    """Neither empty, inside out, infinite nor NaN; it may lean out of the picture."""
    x1, y1, x2, y2 = box
    return -1.0 <= x1 < x2 <= 2.0 and -1.0 <= y1 < y2 <= 2.0


def _order(spot: Spot) -> tuple[float, Spot]:
    return (-spot.score, spot)


def cover(of: Spot, by: Spot) -> float:
    """The share of one spot that another covers."""
    width = min(of.x + of.w / 2, by.x + by.w / 2) - max(of.x - of.w / 2, by.x - by.w / 2)
    if width <= 0.0:
        return 0.0
    height = min(of.y + of.h / 2, by.y + by.h / 2) - max(of.y - of.h / 2, by.y - by.h / 2)
    return width * height / (of.w * of.h) if height > 0.0 else 0.0


def alike(a: Spot, b: Spot, factor: float) -> bool:
    """Whether two spots have about the same width and height."""
    return b.w <= a.w * factor and a.w <= b.w * factor and b.h <= a.h * factor and a.h <= b.h * factor


def on_foot(spot: Spot, like: Spot, gate: float, factor: float) -> Spot | None:
    """The spot with the other's height, where it stands on the other's foot and is as wide; else None.

    Things stand on their feet: what stands behind one may be drawn into its box, and that moves its top and
    its centre alone. gate: how far apart feet may be, in sizes. At the lower edge of the picture a box ends,
    not the thing.
    """
    reach, foot = gate * min(spot.size, like.size), spot.y + spot.h / 2
    if foot + reach >= 1.0 or abs(spot.x - like.x) > reach or abs(foot - like.y - like.h / 2) > reach:
        return None
    if spot.w > like.w * factor or like.w > spot.w * factor:
        return None
    return spot._replace(y=foot - like.h / 2, h=like.h, size=min(spot.w, like.h))


def fitted(spot: Spot, place: Spot, settings: LedgerSettings) -> Spot | None:
    """The sighting as the place may claim it, one on its very foot with the place's height; else None."""
    reach = settings.claim_sizes * place.size
    if spot.group != place.group or abs(spot.x - place.x) > reach:
        return None
    if abs(spot.y - place.y) <= reach and alike(place, spot, settings.claim_factor):
        return spot
    return on_foot(spot, place, settings.return_sizes, settings.sighting_factor)


def median(values: Iterable[float]) -> float:
    """The median; cheaper than statistics.median for the few values at hand."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class History:
    """The looks of the last seconds, thinned, and how often the source is looked at."""

    def __init__(self, settings: LedgerSettings) -> None:
        self._settings = settings
        self._intervals: deque[float] = deque(maxlen=5)
        self.looks: list[Look] = []
        self.interval_s = 0.0
        self.begun = 0.0  # when the first look after a start or a break was

    def pace(self, dt: float) -> None:
        """Note the time between two observations; a single odd one does not change the pace."""
        self._intervals.append(dt)
        self.interval_s = sorted(self._intervals)[(len(self._intervals) - 1) // 2]

    def takes(self, t: float) -> bool:
        """Whether a look at this time is remembered; of dense ones some are not."""
        return not self.looks or t - self.looks[-1].t >= 0.95 * self._settings.history_step_s

    def add(self, look: Look) -> None:
        """Remember a look, also an empty one: absence counts only over looks."""
        t = look.t
        if not self.takes(t):
            return
        if not self.looks:
            self.begun = t
        self.looks.append(look)
        if self.looks[0].t < t - 1.2 * self.span_s:  # in strides: a list is cut more cheaply than popped
            del self.looks[: self.first_at(t - self.span_s)]

    @property
    def longest_s(self) -> float:
        """The longest of the last intervals: how far apart looks must be expected to be."""
        return max(self._intervals, default=0.0)

    @property
    def last(self) -> Sequence[Spot]:
        """What the last remembered look saw."""
        return self.looks[-1].spots if self.looks else ()

    @property
    def span_s(self) -> float:
        """How far back is remembered: more where looks are rare, but bounded."""
        return min(self._settings.history_max_s, max(self._settings.history_s, 6.0 * self.longest_s))

    def first_at(self, t: float) -> int:
        """The position of the first look at or after a time."""
        return bisect_left(self.looks, t, key=lambda look: look.t)

    def cut(self, t: float) -> None:
        """Forget every look after this time."""
        del self.looks[bisect_right(self.looks, t, key=lambda look: look.t) :]

    def clear(self) -> None:
        """Forget everything but the pace."""
        self.looks = []

    def dump(self) -> dict[str, Any]:
        """JSON-able and whole."""
        looks = [[t, [list(spot) for spot in spots]] for t, spots, _ in self.looks]
        return {"intervals": list(self._intervals), "looks": looks, "begun": self.begun}

    def resume(self, data: dict[str, Any]) -> None:
        """Take up a dump. Raises KeyError, TypeError or ValueError for data that is none."""
        for dt in data["intervals"]:
            self.pace(float(dt))
        self.begun = float(data["begun"])
        self.looks = [Look.of(float(t), (Spot(*spot) for spot in spots)) for t, spots in data["looks"]]
