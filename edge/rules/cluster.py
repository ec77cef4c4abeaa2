"""`kind: cluster`: goods and furniture have settled beside each other: a stall, or a shop on the pavement."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field

from broker.events import Reason
from broker.fields import Word
from edge.ahead import Ahead
from edge.observation import Box, Observation
from edge.places import Finding, Place
from edge.rule import Held, Rule, Zone
from edge.rungs import Climb
from edge.settings import Duration, RuleSettings, Unit
from edge.stalls import groups, spots
from edge.stalls.bystanders import carried
from edge.stalls.groups import Gathering
from edge.stalls.holds import Holds
from edge.stalls.ladder import MINDED, Ladder, words_of
from edge.stalls.spots import Found, Spots
from edge.stalls.stall import Stall
from edge.stalls.words import GOODS, role_of

# A group in the zone is out of it only well below the share that brought it in: boxes shake.
_STAYS: Final = 0.5
_CARRIERS: Final = frozenset({"vehicle", "two_wheeler"})
_CARRIER_STANDS_S: Final = 8.0
_LATES: Final = 5
_RIPENS: Final = frozenset({"not_long_enough", "not_seen_now"})
_EMPTY_S: Final = 15.0  # with too little there for so long, it has been packed up


class Settings(RuleSettings):
    """Opens when `least` things have stood beside each other for `dwell`; one fewer where somebody is by.

    `reach`: how far apart they may be, in sizes. `share`: of the group's footprint in the zone. `coverage`:
    share of the dwell in which it was really seen. `labels`: what a model of your own calls a stall; one is
    enough. `goods`: instead of the usual labels of goods. `standing`: also what stood there when the watch
    began.
    """

    kind: Literal["cluster"]
    dwell: Annotated[Duration, Field(ge=10.0)]
    least: Annotated[int, Field(ge=2, le=20)] = 3
    reach: Annotated[float, Field(gt=0.0, le=5.0)] = 1.2
    share: Annotated[Unit, Field(gt=0.0)] = 0.5
    coverage: Annotated[Unit, Field(gt=0.0)] = 0.2
    labels: list[Word] = []
    goods: list[Word] = sorted(GOODS)
    standing: bool = False

    @property
    def of_ground(self) -> bool:
        """What lies there without a name counts beside what has one."""
        return True

    @property
    def pace_s(self) -> float:
        """Small goods flicker: a look in 2 s sees them often enough within a minute."""
        return 2.0

    @property
    def lets_stand_s(self) -> float:
        """A stall may stand so long; what only passes hurries nobody."""
        return self.dwell


def build(settings: Settings, source: str, zone: Zone) -> Rule:
    """The rule of one zone at one source."""
    return Cluster(settings, source, zone)


class Cluster:
    """Holds the things seen in and about the zone, and the stalls told."""

    def __init__(self, settings: Settings, source: str, zone: Zone) -> None:
        self._settings = settings
        self._zone = zone
        self._ladder = Ladder(settings, zone)
        lefts, tops = zip(*zone.outline, strict=True)
        self._bounds: Box = (min(lefts), min(tops), max(lefts), max(tops))
        self._labels, self._goods = frozenset(settings.labels), frozenset(settings.goods)
        self._spots = Spots(source)
        self._holds = Holds()
        self._open: list[Stall] = []
        # By key: how many of its stalls have ended while that thing stood on.
        self._ended: dict[str, int] = {}
        self._last: tuple[float, float] | None = None  # t and utc of the last look
        self._lates = 0
        self._saved: dict[str, Any] | None = None

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """Findings of this look: what goes on, oldest first, then what is new."""
        if self._saved is not None:
            saved, self._saved = self._saved, None
            # A clock that went back says nothing of the time between: then none has passed.
            self._take_up(saved, max(seen.utc, saved.get("at") or seen.utc) - seen.t)
        if seen.trusted and not seen.looked:
            self._spots.cleaned(seen.regions)
        if not seen.trusted or not seen.looked or self._late(seen.t, seen.utc):
            return []
        self._last = (seen.t, seen.utc)
        self._spots.look(seen, self._wanted(seen), _standing(places, seen.t))
        for key in self._ended.keys() - {spot.id for spot in self._spots.all}:
            del self._ended[key]
        gathered = self._gathered(seen, places)
        found: list[Finding] = []
        for stall in list(self._open):
            if stall in self._open:
                found += self._go_on(stall, gathered, seen)
        for group in gathered:
            code = self._ladder.climb(group, seen)[-1].code
            if code == "seen":
                found.append(self._opened(group, seen))
            elif code in _RIPENS:
                self._holds.keep(group.key, group.box, group.oldest.since, seen.t)
        for stall in self._open:
            self._holds.keep(stall.key, stall.box, stall.since, seen.t)
        self._holds.expire(seen.t)
        return found

    def held(self) -> list[Held]:
        """The ground of stalls, told or ripening: goods that nobody can name are of them."""
        return self._holds.held()

    def _late(self, t: float, utc: float) -> bool:
        """Whether a look is left out as it lies in the past. So many in a row are a new base of time."""
        if self._last is None or t >= self._last[0]:
            self._lates = 0
            return False
        self._lates += 1
        if self._lates < _LATES:
            return True
        by = t - self._last[0] - max(0.0, utc - self._last[1])
        self._spots.shift(by)
        self._holds.shift(by)
        for stall in self._open:
            stall.shift(by)
        self._lates = 0
        return False

    def _wanted(self, seen: Observation) -> list[Found]:
        """Sightings that may be part of a stall in or beside the zone, best first."""
        wanted = []
        for thing in sorted(seen.sightings, key=lambda s: (-s.score, s.box)):
            role = role_of(thing.label, self._labels, self._goods)
            if role is None or thing.moving or carried(thing, seen.hidden):
                continue
            if groups.near_by(thing.box, self._bounds, self._settings.reach, seen.aspect):
                wanted.append(Found(thing, role))
        return wanted[: spots.SPOTS_MAX]

    def _gathered(self, seen: Observation, places: Sequence[Place]) -> list[Gathering]:
        settled = [spot for spot in self._spots.all if spot.settled]
        if not settled:
            return []
        carriers = [place for place in places if self._carries(place, seen.t)]
        heaps = [r for r in seen.regions if r.verdict == "left" and r.state in ("settled", "covered")]
        return groups.gathered(settled, carriers, heaps, self._settings.reach, seen.aspect)

    def _carries(self, place: Place, t: float) -> bool:
        """Whether it may be the van or the cycle that they are sold from."""
        if place.group not in _CARRIERS or place.state == "cleared" or t - place.since < _CARRIER_STANDS_S:
            return False
        return self._settings.standing or not self._spots.before(place.since)

    def _go_on(self, stall: Stall, gathered: list[Gathering], seen: Observation) -> Iterator[Finding]:
        """What of a told stall is left. All that stands on its ground is of it, however it is linked now."""
        parts = [g for g in gathered if g.names & set(stall.members) or groups.meets(g, stall.ground)]
        for part in parts:
            gathered.remove(part)
        whole = Gathering([spot for part in parts for spot in part.spots])
        whole.carriers = [place for part in parts for place in part.carriers]
        whole.heaps = [heap for part in parts for heap in part.heaps]
        if self._lives(whole):
            stall.empty_s = 0.0
            stall.keep(whole, seen.t, self._spots.dt)
            yield from self._updated(stall, seen)
        elif not stall.veiled(seen):
            stall.empty_s += self._spots.dt
            if stall.empty_s >= _EMPTY_S:
                yield self._cleared(stall, whole)
        yield from self._swallowed(stall)

    def _lives(self, group: Gathering) -> bool:
        """Two of anything, or one that is minded: less has been packed up."""
        if not group.spots:
            return False
        minded = group.company >= MINDED
        return group.stall is not None or len(group.distinct) + len(group.nameless) + minded >= 2

    def _swallowed(self, stall: Stall) -> Iterator[Finding]:
        """Stalls that have grown into this older one: one ticket is enough."""
        for other in [o for o in self._open if o is not stall and set(o.members) & set(stall.members)]:
            younger = max(stall, other, key=lambda s: (s.since, s.id))
            if younger in self._open:
                text = "has grown together with an older one"
                yield self._end(younger, Reason(code="merged", text=text))

    def _opened(self, group: Gathering, seen: Observation) -> Finding:
        since = self._ladder.since(group)
        key = group.key
        ended = self._ended.get(key, 0)
        name = situation_id(key, self._zone.id, self._settings.incident, self._settings.id, ended)
        observed = max(spot.observed_s for spot in group.spots)
        stall = Stall(name, key, group.box, group.box, since, seen.t, observed, group.objects())
        stall.members = sorted(group.names)
        stall.level = self._ladder.level(self._ladder.stood(since, seen))
        ladder = self._ladder.climb(group, seen)
        self._open.append(stall)
        place = stall.place("confirmed", *ladder)
        return Finding(name, "opened", place, self._ladder.region.share(group.box), ladder, 0, stall.objects)

    def _updated(self, stall: Stall, seen: Observation) -> Iterator[Finding]:
        stood = self._ladder.stood(stall.since, seen)
        if stall.last_seen == seen.t and stood >= stall.level * self._settings.dwell:
            stall.level = self._ladder.level(stood)
            objects = words_of(stall.objects)[:240]
            what = Reason(code="made_of", text=objects, words={"objects": objects})
            yield self._finding(stall, "updated", self._ladder.dwelt(stood, "still_there"), what)

    def _cleared(self, stall: Stall, left: Gathering) -> Finding:
        text = "nothing of it is left" if not left.spots else "hardly anything of it is left"
        return self._end(stall, Reason(code="packed_up", text=f"{text}: looked for {_EMPTY_S:g} s"))

    def _end(self, stall: Stall, why: Reason) -> Finding:
        self._open.remove(stall)
        self._ended[stall.key] = self._ended.get(stall.key, 0) + 1
        stood = stall.last_seen - stall.since
        text = f"stood for {stood:.0f} s in all"
        in_all = Reason(code="stood", text=text, values={"stood_s": round(stood, 2)})
        return self._finding(stall, "cleared", why, in_all)

    def _finding(self, stall: Stall, phase: Literal["updated", "cleared"], *why: Reason) -> Finding:
        stall.revision += 1
        share = self._ladder.region.share(stall.box)
        return Finding(stall.id, phase, stall.place(phase, *why), share, why, stall.revision, stall.objects)

    def end(self, seen: Observation, why: Reason) -> list[Finding]:
        """What is open ends, though nothing was packed up."""
        if self._saved is not None:
            saved, self._saved = self._saved, None
            self._take_up(saved, seen.utc - seen.t)
        return [self._end(stall, why) for stall in list(self._open)]

    def why(self, seen: Observation, places: Sequence[Place]) -> tuple[Reason, ...]:
        """The ladder of the group that gets furthest; it passes all gates where the last code is `seen`."""
        ladders = [self._ladder.climb(group, seen) for group in self._gathered(seen, places)]
        if not ladders:
            text = f"{len(self._spots.all)} things seen at times in or beside the zone; none has settled"
            return (Reason(code="nothing_settled", text=text),)
        return max(ladders, key=len)

    def passes(self, ahead: Ahead, index: int, end: int) -> int:
        """Up to the next look that shows anything a stall is made of; not while anything is known of one."""
        if self._saved is not None or self._open or self._spots.all or self._holds.held():
            return index
        wares = np.array([any(map(self._is_ware, words)) for words in ahead.vocabulary], np.bool_)
        past = np.diff(ahead.t, prepend=-np.inf) < 0.0
        stop = ahead.next(wares[ahead.labels] | ahead.regions | ahead.breaks | past, index, end)
        looks = np.flatnonzero(ahead.searched[index:stop]) + index
        if len(looks):
            for look in looks[-2:].tolist():
                self._last = (float(ahead.t[look]), float(ahead.utc[look]))
                self._spots.passed(self._last[0])
            self._lates = 0
            self._ended.clear()
        return stop

    def _is_ware(self, label: str) -> bool:
        return role_of(label, self._labels, self._goods) is not None

    def climbs(self, seen: Observation, places: Sequence[Place], told: frozenset[str]) -> Iterator[Climb]:
        """Every group that reaches into the zone and is no part of a stall that was told before."""
        for group in self._gathered(seen, places):
            of = [s for s in self._open if group.names & set(s.members) or groups.meets(group, s.ground)]
            mine = not of or group.key in {stall.key for stall in of}
            if group.key not in told and mine and self._ladder.region.share(group.box) > 0.0:
                since, label = group.oldest.since, group.oldest.label
                yield Climb(group.key, label, since, group.box, self._ladder.whole(group, seen))

    def situations(self) -> Mapping[str, str]:
        """The open ones, by their oldest thing."""
        return {stall.key: stall.id for stall in self._open}

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """Spots and open stalls, on UTC; deep: on the source's clock, with the last look."""
        if self._saved is not None:
            return self._saved
        utc_minus_t = 0.0 if self._last is None or deep else self._last[1] - self._last[0]
        stalls = [stall.dump(utc_minus_t) for stall in self._open]
        seen = self._spots.dump(utc_minus_t, deep=deep)
        at = None if self._last is None else self._last[1]
        data = {"version": 1, "at": at, "seen": seen, "open": stalls, "ended": dict(self._ended)}
        data["held"] = self._holds.dump(utc_minus_t)
        return {**data, "deep": {"last": self._last, "lates": self._lates}} if deep else data

    def restore(self, data: dict[str, Any]) -> None:
        """Take up a dump at the first look, a deep one at once. Raises ValueError for what is no dump."""
        try:
            if data["version"] != 1:
                raise ValueError(f"version {data['version']!r}, known is 1")
            for item in data["open"]:
                Stall.restored(item, 0.0)
            Spots("check").restore(data["seen"], 0.0)
            Holds.restored(data.get("held", {}), 0.0)
            float(data.get("at") or 0.0)
            self._ended = {str(key): int(count) for key, count in data["ended"].items()}
            if "deep" in data:
                if data["deep"]["last"] is not None:
                    t, utc = map(float, data["deep"]["last"])
                    self._last = (t, utc)
                self._lates = int(data["deep"]["lates"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no dump of a cluster rule: {error!r}") from error
        if "deep" in data:
            self._take_up(data, 0.0)
        else:
            self._saved = data

    def _take_up(self, saved: dict[str, Any], utc_minus_t: float) -> None:
        self._spots.restore(saved["seen"], utc_minus_t)
        self._open = [Stall.restored(item, utc_minus_t) for item in saved["open"]]
        self._holds = Holds.restored(saved.get("held", {}), utc_minus_t)


def _standing(places: Sequence[Place], t: float) -> list[Box]:
    """Things that the ledger knows to stand there still, by their picture if not by the detector."""
    return [p.box for p in places if p.group == "thing" and p.state == "confirmed" and p.last_seen >= t]


def situation_id(key: str, zone: str, incident: str, rule: str | None, ended: int) -> str:
    """The same things in the same zone under the same rule are the same stall, over restarts too.

    key: the id of the oldest thing. ended: how often a stall of it has ended and begun again.
    """
    parts = [key, zone, "cluster", incident, *([f"rule {rule}"] if rule else [])]
    parts += [f"ended {ended}"] if ended else []
    return "s-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]
