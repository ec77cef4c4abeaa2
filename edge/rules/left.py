"""`kind: left`: something nobody can name has been left on the ground of a zone: debris, rubbish, goods."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
import shapely
from pydantic import Field

from broker.events import Reason
from broker.fields import Word
from edge.ahead import Ahead
from edge.geometry import area, overlap
from edge.observation import Box, Observation, StaticRegion
from edge.piles import Pile, covers
from edge.places import Finding, Place
from edge.rule import Rule, Zone
from edge.rungs import WITHIN_HOURS, Climb, Rung, in_order, of_view
from edge.settings import Duration, RuleSettings, Unit

# Of its box under a standing vehicle or cycle: then that is what is seen.
_COVERED: Final = 0.5
_EXPLAINING: Final = frozenset({"vehicle", "two_wheeler"})
_GROWN: Final = 1.5  # times the size last told
_MISSING_S: Final = 30.0  # not given for so long, a region will not come back
_CLOCK_SET_S: Final = 1.0  # shifts of the clock below this are its drift
_GATES: Final = (
    *("ground", "size", "in_zone", "footprint", "label", "unexplained"),
    *("dwell", "coverage", "schedule", "view"),
)
_PASSED: Final = {
    "in_zone": Reason(code="in_zone", text="it reaches into the zone"),
    "unexplained": Reason(code="unexplained", text="no vehicle and no cycle stands on it"),
    "schedule": WITHIN_HOURS,
}
_ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "gone": ("ground_clean", "its ground looks clean again"),
    "absorbed": ("no_thing", "it turned out to be no thing but light or ground"),
    "explained": ("explained", "it is a vehicle, a cycle or somebody that is known by now"),
    "merged": ("merged", "it has grown together with an older one"),
    "lost": ("region_lost", "it is no longer known; whether its ground is clean was not seen"),
}


class Settings(RuleSettings):
    """Opens when something has lain for `dwell` with `share` of its box in the zone.

    `least`, `most`: its size, shares of the picture: a picture this coarse can judge nothing smaller, and
    what is larger is light. `coverage`: share of the time in which it was really seen. `labels`: only what
    the classifier calls one of these, with `sure` at least; empty for everything, named or not.
    """

    kind: Literal["left"]
    dwell: Annotated[Duration, Field(ge=20.0)]
    share: Annotated[Unit, Field(gt=0.0)] = 0.5
    coverage: Annotated[Unit, Field(gt=0.0)] = 0.2
    least: Unit = 0.001
    most: Annotated[Unit, Field(gt=0.0)] = 0.3
    labels: list[Word] = []
    sure: Unit = 0.5

    @property
    def pace_s(self) -> float:
        """Eight looks within the dwell are enough; things that lie do not hurry."""
        return min(10.0, max(0.5, self.dwell / 8))

    @property
    def of_ground(self) -> bool:
        """It is."""
        return True


def build(settings: Settings, source: str, zone: Zone) -> Rule:  # noqa: ARG001 - every kind is built alike
    """The rule of one zone at one source."""
    return Left(settings, zone)


class Left:
    """Holds what is open, by region; it ends when its ground is clean or it proves to be no thing."""

    def __init__(self, settings: Settings, zone: Zone) -> None:
        self._settings = settings
        self._zone = zone
        self._shape = shapely.Polygon(zone.outline)
        shapely.prepare(self._shape)
        self._open: dict[str, Pile] = {}
        # By region: how many of its piles have ended while it was still given.
        self._ended: dict[str, int] = {}
        # t and utc of the last look; infinite t: of an earlier process.
        self._last: tuple[float, float] | None = None

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """Findings of this look, in the order of the regions."""
        self._follow_clock(seen.t, seen.utc)
        if not seen.trusted:
            return []
        found = list(self._joined(seen))
        for region in seen.regions:
            found += self._judge(region, seen, places)
        found += list(self._missing(seen))
        return found

    def _follow_clock(self, t: float, utc: float) -> None:
        """UTC that is set makes nothing lie longer. Over a restart UTC tells, unless it went back."""
        last, self._last = self._last, (t, utc)
        if last is None:
            return
        by = (utc - t) - (last[1] - last[0]) if t >= last[0] else 0.0
        by = min(0.0, utc - last[1]) if last[0] == math.inf else by
        if abs(by) > _CLOCK_SET_S:
            for pile in self._open.values():
                pile.shift(by)

    def _joined(self, seen: Observation) -> Iterator[Finding]:
        """Regions that have grown together: the oldest ticket goes on under the region that is left."""
        for region in seen.regions:
            names = [n for n in (region.id, *region.merged) if n in self._open]
            if not region.merged or not names:
                continue
            oldest = min(names, key=lambda name: (self._open[name].since_utc, name))
            for name in names:
                if name != oldest:
                    yield self._end(name, "merged", seen)
            pile = self._open.pop(oldest)
            self._open[region.id] = pile
            pile.told = 0.0  # what has merged is told, whatever its size

    def _judge(self, region: StaticRegion, seen: Observation, places: Sequence[Place]) -> Iterator[Finding]:
        pile = self._open.get(region.id)
        if pile is None:
            ladder = self.why(region, seen, places)
            if ladder[-1].code == "seen":
                yield self._opened(region, seen, ladder)
        elif region.state in ("gone", "absorbed"):
            yield self._end(region.id, region.state, seen)
        elif region.state == "settled" and region.verdict == "explained":
            yield self._end(region.id, "explained", seen)
        elif region.state == "settled":
            pile.keep(region, self._share(region.box), seen.utc)
            yield from self._updated(region, pile, seen)

    def _missing(self, seen: Observation) -> Iterator[Finding]:
        """Forget what is no longer given; an open pile ends with a word, after a while."""
        given = {region.id for region in seen.regions}
        for name in self._ended.keys() - given:
            del self._ended[name]
        for name, pile in sorted(self._open.items()):
            pile.given_utc = seen.utc if name in given else pile.given_utc
            if seen.utc - pile.given_utc >= _MISSING_S:
                yield self._end(name, "lost", seen)
                self._ended.pop(name, None)

    def _opened(self, region: StaticRegion, seen: Observation, ladder: tuple[Reason, ...]) -> Finding:
        ended = self._ended.get(region.id, 0)
        name = situation_id(region.id, self._zone.id, self._settings.incident, self._settings.id, ended)
        pile = Pile.of(name, region, self._share(region.box), seen.t, seen.utc)
        pile.level = self._level(self._lain(region, seen))
        self._open[region.id] = pile
        place = pile.place(region.id, "confirmed", seen.utc - seen.t)
        return Finding(name, "opened", place, pile.share, ladder)

    def _updated(self, region: StaticRegion, pile: Pile, seen: Observation) -> Iterator[Finding]:
        reasons = []
        if region.area >= _GROWN * pile.told:
            reasons.append(covers("grown", region.area, pile.told))
            pile.told = region.area
        lain = self._lain(region, seen)
        if lain >= pile.level * self._settings.dwell:
            pile.level = self._level(lain)
            reasons.append(self._dwelt(lain, "still_there"))
        if reasons:
            place = pile.place(region.id, "confirmed", seen.utc - seen.t, *reasons)
            yield self._finding("updated", pile, place, reasons)

    def _end(self, name: str, how: str, seen: Observation) -> Finding:
        pile = self._open.pop(name)
        self._ended[name] = self._ended.get(name, 0) + 1
        code, text = _ENDS[how]
        lain = pile.seen_utc - pile.since_utc
        in_all = Reason(code="lain", text=f"lay for {lain:.0f} s in all", values={"lain_s": round(lain, 2)})
        reasons = [Reason(code=code, text=text), in_all]
        place = pile.place(name, "cleared", seen.utc - seen.t, reasons[0])
        return self._finding("cleared", pile, place, reasons)

    def _finding(
        self, phase: Literal["updated", "cleared"], pile: Pile, place: Place, reasons: list[Reason]
    ) -> Finding:
        pile.revision += 1
        return Finding(pile.id, phase, place, pile.share, tuple(reasons), pile.revision)

    def _share(self, box: Box) -> float:
        """How much of a box lies in the zone. All of it counts: a heap is ground from top to bottom."""
        inside = float(shapely.area(shapely.intersection(self._shape, shapely.box(*box))))
        return min(1.0, inside / max(area(box), 1e-9))

    def _lain(self, region: StaticRegion, seen: Observation) -> float:
        return self._zone.hours.seconds(region.since + seen.utc - seen.t, seen.utc)

    def _level(self, lain: float) -> int:
        """The next of 2, 4, 8 ... times the dwell that has not passed yet."""
        level = 2
        while lain >= level * self._settings.dwell:
            level *= 2
        return level

    def why(self, region: StaticRegion, seen: Observation, places: Sequence[Place]) -> tuple[Reason, ...]:
        """The ladder of gates for one region, up to and including the first that it does not pass.

        It passes all of them where the last code is `seen`.
        """
        ladder: list[Reason] = []
        for rung in self._gates(region, seen, places):
            ladder.append(rung.reason)
            if not rung.passed:
                break
        return tuple(ladder)

    def _gates(self, region: StaticRegion, seen: Observation, places: Sequence[Place]) -> Iterator[Rung]:
        """Each gate and whether it is passed, the cheapest first."""
        text = f"the picture says: {region.verdict}, {region.state}"
        good = region.verdict == "left" and region.state == "settled"
        yield Rung("ground", good, Reason(code="unexplained" if good else f"is_{region.verdict}", text=text))
        yield self._sized(region)
        share, needed = self._share(region.box), self._settings.share
        text = f"{share:.0%} of its box is in zone {self._zone.name[:80]}, {needed:.0%} needed"
        values = {"share": round(share, 3), "needed": needed}
        inside = share >= needed
        code = "in_zone" if inside else "outside_zone"
        yield Rung("footprint", inside, Reason(code=code, text=text, values=values))
        if self._settings.labels:
            yield self._named(region)
        closed = self._zone.hours.closed(seen.utc)
        if closed is not None:
            yield Rung("schedule", False, closed)
        yield from _explained(region, places)
        lain = self._lain(region, seen)
        yield Rung("dwell", lain >= self._settings.dwell, self._dwelt(lain))
        yield self._covered(region, seen)

    def climbs(self, seen: Observation, places: Sequence[Place], told: frozenset[str]) -> Iterator[Climb]:
        """Every region that reaches into the zone, and how far it came."""
        for region in seen.regions:
            if region.id not in told and self._share(region.box) > 0.0:
                rungs = [*self._gates(region, seen, places), of_view(seen)]
                gates = in_order(rungs, _GATES, _PASSED)
                yield Climb(region.id, region.label or "left_thing", region.since, region.box, gates)

    def situations(self) -> Mapping[str, str]:
        """The open ones, by region."""
        return {name: pile.id for name, pile in self._open.items()}

    def _sized(self, region: StaticRegion) -> Rung:
        least, most = self._settings.least, self._settings.most
        fits = least <= region.area <= most
        text = f"it covers {region.area:.2%} of the picture; {least:.2%} to {most:.0%} count"
        values = {"area": round(region.area, 5), "least": least, "most": most}
        return Rung("size", fits, Reason(code="sized" if fits else "wrong_size", text=text, values=values))

    def _named(self, region: StaticRegion) -> Rung:
        wanted = ", ".join(self._settings.labels)[:100]
        fits = region.label in self._settings.labels and region.score >= self._settings.sure
        name = f"{region.label} at {region.score:.0%}" if region.label else "nothing it knows"
        text = f"the classifier calls it {name}; wanted: {wanted}"
        values = {"score": round(region.score, 3)} if region.label else None
        words = {"label": region.label} if region.label else None
        reason = Reason(code="named" if fits else "other_label", text=text, values=values, words=words)
        return Rung("label", fits, reason)

    def _dwelt(self, lain: float, code: str | None = None) -> Reason:
        dwell = self._settings.dwell
        code = code or ("dwelt" if lain >= dwell else "not_long_enough")
        text = f"has lain there for {lain:.1f} s; {dwell:g} s are allowed"
        return Reason(code=code, text=text, values={"lain_s": round(lain, 2), "dwell_s": dwell})

    def _covered(self, region: StaticRegion, seen: Observation) -> Rung:
        needed = self._settings.coverage
        share = min(1.0, region.seen_s / max(seen.t - region.since, 1e-6))
        values = {"coverage": round(share, 3), "seen_s": round(region.seen_s, 2), "needed": needed}
        text = f"really seen {share:.0%} of that time, {needed:.0%} needed"
        enough = share >= needed
        reason = Reason(code="seen" if enough else "hardly_seen", text=text, values=values)
        return Rung("coverage", enough, reason)

    def passes(self, ahead: Ahead, index: int, end: int) -> int:
        """Up to the next look that shows anything on the ground; not while something is open."""
        if self._open:
            return index
        stop = ahead.next(ahead.regions, index, end)
        asked = np.flatnonzero(~ahead.failed[index:stop])
        if len(asked):
            last = index + int(asked[-1])
            self._last = (float(ahead.t[last]), float(ahead.utc[last]))
        if ahead.alive[index:stop].any():
            self._ended.clear()
        return stop

    def end(self, seen: Observation, why: Reason) -> list[Finding]:
        """What is open ends, though nothing was seen to go."""
        told, self._open = sorted(self._open.items()), {}
        self._ended |= {name: self._ended.get(name, 0) + 1 for name, _ in told}
        return [
            self._finding("cleared", pile, pile.place(name, "cleared", seen.utc - seen.t, why), [why])
            for name, pile in told
        ]

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """The open piles by region, and how often one that is still given has ended."""
        piles = {name: pile.dump() for name, pile in self._open.items()}
        at = self._last[1] if self._last is not None and piles else None
        data = {"version": 1, "at": at, "open": piles, "ended": dict(self._ended)}
        return {**data, "deep": {"last": self._last}} if deep else data

    def restore(self, data: dict[str, Any]) -> None:
        """Take up dumped piles. Raises ValueError for a dump that is none of this rule's."""
        try:
            if data["version"] != 1:
                raise ValueError(f"version {data['version']!r}, known is 1")
            self._open = {str(name): Pile.restored(item) for name, item in data["open"].items()}
            self._ended = {str(name): int(count) for name, count in data["ended"].items()}
            if data.get("deep", {}).get("last") is not None:
                t, utc = map(float, data["deep"]["last"])
                self._last = (t, utc)
            elif data.get("at") is not None:
                self._last = (math.inf, float(data["at"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no dump of a left rule: {error!r}") from error


def _explained(region: StaticRegion, places: Sequence[Place]) -> Iterator[Rung]:
    """A vehicle or cycle that is known to stand there explains it; nothing is yielded where none does."""
    for place in places:
        if place.group in _EXPLAINING and place.state != "cleared":
            share = overlap(region.box, place.box) / max(area(region.box), 1e-9)
            if share >= _COVERED:
                text = f"{share:.0%} of it lies under a {place.label} that stands there"
                values, words = {"share": round(share, 3)}, {"label": place.label}
                reason = Reason(code="explained", text=text, values=values, words=words)
                yield Rung("unexplained", False, reason)


def situation_id(region: str, zone: str, incident: str, rule: str | None, ended: int) -> str:
    """The same region in the same zone under the same rule is the same pile, over restarts too.

    rule: the id given to it, if any. ended: how often it has ended and begun again.
    """
    key = [region, zone, "left", incident]
    key += [f"rule {rule}"] if rule else []
    key += [f"ended {ended}"] if ended else []
    return "s-" + hashlib.sha256("|".join(key).encode()).hexdigest()[:20]
