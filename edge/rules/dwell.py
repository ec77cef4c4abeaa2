"""`kind: dwell`: a thing of certain groups stands in a zone for longer than is allowed."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.fields import Label
from edge.ahead import SPARE, Ahead, Stay
from edge.breaks import Breaks
from edge.flow import Flow
from edge.flow.passing import stirs, turns
from edge.geometry import Region
from edge.groups import Group, group_of, words_of
from edge.observation import Box, Observation
from edge.places import Finding, Place
from edge.rule import Rule, Zone
from edge.rungs import WITHIN_HOURS, Climb, Rung, of_view
from edge.settings import Duration, RuleSettings, Unit
from edge.situations import Last, Told, next_level, situation_id

# A thing in the zone is out of it only well below the share that brought it in: boxes shake.
_STAYS: Final = 0.7
_REACHES: Final = Reason(code="in_zone", text="its footprint reaches into the zone")
_OF_GROUP: Final = Reason(code="of_group", text="the rule is about such things")
_NO_QUEUE: Final = Reason(code="no_queue", text="nothing says that it only waits")
_Dwell = Annotated[Duration, Field(ge=1.0)]


class Settings(RuleSettings):
    """Opens when a thing of `groups` has stood for `dwell` with `share` of its footprint in the zone.

    `allow`: another time for some labels or groups. `queue`: whether what may stand in a queue or at a signal
    is held, `queue_hold` at most; with it, what never had the score `sure` and was not seen to come.
    `coverage`: share of the time in which it was really seen. After a break of the camera or the node, what
    stands there may be another thing.
    """

    kind: Literal["dwell"]
    groups: Annotated[list[Group], Field(min_length=1)] = ["vehicle"]
    dwell: _Dwell
    allow: Annotated[dict[Label, _Dwell], Field(max_length=64)] = {}
    share: Annotated[Unit, Field(gt=0.0)] = 0.5
    coverage: Annotated[Unit, Field(gt=0.0)] = 0.2
    queue: Literal["hold", "ignore"] = "hold"
    queue_hold: Annotated[Duration, Field(ge=1.0, le=3600.0)] = 300.0
    sure: Unit = 0.5

    @model_validator(mode="after")
    def _allows_what_it_is_about(self) -> Self:
        strange = [word for word in self.allow if group_of(word) not in self.groups]
        if strange:
            known = ", ".join(word for group in self.groups for word in words_of(group))
            what = f"allow: {strange[0]!r} is nothing this rule is about ({', '.join(self.groups)})"
            raise ValueError(f"{what}; known are {known}")
        return self

    def allowed_s(self, place: Place) -> float:
        """How long such a thing may stand."""
        return self.allow.get(place.label, self.allow.get(place.group, self.dwell))

    @property
    def pace_s(self) -> float:
        """An eighth of the shortest time, so that what is told is told in time."""
        return min(10.0, max(0.2, self.lets_stand_s / 8.0))

    @property
    def lets_stand_s(self) -> float:
        """The shortest of its times."""
        return min(self.dwell, *self.allow.values(), math.inf)


def build(settings: Settings, source: str, zone: Zone) -> Rule:
    """The rule of one zone at one source."""
    return Dwell(settings, source, zone)


class Dwell:
    """Holds what is open, by place.

    A situation goes when its place is cleared, leaves the zone, or when the zone's hours are over.
    """

    def __init__(self, settings: Settings, source: str, zone: Zone) -> None:
        self._settings = settings
        self._source = source
        self._zone = zone
        self._region = Region(zone.outline)
        flow = Flow(settings.groups, settings.queue_hold, settings.sure)
        self._flow = flow if settings.queue == "hold" else None
        self._utc_minus_t = 0.0
        self._breaks = Breaks()
        self._open: dict[str, Told] = {}
        self._shares: dict[str, tuple[Box, float]] = {}
        # By place: how many of its situations have ended while the thing stood on, and (UTC) from when its
        # time counts, where the zone's hours ended one.
        self._left: dict[str, int] = {}
        self._from: dict[str, float] = {}

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """Findings of this look, in the order of the places."""
        if not seen.trusted:
            return []
        self._utc_minus_t = seen.utc - seen.t
        mine = [place for place in places if place.group in self._settings.groups]
        self._breaks.look(seen.utc, mine)
        if self._flow is not None:
            asked = [place for place in mine if place.id not in self._open and self._stays(place)]
            self._flow.step(seen, mine, asked)
        found = list(self._lost(mine))
        closed = self._zone.hours.closed(seen.utc)
        for place in mine:
            found += self._judge(place, seen.t, closed)
        return found

    def _lost(self, places: Sequence[Place]) -> Iterator[Finding]:
        """Forget what is no longer given. What was open ends with a word: no situation may stay for ever.

        That happens only where a ledger could not be restored; otherwise a place is given as cleared first.
        """
        present = {place.id for place in places}
        for kept in (self._shares, self._left, self._from):
            for gone in kept.keys() - present:
                del kept[gone]
        for gone in sorted(self._open.keys() - present):
            situation = self._open[gone]
            text = "the place is no longer known after a restart; whether it is empty was not seen"
            place = situation.last.place(gone, self._utc_minus_t, Reason(code="place_lost", text=text))
            yield self._cleared(place, situation, place.reasons[-1])
            del self._shares[gone]

    def _judge(self, place: Place, t: float, closed: Reason | None) -> Iterator[Finding]:
        situation = self._open.get(place.id)
        if situation is None:
            if closed is None and self._stands_too_long(place, t):
                yield self._opened(place, t)
            return
        situation.last = Last.of(place, self._utc_minus_t)
        if place.state == "cleared":
            yield self._cleared(place, situation, place.reasons[-1])
        elif not self._stays(place):
            yield self._cleared(place, situation, self._inside(place))
        elif closed is not None:
            self._from[place.id] = t + self._utc_minus_t
            yield self._cleared(place, situation, _hours_over(closed))
        elif place.state == "confirmed" and place.last_seen == t:
            yield from self._updated(place, situation, t)

    def _stands_too_long(self, place: Place, t: float) -> bool:
        """The gates, cheapest first. It opens only at a look that sees the thing."""
        return (
            place.state == "confirmed"
            and place.last_seen == t
            and self._stood_s(place, t) >= self._settings.allowed_s(place)
            and self._observed(place, t).code == "observed"
            and self._share(place) >= self._settings.share
            and self._held(place, t) is None
        )

    def _stood_s(self, place: Place, t: float) -> float:
        """Seconds within the zone's hours, to the millisecond: UTC seconds are no finer than that."""
        return self._counted_s(place, t, self._utc_minus_t)

    def _counted_s(self, place: Place, t: float, utc_minus_t: float) -> float:
        since = max(place.since + utc_minus_t, self._from.get(place.id, float("-inf")))
        since = max(since, self._drove_in(place) or since)
        return round(self._zone.hours.seconds(since, t + utc_minus_t), 3)

    def _observed(self, place: Place, t: float) -> Reason:
        least = self._settings.allowed_s(place)
        return self._breaks.observed(place, t + self._utc_minus_t, self._settings.coverage, least)

    def _drove_in(self, place: Place) -> float | None:
        return None if self._flow is None else self._flow.since(place)

    def _held(self, place: Place, t: float) -> Reason | None:
        return None if self._flow is None else self._flow.held(place, t + self._utc_minus_t)

    def _share(self, place: Place) -> float:
        """The share of the footprint in the zone, computed anew only when the box has moved."""
        known = self._shares.get(place.id)
        if known is not None and known[0] == place.box:
            return known[1]
        share = self._region.share(place.box)
        self._shares[place.id] = (place.box, share)
        return share

    def _stays(self, place: Place) -> bool:
        return self._share(place) >= _STAYS * self._settings.share

    def _opened(self, place: Place, t: float) -> Finding:
        left = self._left.get(place.id, 0)
        name = situation_id(place, self._zone.id, self._settings.incident, rule=self._settings.id, left=left)
        level = next_level(self._stood_s(place, t), self._settings.allowed_s(place))
        self._open[place.id] = Told(name, place.label, Last.of(place, self._utc_minus_t), level)
        utc = t + self._utc_minus_t
        notes = (self._flow.stays(place, utc) if self._flow else None, self._zone.hours.note(utc))
        reasons = (*self.why(place, t), *(note for note in notes if note is not None), *place.reasons)
        return Finding(name, "opened", place, self._share(place), reasons)

    def _updated(self, place: Place, situation: Told, t: float) -> Iterator[Finding]:
        reasons: list[Reason] = []
        stood, allowed = self._stood_s(place, t), self._settings.allowed_s(place)
        if stood >= situation.level * allowed:
            situation.level = next_level(stood, allowed)
            reasons.append(self._dwelt(place, t, code="still_there"))
        if place.label != situation.label:
            text = f"taken for a {place.label} now, for a {situation.label} before"
            words = {"label": place.label, "before": situation.label}
            situation.label = place.label
            reasons.append(Reason(code="label_changed", text=text, words=words))
        if reasons:
            reasons.append(self._breaks.observed(place, t + self._utc_minus_t))
            yield self._finding("updated", place, situation, reasons)

    def _cleared(self, place: Place, situation: Told, why: Reason) -> Finding:
        del self._open[place.id]
        if place.state != "cleared":
            self._left[place.id] = self._left.get(place.id, 0) + 1
        return self._finding("cleared", place, situation, [why, _stood(place)])

    def _finding(
        self, phase: Literal["updated", "cleared"], place: Place, situation: Told, reasons: list[Reason]
    ) -> Finding:
        situation.revision += 1
        share = self._share(place)
        return Finding(situation.id, phase, place, share, tuple(reasons), situation.revision)

    def why(self, place: Place, t: float) -> tuple[Reason, ...]:
        """The ladder of gates for one place, up to and including the first that it does not pass."""
        if place.group not in self._settings.groups:
            return (self._other_group(place),)
        if place.state != "confirmed" or place.last_seen < t:
            return (_not_seen(place, t),)
        inside, closed = self._inside(place), self._zone.hours.closed(t + self._utc_minus_t)
        if inside.code != "in_zone" or closed is not None:
            return (inside,) if closed is None or inside.code != "in_zone" else (inside, closed)
        ladder = (inside, self._dwelt(place, t), self._observed(place, t))
        held = self._held(place, t)
        return ladder if held is None else (*ladder, held)

    def passes(self, ahead: Ahead, index: int, end: int) -> int:
        """Up to the next look at which a place may be told or may end, or the flow of the street stirs."""
        at = ahead.next(ahead.alive, index, end)
        if at == end or not ahead.steady:
            return end if at == end else index
        stop = ahead.next(self._stirs(ahead), index, end)
        stays = ahead.standing(at, frozenset(self._settings.groups)) if stop > at else []
        for stay in stays:
            if stop > index:
                stop = self._quiet(stay, ahead, index, stop)
        self._passed(ahead, index, stop, stays)
        return stop

    def _stirs(self, ahead: Ahead) -> NDArray[np.bool_]:
        key = (frozenset(self._settings.groups), self._flow is not None)
        if key not in ahead.stirred:
            found = ahead.breaks | turns(ahead, key[0])
            ahead.stirred[key] = found | stirs(ahead, key[0]) if self._flow is not None else found
        return ahead.stirred[key]

    def _quiet(self, stay: Stay, ahead: Ahead, index: int, stop: int) -> int:
        """Up to which look nothing happens to one place that is given at each."""
        low, high = max(index, stay.start) - stay.start, min(stop, stay.stop) - stay.start
        kinds, now = stay.kind[low:high], float(ahead.utc[index])
        shares, needed = ahead.shares(self._zone.outline)[kinds], self._settings.share
        told = self._open.get(stay.id)
        ready = ahead.confirmed[kinds] & stay.seen[low:high] & ahead.alive[index : index + len(kinds)]
        odd = np.zeros(len(kinds), np.bool_) if self._flow is None else self._flow.drives(stay, ahead, kinds)
        if told is not None:
            odd |= ~(shares >= _STAYS * needed + SPARE) | (ahead.names[kinds] != told.label)
            stop = min(stop, self._unchanged(ahead, now, index, stop))
        else:
            ready &= ~(shares < needed - SPARE)
            if self._flow is not None and self._flow.young(stay.id, now):
                odd |= ~(shares < _STAYS * needed - SPARE)
        stop = min(stop, ahead.next(odd, 0, len(odd)) + index if odd.any() else stop)
        times = 1 if told is None else told.level
        return self._due(stay, ahead, index + np.flatnonzero(ready), stop, times)

    def _unchanged(self, ahead: Ahead, now: float, index: int, stop: int) -> int:
        """Up to which look the zone's hours go on; none of them where they are over."""
        if self._zone.hours.closed(now) is not None:
            return index
        return ahead.next(ahead.utc >= self._zone.hours.unchanged(now) - SPARE, index, stop)

    def _due(self, stay: Stay, ahead: Ahead, looks: NDArray[np.int64], stop: int, times: int) -> int:
        """The first of these looks at which it has stood for so many times what is allowed, or nearly."""
        looks = looks[looks < stop]
        if not len(looks):
            return stop
        offset = ahead.utc[looks] - ahead.t[looks]
        spare = 0.002 + 3.0 * float(offset.max() - offset.min())
        kinds = {int(kind) for kind in np.unique(stay.kind[looks - stay.start])}
        allowed = times * min(self._settings.allowed_s(ahead.kinds[kind]) for kind in kinds) - spare

        def stood(look: int) -> float:
            place = ahead.kinds[stay.kind[look - stay.start]]
            t, utc = float(ahead.t[look]), float(ahead.utc[look])
            return self._counted_s(place, t, utc - t)

        first = bisect_left(looks, allowed, key=stood)
        return int(looks[first]) if first < len(looks) else stop

    def _passed(self, ahead: Ahead, index: int, stop: int, stays: Sequence[Stay]) -> None:
        """Take the looks up to there as seen."""
        alive = np.flatnonzero(ahead.alive[index:stop]) + index
        if not len(alive):
            return
        last = int(alive[-1])
        utc = float(ahead.utc[last])
        self._utc_minus_t = utc - float(ahead.t[last])
        self._breaks.passed(utc)
        if self._flow is not None:
            self._flow.passed(ahead, alive[ahead.looked[alive]], stays)
        for stay in stays:
            if stay.id in self._open:
                place = ahead.place(int(stay.row[last - stay.start]))
                self._open[stay.id].last = Last.of(place, self._utc_minus_t)

    def climbs(self, seen: Observation, places: Sequence[Place], told: frozenset[str]) -> Iterator[Climb]:
        """Every place that reaches into the zone, of whatever group, and how far it came."""
        for place in places:
            if place.state != "cleared" and place.id not in told and self._share(place) > 0.0:
                gates = (*self._rungs(place, seen.t), of_view(seen))
                yield Climb(place.id, place.label, place.since, place.box, gates)

    def situations(self) -> Mapping[str, str]:
        """The open ones, by place."""
        return {place: situation.id for place, situation in self._open.items()}

    def _rungs(self, place: Place, t: float) -> Iterator[Rung]:
        """All gates in the order in which people ask, also those behind one that is not passed."""
        yield self._seen(place, t)
        yield Rung("in_zone", True, _REACHES)
        inside = self._inside(place)
        yield Rung("footprint", inside.code == "in_zone", inside)
        about = place.group in self._settings.groups
        yield Rung("group", about, _OF_GROUP if about else self._other_group(place))
        dwelt, observed = self._dwelt(place, t), self._observed(place, t)
        yield Rung("dwell", dwelt.code == "dwelt", dwelt)
        yield Rung("coverage", observed.code == "observed", observed)
        held, utc = self._held(place, t), t + self._utc_minus_t
        stays = self._flow.stays(place, utc) if self._flow is not None else None
        yield Rung("queue", held is None, held or stays or _NO_QUEUE)
        closed = self._zone.hours.closed(utc)
        yield Rung("schedule", closed is None, closed or WITHIN_HOURS)

    def _seen(self, place: Place, t: float) -> Rung:
        """That it stands there, by the ledger's own words, and is seen at this look."""
        if place.state != "confirmed" or place.last_seen < t:
            return Rung("seen", False, _not_seen(place, t))
        told = place.reasons[0]
        values = {**(told.values or {}), "score": round(place.score, 3)}
        text = f"a {place.label} at {place.score:.0%}, {told.text}"
        words = {"label": place.label}
        return Rung("seen", True, Reason(code="seen_now", text=text[:240], values=values, words=words))

    def _other_group(self, place: Place) -> Reason:
        wanted = ", ".join(self._settings.groups)
        text = f"it is a {place.group}; the rule is about {wanted}"
        return Reason(code="other_group", text=text, words={"group": place.group})

    def _inside(self, place: Place) -> Reason:
        share, needed = self._share(place), self._settings.share
        code = "outside_zone" if share < needed else "in_zone"
        only = "only " if share < needed else ""
        text = f"{only}{share:.0%} of its footprint is in zone {self._zone.name[:80]}, {needed:.0%} needed"
        return Reason(code=code, text=text, values={"share": round(share, 3), "needed": needed})

    def _dwelt(self, place: Place, t: float, code: str | None = None) -> Reason:
        stood, allowed = self._stood_s(place, t), self._settings.allowed_s(place)
        values = {"stood_s": round(stood, 2), "dwell_s": allowed}
        text, in_all = f"has stood for {stood:.1f} s", t - place.since
        if in_all - stood >= 0.1:
            counted = "since it drove in" if self._drove_in(place) else "within the zone's hours"
            text += f" {counted} ({in_all:.1f} s in all)"
            values["in_all_s"] = round(in_all, 2)
        whom = f" for a {place.label}" if allowed != self._settings.dwell else ""
        code = code or ("dwelt" if stood >= allowed else "not_long_enough")
        return Reason(code=code, text=f"{text}; {allowed:g} s are allowed{whom}", values=values)

    def end(self, seen: Observation, why: Reason) -> list[Finding]:
        """What is open ends, though nothing was seen to leave."""
        self._utc_minus_t = seen.utc - seen.t
        told = sorted(self._open.items())
        self._left |= {name: self._left.get(name, 0) + 1 for name, _ in told}
        places = [(one.last.place(name, self._utc_minus_t, why), one) for name, one in told]
        return [self._cleared(place, one, why) for place, one in places]

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """The open situations by place, what ended while a thing stood on, and what is known of the flow."""
        return {
            "version": 1,
            "open": {place: situation.dump() for place, situation in self._open.items()},
            "left": dict(self._left),
            "from": dict(self._from),
            "breaks": self._breaks.dump(),
            "flow": None if self._flow is None else self._flow.dump(deep=deep),
        }

    def restore(self, data: dict[str, Any]) -> None:
        """Take up dumped situations. Raises ValueError for a dump that is none of this rule's."""
        try:
            if data["version"] != 1:
                raise ValueError(f"version {data['version']!r}, known is 1")
            self._open = {place: Told.restore(item) for place, item in data["open"].items()}
            self._left = {place: int(count) for place, count in data.get("left", {}).items()}
            self._from = {place: float(utc) for place, utc in data.get("from", {}).items()}
            if "breaks" in data:
                self._breaks.restore(data["breaks"])
            if self._flow is not None and data.get("flow") is not None:
                self._flow.restore(data["flow"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no dump of a dwell rule: {error!r}") from error


def _not_seen(place: Place, t: float) -> Reason:
    text = f"the place is {place.state} and its thing was last seen {t - place.last_seen:.1f} s ago"
    return Reason(code="not_seen_now", text=text, values={"ago_s": round(t - place.last_seen, 1)})


def _stood(place: Place) -> Reason:
    stood = place.last_seen - place.since
    return Reason(code="stood", text=f"stood for {stood:.1f} s in all", values={"stood_s": round(stood, 2)})


def _hours_over(closed: Reason) -> Reason:
    text = f"the zone's hours are over, it was not seen to leave; {closed.text}"
    return Reason(code="hours_over", text=text[:240])
