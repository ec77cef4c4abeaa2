"""Things seen again and again at one spot, though a detector sees small goods badly and flickering.

The ledger is sure of each thing before it says so. A stall is many unsure things beside each other: here a
spot counts for the share of the looks that see something on it.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from edge.geometry import area, overlap
from edge.observation import Box, Observation, Sighting, StaticRegion
from edge.stalls.bystanders import company, covered
from edge.stalls.words import Role

SPOTS_MAX: Final = 64  # the longest standing are kept
MEMORY_S: Final = 60.0  # of presence and company: as long as a detector may lose a thing
GAP_S: Final = 15.0  # a longer silence counts as this much
CLAIM: Final = 0.6  # sizes: a box so near is the same thing
ALIKE: Final = 1.9  # times as large or small: the same thing, half hidden or half seen
DOUBLE: Final = 0.5  # IoU: two names of one thing
SIGHTS_MIN: Final = 3
YOUNG_S: Final = 8.0  # what has been seen for less has not settled
PRESENT: Final = 0.25  # seen in this share of the looks, it stands there ...
ABSENT: Final = 0.1  # ... until it is seen in less
FORGET_S: Final = 40.0  # looked for so long in vain: it is gone (as the ledger's `clear_absent_s`)
FORGET_YOUNG_S: Final = 15.0
FORGET_OLD_S: Final = 600.0  # the furniture of the street is not new because it was not seen for a while
FORGET_LOOKS: Final = 4  # at least, however seldom it is looked
BEGINS_S: Final = 20.0  # what is seen so soon after the watch began stood there before
SCORES_KEPT: Final = 15
NEW_SHARE: Final = 0.15  # how fast a box follows what is seen


@dataclass(slots=True)
class Spot:
    """One spot. Times are on the source's clock.

    seen_s, looked_s: of the last minute or so, faded; observed_s: all seconds in which it was seen. unseen_s,
    unseen_looks: since it was last seen, without the looks at which it was covered. old: stood there when the
    watch began. bare: by the picture its ground is clean since it was last seen. settled: has been seen often
    enough to count. label: what it is mostly called, by weight.
    """

    id: str
    box: Box
    role: Role
    label: str
    labels: dict[str, float]
    scores: list[float]
    since: float
    last_seen: float
    seen_s: float = 0.0
    looked_s: float = 0.0
    company_s: float = 0.0
    observed_s: float = 0.0
    unseen_s: float = 0.0
    unseen_looks: int = 0
    sights: int = 1
    settled: bool = False
    old: bool = False
    bare: bool = False

    @property
    def presence(self) -> float:
        """Share of the looks of the last minute that saw it, of those that could have."""
        return self.seen_s / self.looked_s if self.looked_s > 0.0 else 0.0

    @property
    def company(self) -> float:
        """Share of them with somebody beside it."""
        return self.company_s / self.looked_s if self.looked_s > 0.0 else 0.0

    def dump(self, utc_minus_t: float) -> dict[str, Any]:
        """JSON-able, on UTC."""
        data = asdict(self)
        data["since"] += utc_minus_t
        data["last_seen"] += utc_minus_t
        return data

    @classmethod
    def restored(cls, data: dict[str, Any], utc_minus_t: float) -> "Spot":
        """A dumped one. Raises KeyError, TypeError or ValueError for what is none."""
        x1, y1, x2, y2 = map(float, data["box"])
        spot = cls(**{**data, "box": (x1, y1, x2, y2)})
        spot.since -= utc_minus_t
        spot.last_seen -= utc_minus_t
        return spot


@dataclass(slots=True)
class Found:
    """A sighting that may be part of a stall."""

    sighting: Sighting
    role: Role
    taken: bool = field(default=False)


class Spots:
    """The spots of one zone. `look` every trusted look at which things were looked for."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._last: float | None = None
        self._began: float | None = None
        self.dt = 0.0  # seconds that the last look stands for
        self.all: list[Spot] = []

    def look(self, seen: Observation, found: Sequence[Found], standing: Sequence[Box]) -> None:
        """One look. standing: boxes of confirmed things that are still there, if only by their picture."""
        self.dt = 0.0 if self._last is None else min(GAP_S, max(0.0, seen.t - self._last))
        self._last = seen.t
        self._began = seen.t if self._began is None else self._began
        self.cleaned(seen.regions)
        for spot in self.all:
            self._age(spot, _claimed(spot, found, seen.aspect), seen, standing, self.dt)
        self.all = [spot for spot in self.all if not _gone(spot)]
        for one in found:
            if not one.taken and not self._double(one.sighting):
                self.all.append(self._new(one, seen))
        if len(self.all) > SPOTS_MAX:
            self.all = sorted(self.all, key=_worth)[:SPOTS_MAX]

    def passed(self, t: float) -> None:
        """A look that shows nothing of a stall, while no spot is known."""
        self.dt = 0.0 if self._last is None else min(GAP_S, max(0.0, t - self._last))
        self._last = t
        self._began = t if self._began is None else self._began

    def _age(
        self, spot: Spot, mine: Found | None, seen: Observation, standing: Sequence[Box], dt: float
    ) -> None:
        fade = math.exp(-dt / MEMORY_S)
        spot.seen_s *= fade
        spot.looked_s *= fade
        spot.company_s *= fade
        counts = True
        if mine is not None:
            _see(spot, mine, seen.t, dt)
        elif any(overlap(spot.box, box) >= DOUBLE * area(spot.box) for box in standing):
            spot.last_seen, spot.unseen_s, spot.unseen_looks, spot.bare = seen.t, 0.0, 0, False
            counts = False
        elif covered(spot.box, seen):
            return
        else:
            spot.looked_s += dt
            spot.unseen_s += dt
            spot.unseen_looks += 1
        # Of the looks that count, and of no others: it is a share.
        spot.company_s += dt if counts and company(spot.box, seen) else 0.0
        _settle(spot, seen.t)

    def cleaned(self, regions: Sequence[StaticRegion]) -> None:
        """The picture's word that ground is clean again is said once, also at a look without a detector."""
        for region in regions:
            if region.verdict == "left" and region.state == "gone":
                for spot in self.all:
                    # What began after the thing was last seen is another thing.
                    under = overlap(spot.box, region.box) >= DOUBLE * area(spot.box)
                    spot.bare = spot.bare or (under and region.since <= spot.last_seen)

    def _double(self, thing: Sighting) -> bool:
        """Another name or another size of what a spot has been seen as just now."""
        return any(
            spot.last_seen == self._last
            and overlap(spot.box, thing.box) >= DOUBLE * max(area(spot.box), area(thing.box))
            for spot in self.all
        )

    def _new(self, one: Found, seen: Observation) -> Spot:
        thing = one.sighting
        key = f"{self._source}|{seen.utc:.2f}|{thing.box}|{thing.label}"
        name = "g-" + hashlib.sha256(key.encode()).hexdigest()[:16]
        spot = Spot(
            name,
            thing.box,
            one.role,
            thing.label,
            {thing.label: thing.score},
            [thing.score],
            seen.t,
            seen.t,
        )
        spot.old = self.before(seen.t) or any(_on(spot.box, other.box) for other in self.all if other.old)
        return spot

    def before(self, t: float) -> bool:
        """Whether what came then stood there when the watch began."""
        return self._began is not None and t - self._began < BEGINS_S

    def shift(self, by: float) -> None:
        """The source's time has a new base: every time moves with it."""
        self._began = None if self._began is None else self._began + by
        for spot in self.all:
            spot.since += by
            spot.last_seen += by

    def dump(self, utc_minus_t: float, *, deep: bool = False) -> dict[str, Any]:
        """JSON-able, on UTC. Deep: with the last look, so that the next one follows it."""
        began = None if self._began is None else self._began + utc_minus_t
        data = {"began": began, "spots": [spot.dump(utc_minus_t) for spot in self.all]}
        return {**data, "last": self._last, "dt": self.dt} if deep else data

    def restore(self, data: dict[str, Any], utc_minus_t: float) -> None:
        """Take up a dump: the watch goes on."""
        self.all = [Spot.restored(item, utc_minus_t) for item in data["spots"]]
        self._began = None if data["began"] is None else float(data["began"]) - utc_minus_t
        if "last" in data:
            self._last = None if data["last"] is None else float(data["last"])
            self.dt = float(data["dt"])


def distance(a: Box, b: Box, aspect: float) -> float:
    """Between the centres, in heights of the picture."""
    return math.hypot((a[0] + a[2] - b[0] - b[2]) / 2 * aspect, (a[1] + a[3] - b[1] - b[3]) / 2)


def size(box: Box, aspect: float) -> float:
    """The geometric mean of the sides, in heights of the picture."""
    return math.sqrt(max(1e-9, (box[2] - box[0]) * aspect * (box[3] - box[1])))


def _claimed(spot: Spot, found: Sequence[Found], aspect: float) -> Found | None:
    """The nearest box that nobody has taken and that fits."""
    own = size(spot.box, aspect)
    best, nearest = None, CLAIM * own
    for one in found:
        if one.taken or (away := distance(spot.box, one.sighting.box, aspect)) > nearest:
            continue
        other = size(one.sighting.box, aspect)
        if away <= CLAIM * other and 1 / ALIKE <= other / own <= ALIKE:
            best, nearest = one, away
    if best is not None:
        best.taken = True
    return best


def _see(spot: Spot, mine: Found, t: float, dt: float) -> None:
    thing = mine.sighting
    old = spot.box
    spot.box = (
        old[0] + NEW_SHARE * (thing.box[0] - old[0]),
        old[1] + NEW_SHARE * (thing.box[1] - old[1]),
        old[2] + NEW_SHARE * (thing.box[2] - old[2]),
        old[3] + NEW_SHARE * (thing.box[3] - old[3]),
    )
    spot.labels = {label: weight * 0.98 for label, weight in spot.labels.items() if weight > 0.02}
    spot.labels[thing.label] = spot.labels.get(thing.label, 0.0) + thing.score
    spot.scores = [*spot.scores[1 - SCORES_KEPT :], thing.score]
    spot.label = max(sorted(spot.labels), key=lambda label: spot.labels[label])
    spot.role = mine.role if spot.label == thing.label else spot.role
    spot.last_seen, spot.unseen_s, spot.unseen_looks, spot.bare = t, 0.0, 0, False
    spot.sights += 1
    spot.seen_s += dt
    spot.looked_s += dt
    spot.observed_s += dt


def _on(box: Box, other: Box) -> bool:
    """Whether one lies mostly on the other: a thing that goes by another name in another light."""
    return overlap(box, other) >= DOUBLE * min(area(box), area(other))


def _worth(spot: Spot) -> tuple[bool, float, float, str]:
    """The most wanted first."""
    return not spot.settled, -spot.observed_s, spot.since, spot.id


def _settle(spot: Spot, t: float) -> None:
    if spot.settled:
        spot.settled = spot.presence >= ABSENT
    else:
        enough = spot.sights >= SIGHTS_MIN and t - spot.since >= YOUNG_S
        spot.settled = enough and spot.presence >= PRESENT


def _gone(spot: Spot) -> bool:
    if spot.bare and not spot.old:
        return True
    limit = FORGET_S if spot.settled else FORGET_YOUNG_S
    if spot.old and spot.sights >= SIGHTS_MIN:
        limit = FORGET_OLD_S
    return spot.unseen_s >= limit and spot.unseen_looks >= FORGET_LOOKS
