"""`kind: dwell`: a thing of certain groups stands in a zone for longer than is allowed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge.geometry import Region
from edge.groups import Group
from edge.observation import Box, Observation
from edge.places import Finding, Place
from edge.rule import Rule, Zone
from edge.settings import Duration, RuleSettings, Unit

# A thing in the zone is out of it only well below the share that brought it in: boxes shake.
_STAYS: Final = 0.7


class Settings(RuleSettings):
    """Opens when a thing of `groups` has stood for `dwell` with `share` of its footprint in the zone.

    `coverage`: share of that time in which it was really seen. After a break of the camera or the node, what
    stands there may be another thing.
    """

    kind: Literal["dwell"]
    groups: Annotated[list[Group], Field(min_length=1)] = ["vehicle"]
    dwell: Annotated[Duration, Field(ge=1.0)]
    share: Annotated[Unit, Field(gt=0.0)] = 0.5
    coverage: Annotated[Unit, Field(gt=0.0)] = 0.2


def build(settings: Settings, source: str, zone: Zone) -> Rule:
    """The rule of one zone at one source."""
    return Dwell(settings, source, zone)


@dataclass(frozen=True, slots=True)
class _Last:
    """A place as it was last given, with stamps that outlive the process."""

    group: str
    label: str
    score: float
    box: Box
    since_utc: float
    last_seen_utc: float
    observed_s: float
    coverage: float

    @classmethod
    def of(cls, place: Place, utc_minus_t: float) -> "_Last":
        """Keep what a last word about the place would need."""
        since, seen = place.since + utc_minus_t, place.last_seen + utc_minus_t
        what = (place.group, place.label, place.score, place.box)
        return cls(*what, since, seen, place.observed_s, place.coverage)

    def place(self, name: str, utc_minus_t: float, why: Reason) -> Place:
        """The place again, cleared."""
        since, seen = self.since_utc - utc_minus_t, self.last_seen_utc - utc_minus_t
        what = (name, self.group, self.label, self.score, self.box)
        return Place(*what, "cleared", since, seen, self.observed_s, self.coverage, (why,))


@dataclass(slots=True)
class _Situation:
    """What is told already. level: the multiple of the dwell at which it is told again."""

    id: str
    label: str
    last: _Last
    level: int = 2
    revision: int = 0


class Dwell:
    """Holds what is open, by place; a situation goes when its place is cleared or leaves the zone."""

    def __init__(self, settings: Settings, source: str, zone: Zone) -> None:
        self._settings = settings
        self._source = source
        self._zone = zone
        self._region = Region(zone.outline)
        self._open: dict[str, _Situation] = {}
        self._shares: dict[str, tuple[Box, float]] = {}
        # By place: how many of its situations have ended while the thing stood on, outside the zone.
        self._left: dict[str, int] = {}

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """Findings of this look, in the order of the places."""
        if not seen.trusted:
            return []
        mine = [place for place in places if place.group in self._settings.groups]
        found = list(self._lost(mine, seen.utc - seen.t))
        for place in mine:
            found += self._judge(place, seen)
        return found

    def _lost(self, places: Sequence[Place], utc_minus_t: float) -> Iterator[Finding]:
        """Forget what is no longer given. What was open ends with a word: no situation may stay for ever.

        That happens only where a ledger could not be restored; otherwise a place is given as cleared first.
        """
        present = {place.id for place in places}
        for kept in (self._shares, self._left):
            for gone in kept.keys() - present:
                del kept[gone]
        for gone in sorted(self._open.keys() - present):
            situation = self._open[gone]
            text = "the place is no longer known after a restart; whether it is empty was not seen"
            place = situation.last.place(gone, utc_minus_t, Reason(code="place_lost", text=text))
            yield self._cleared(place, situation)
            del self._shares[gone]

    def _judge(self, place: Place, seen: Observation) -> Iterator[Finding]:
        situation = self._open.get(place.id)
        if situation is None:
            if self._stands_too_long(place, seen.t):
                yield self._opened(place, seen)
            return
        situation.last = _Last.of(place, seen.utc - seen.t)
        if place.state == "cleared" or self._share(place) < _STAYS * self._settings.share:
            yield self._cleared(place, situation)
        elif place.state == "confirmed" and place.last_seen == seen.t:
            yield from self._updated(place, situation, seen.t)

    def _stands_too_long(self, place: Place, t: float) -> bool:
        """The gates, cheapest first. It opens only at a look that sees the thing."""
        return (
            place.state == "confirmed"
            and place.last_seen == t
            and t - place.since >= self._settings.dwell
            and place.coverage >= self._settings.coverage
            and self._share(place) >= self._settings.share
        )

    def _share(self, place: Place) -> float:
        """The share of the footprint in the zone, computed anew only when the box has moved."""
        known = self._shares.get(place.id)
        if known is not None and known[0] == place.box:
            return known[1]
        share = self._region.share(place.box)
        self._shares[place.id] = (place.box, share)
        return share

    def _opened(self, place: Place, seen: Observation) -> Finding:
        left = self._left.get(place.id, 0)
        name = situation_id(place, self._zone.id, self._settings.incident, rule=self._settings.id, left=left)
        last = _Last.of(place, seen.utc - seen.t)
        self._open[place.id] = _Situation(name, place.label, last, self._level(seen.t - place.since))
        reasons = (*self.why(place, seen.t), *place.reasons)
        return Finding(name, "opened", place, self._share(place), reasons)

    def _updated(self, place: Place, situation: _Situation, t: float) -> Iterator[Finding]:
        reasons: list[Reason] = []
        stood = t - place.since
        if stood >= situation.level * self._settings.dwell:
            situation.level = self._level(stood)
            reasons.append(self._dwelt(stood, code="still_there"))
        if place.label != situation.label:
            text = f"taken for a {place.label} now, for a {situation.label} before"
            situation.label = place.label
            reasons.append(Reason(code="label_changed", text=text))
        if reasons:
            reasons.append(_observed(place))
            yield self._finding("updated", place, situation, reasons)

    def _cleared(self, place: Place, situation: _Situation) -> Finding:
        del self._open[place.id]
        if place.state != "cleared":
            self._left[place.id] = self._left.get(place.id, 0) + 1
        ended = [place.reasons[-1]] if place.state == "cleared" else [self._inside(place)]
        ended.append(_stood(place))
        return self._finding("cleared", place, situation, ended)

    def _finding(
        self, phase: Literal["updated", "cleared"], place: Place, situation: _Situation, reasons: list[Reason]
    ) -> Finding:
        situation.revision += 1
        share = self._share(place)
        return Finding(situation.id, phase, place, share, tuple(reasons), situation.revision)

    def _level(self, stood_s: float) -> int:
        """The next of 2, 4, 8 ... times the dwell that has not passed yet."""
        level = 2
        while stood_s >= level * self._settings.dwell:
            level *= 2
        return level

    def why(self, place: Place, t: float) -> tuple[Reason, ...]:
        """The ladder of gates for one place, up to and including the first that it does not pass."""
        if place.group not in self._settings.groups:
            wanted = ", ".join(self._settings.groups)
            return (Reason(code="other_group", text=f"it is a {place.group}; the rule is about {wanted}"),)
        if place.state != "confirmed" or place.last_seen < t:
            text = f"the place is {place.state} and its thing was last seen {t - place.last_seen:.1f} s ago"
            return (Reason(code="not_seen_now", text=text),)
        inside, dwelt = self._inside(place), self._dwelt(t - place.since)
        if inside.code != "in_zone":
            return (inside,)
        return (inside, dwelt, _observed(place, self._settings.coverage))

    def _inside(self, place: Place) -> Reason:
        share, needed = self._share(place), self._settings.share
        values = {"share": round(share, 3), "needed": needed}
        if share < needed:
            text = f"only {share:.0%} of its footprint is in zone {self._zone.name[:80]}, {needed:.0%} needed"
            return Reason(code="outside_zone", text=text, values=values)
        text = f"{share:.0%} of its footprint is in zone {self._zone.name[:80]}, {needed:.0%} needed"
        return Reason(code="in_zone", text=text, values=values)

    def _dwelt(self, stood_s: float, code: str | None = None) -> Reason:
        dwell = self._settings.dwell
        enough = stood_s >= dwell
        text = f"has stood for {stood_s:.1f} s; {dwell:g} s are allowed"
        values = {"stood_s": round(stood_s, 2), "dwell_s": dwell}
        return Reason(code=code or ("dwelt" if enough else "not_long_enough"), text=text, values=values)

    def dump(self) -> dict[str, Any]:
        """The open situations by place, and how often a thing that still stands has left the zone."""
        situations = {place: asdict(situation) for place, situation in self._open.items()}
        return {"version": 1, "open": situations, "left": dict(self._left)}

    def restore(self, data: dict[str, Any]) -> None:
        """Take up dumped situations. Raises ValueError for a dump that is none of this rule's."""
        try:
            if data["version"] != 1:
                raise ValueError(f"version {data['version']!r}, known is 1")
            self._open = {place: _restored(item) for place, item in data["open"].items()}
            self._left = {place: int(count) for place, count in data.get("left", {}).items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"this is no dump of a dwell rule: {error!r}") from error


def _restored(item: dict[str, Any]) -> _Situation:
    last = dict(item["last"])
    x1, y1, x2, y2 = map(float, last.pop("box"))
    return _Situation(**{**item, "last": _Last(box=(x1, y1, x2, y2), **last)})


def _observed(place: Place, needed: float = 0.0) -> Reason:
    text = f"really observed {place.coverage:.0%} of that time"
    if place.coverage < needed:
        values = {"coverage": round(place.coverage, 3), "needed": needed}
        return Reason(code="hardly_observed", text=f"{text}, {needed:.0%} needed", values=values)
    values = {"coverage": round(place.coverage, 3), "observed_s": round(place.observed_s, 2)}
    return Reason(code="observed", text=text, values=values)


def _stood(place: Place) -> Reason:
    stood = place.last_seen - place.since
    return Reason(code="stood", text=f"stood for {stood:.1f} s in all", values={"stood_s": round(stood, 2)})


def situation_id(place: Place, zone: str, incident: str, *, rule: str | None = None, left: int = 0) -> str:
    """The same place in the same zone under the same rule is the same situation, over restarts too.

    rule: the id given to it, if any. left: how often the thing has left the zone and come back.
    """
    key = [place.id, zone, "dwell", incident, str(place.episode)]
    key += [f"rule {rule}"] if rule else []
    key += [f"left {left}"] if left else []
    return "s-" + hashlib.sha256("|".join(key).encode()).hexdigest()[:20]
