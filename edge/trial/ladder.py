"""Every candidate of a period with its gates: how far each came, and why no further. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from broker.asks import Candidate, Gate
from broker.events import Reason
from broker.fields import utc
from edge.observation import Box, Observation
from edge.places import Place
from edge.rungs import IN_TIME, Climb, Explains, Rung, explains
from edge.steps import Lookout
from edge.trial.film import clipped, label_of, place_of

MOST: Final = 4000  # of one period; those that ended first in no zone go first
OPENED: Final = "opened"
Outcome = Literal["opened", "stopped", "waiting"]
Key = tuple[str, str]  # of the lookout, or "" for none; of the thing


@dataclass(slots=True)
class _Record:
    """One thing for one rule. best: the rungs when it was furthest; last: those of the last look."""

    label: str
    group: str
    since: float
    until: float
    box: Box
    best: tuple[Rung, ...] = ()
    passed: int = -1
    last: tuple[Rung, ...] = ()
    situation: str | None = None
    reached: bool = False  # a place by itself: whether it ever reached into a zone


@dataclass
class Ladders:
    """Takes every look of a period after its rules were asked. since, until: UTC seconds."""

    lookouts: Callable[[], Sequence[Lookout]]
    since: float
    until: float
    left_out: int = 0
    _records: dict[Key, _Record] = field(default_factory=dict)
    _ends: dict[str, Reason] = field(default_factory=dict)
    _told: dict[str, set[str]] = field(default_factory=dict)
    _last: float = 0.0

    def look(self, seen: Observation, places: Sequence[Place]) -> None:
        """One look, and the places at it."""
        if not self.since <= seen.utc <= self.until:
            return
        self._last = seen.utc
        climbing: set[str] = set()
        for lookout in self.lookouts():
            if explains(lookout.rule):
                climbing |= self._climb(lookout, lookout.rule, seen, places)
        for place in places:
            if place.state == "cleared":
                self._ends[place.id] = place.reasons[-1]
            else:
                self._ends.pop(place.id, None)
                self._stand(place, seen, place.id in climbing)
        self._bound()

    def _climb(
        self, lookout: Lookout, rule: Explains, seen: Observation, places: Sequence[Place]
    ) -> set[str]:
        """The things that reach into its zone."""
        told = self._told.setdefault(lookout.key, set())
        found = {climb.key: climb for climb in rule.climbs(seen, places, frozenset(told))}
        for climb in found.values():
            self._take((lookout.key, climb.key), climb, seen)
        for key, situation in rule.situations().items():
            record = self._records.get((lookout.key, key))
            if record is not None:
                record.until = seen.utc
                record.situation = situation
                told.add(key)
        told &= rule.situations().keys()
        return {*found, *told}

    def _take(self, key: Key, climb: Climb, seen: Observation) -> None:
        since = climb.since + seen.utc - seen.t
        record = self._records.get(key)
        if record is None or (record.situation is not None and since > record.until):
            record = self._records[key] = _Record(climb.label, climb.label, since, seen.utc, climb.box)
        record.label, record.until, record.box, record.last = climb.label, seen.utc, climb.box, climb.gates
        passed = _passed(climb.gates)
        if passed >= record.passed and record.situation is None:
            record.best, record.passed = climb.gates, passed

    def _stand(self, place: Place, seen: Observation, reaches: bool) -> None:
        """A place as such: it is told of by itself where it never reached into a zone."""
        record = self._records.get(("", place.id))
        if record is None:
            since = place.since + seen.utc - seen.t
            record = _Record(place.label, place.group, since, seen.utc, place.box, _seen(place))
            self._records["", place.id] = record
        record.until, record.box, record.label = seen.utc, place.box, place.label
        record.reached = record.reached or reaches

    def _bound(self) -> None:
        if len(self._records) <= MOST:
            return
        loose = [key for key, one in self._records.items() if not key[0] or one.situation is None]
        for key in sorted(loose or self._records, key=lambda key: self._records[key].until)[: MOST // 10]:
            del self._records[key]
            self.left_out += 1

    def candidates(self, most: int) -> Iterator[Candidate]:
        """At most so many: what was told first, then what still waits, then the rest, each by time."""
        rules = {lookout.key: lookout for lookout in self.lookouts()}
        chosen = [
            (key, one) for key, one in self._records.items() if key[0] in rules or not (key[0] or one.reached)
        ]
        chosen.sort(key=lambda pair: (_rank(pair[1], pair[0][0]), pair[1].since, pair[0]))
        self.left_out += max(0, len(chosen) - most)
        return (self._candidate(key, one, rules) for key, one in chosen[:most])

    def _candidate(self, key: Key, one: _Record, rules: Mapping[str, Lookout]) -> Candidate:
        lookout = rules.get(key[0])
        here = one.until >= self._last
        rungs = one.last if here and one.situation is None and one.last else one.best
        outcome = _outcome(one, rungs, here=here)
        zoneless = [Rung("in_zone", False, _outside(len({rule.zone.id for rule in rules.values()})))]
        gates = list(_gates(rungs if lookout else (*one.best, *zoneless), outcome))
        if lookout is not None:
            gates.append(self._final(key[1], one, here=here))
        return Candidate(
            place=place_of(key[1]),
            label=label_of(one.label, one.group),
            since=utc(one.since),
            until=utc(one.until),
            box=clipped(one.box),
            zone=lookout.zone.id if lookout else None,
            rule=lookout.settings.name if lookout else None,
            kind=lookout.settings.incident if lookout else None,
            outcome=outcome if lookout else "stopped",
            situation=one.situation,
            gates=gates[:16],
        )

    def _final(self, place: str, one: _Record, *, here: bool) -> Gate:
        """What it became, or why it can become nothing any more."""
        if one.situation is not None:
            why = Reason(code="opened", text=f"told as {one.situation}")
            return Gate(gate=OPENED, state="passed", reason=why)
        if here:
            why = Reason(code="not_yet", text="it is still there")
        else:
            end = self._ends.get(place)
            text = end.text if end else "nothing of it is there any more"
            why = Reason(code="gone", text=f"it went before that: {text}"[:240])
        return Gate(gate=OPENED, state="not_reached", reason=why)


def _passed(rungs: Sequence[Rung]) -> int:
    """How many gates in a row."""
    return next((n for n, rung in enumerate(rungs) if not rung.passed), len(rungs))


def _outcome(one: _Record, rungs: Sequence[Rung], *, here: bool) -> Outcome:
    if one.situation is not None:
        return "opened"
    first = _passed(rungs)
    waits = first == len(rungs) or rungs[first].gate in IN_TIME
    return "waiting" if here and waits else "stopped"


def _gates(rungs: Sequence[Rung], outcome: Outcome) -> Iterator[Gate]:
    """As the contract tells them: behind the gate that stops it, none is reached."""
    stopped = False
    for rung in rungs:
        if stopped:
            yield Gate(gate=rung.gate, state="not_reached", reason=rung.reason)
        elif rung.passed or outcome == "opened":
            yield Gate(gate=rung.gate, state="passed", reason=rung.reason)
        else:
            stopped = True
            state: Literal["waiting", "stopped"] = "waiting" if outcome == "waiting" else "stopped"
            yield Gate(gate=rung.gate, state=state, reason=rung.reason)


def _rank(one: _Record, lookout: str) -> int:
    if one.situation is not None:
        return 0
    return 1 if lookout else 2


def _seen(place: Place) -> tuple[Rung, ...]:
    told = place.reasons[0]
    text = f"a {place.label} at {place.score:.0%}, {told.text}"[:240]
    values = {**(told.values or {}), "score": round(place.score, 3)}
    reason = Reason(code="seen_now", text=text, values=values, words={"label": place.label})
    return (Rung("seen", True, reason),)


def _outside(zones: int) -> Reason:
    what = "it reaches into none of the zones" if zones else "the camera has no zones"
    return Reason(code="outside_zones", text=what, values={"zones": float(zones)})
