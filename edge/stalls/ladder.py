"""Is a gathering a stall by now? A ladder of gates; each says in words and figures why it is passed."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from broker.events import Reason
from edge.geometry import Region
from edge.observation import Observation
from edge.places import Place
from edge.rule import Zone
from edge.rungs import WITHIN_HOURS, Rung, in_order, of_view
from edge.stalls.groups import Gathering
from edge.stalls.spots import Spot

MINDED: Final = 0.4  # share of the looks with somebody beside it
AT_ONCE: Final = 0.5  # of the things it needs, so many are seen at a look, on the average

GATES: Final = (
    *("together", "trading", "in_zone", "footprint", "dwell", "seen"),
    *("presence", "coverage", "schedule", "view"),
)
PASSED: Final = {
    "in_zone": Reason(code="in_zone", text="they reach into the zone"),
    "schedule": WITHIN_HOURS,
}


class Asked(Protocol):
    """What an operator asks for; the rule's settings are it."""

    @property
    def dwell(self) -> float: ...
    @property
    def least(self) -> int: ...
    @property
    def share(self) -> float: ...
    @property
    def coverage(self) -> float: ...
    @property
    def standing(self) -> bool: ...


class Ladder:
    """The gates of one zone."""

    def __init__(self, asked: Asked, zone: Zone) -> None:
        self._asked = asked
        self._zone = zone
        self.region = Region(zone.outline)

    def climb(self, group: Gathering, seen: Observation) -> tuple[Reason, ...]:
        """The gates up to and including the first that is not passed; all are where the last is `seen`."""
        ladder: list[Reason] = []
        for rung in self._gates(group, seen):
            ladder.append(rung.reason)
            if not rung.passed:
                break
        return tuple(ladder)

    def whole(self, group: Gathering, seen: Observation) -> tuple[Rung, ...]:
        """All gates in their order, also those behind one that is not passed."""
        return in_order([*self._gates(group, seen), of_view(seen)], GATES, PASSED)

    def since(self, group: Gathering) -> float:
        """When the last of the things that it takes was put down: until then it was no stall."""
        if group.stall is not None:
            return group.stall.since
        own = [spot.since for spot in self._own(group)]
        company: Sequence[Place] = group.carriers if group.carried else ()
        own += [spot.since for spot in self._shelter(group)]
        starts = sorted([*own, *(c.since for c in company[:1]), *(h.since for h in group.nameless)])
        return starts[min(len(starts), self._needed(group)) - 1] if starts else 0.0

    def stood(self, since: float, seen: Observation) -> float:
        """Seconds since then in which the rule applied."""
        return self._zone.hours.seconds(since + seen.utc - seen.t, seen.utc)

    def dwelt(self, stood_s: float, code: str | None = None) -> Reason:
        """How long it has stood, beside what is allowed."""
        dwell = self._asked.dwell
        code = code or ("dwelt" if stood_s >= dwell else "not_long_enough")
        text = f"have stood together for {stood_s:.1f} s; {dwell:g} s are allowed"
        return Reason(code=code, text=text, values={"stood_s": round(stood_s, 2), "dwell_s": dwell})

    def level(self, stood_s: float) -> int:
        """The next of 2, 4, 8 ... times the dwell that has not passed yet."""
        level = 2
        while stood_s >= level * self._asked.dwell:
            level *= 2
        return level

    def _gates(self, group: Gathering, seen: Observation) -> Iterator[Rung]:
        """Each gate and whether it is passed, the cheapest first."""
        yield self._many(group)
        yield _trading(group)
        yield self._inside(group)
        closed = self._zone.hours.closed(seen.utc)
        if closed is not None:
            yield Rung("schedule", False, closed)
        stood = self.stood(self.since(group), seen)
        yield Rung("dwell", stood >= self._asked.dwell, self.dwelt(stood))
        yield _now(group, seen.t)
        yield self._often(group)
        yield self._covered(group, seen)

    def _many(self, group: Gathering) -> Rung:
        beside, needed = group.beside + len(self._shelter(group)), self._needed(group)
        count, all_of_them = len(self._own(group)) + beside, len(group.distinct) + beside
        few = "stood_before" if all_of_them >= needed else "too_few"
        minded = " and are minded" if group.company >= MINDED else ""
        objects = words_of(group.objects())
        text = f"{count} things stand together{minded}; {needed} needed: {objects}"
        values = {"things": float(count), "needed": float(needed), "all": float(all_of_them)}
        code, words = "together" if count >= needed else few, {"objects": objects[:240]}
        reason = Reason(code=code, text=text[:240], values=values, words=words)
        return Rung("together", count >= needed, reason)

    def _inside(self, group: Gathering) -> Rung:
        share, needed = self.region.share(group.box), self._asked.share
        text = f"{share:.0%} of its footprint is in zone {self._zone.name[:80]}, {needed:.0%} needed"
        values = {"share": round(share, 3), "needed": needed}
        inside = share >= needed
        code = "in_zone" if inside else "outside_zone"
        return Rung("footprint", inside, Reason(code=code, text=text, values=values))

    def _often(self, group: Gathering) -> Rung:
        """Things that are hardly ever seen together are noise."""
        at_once = sum(spot.presence for spot in group.distinct) + group.beside
        needed = AT_ONCE * self._needed(group)
        text = f"on the average {at_once:.1f} of them are seen at a look, {needed:.1f} needed"
        values = {"at_once": round(at_once, 2), "needed": needed}
        often = at_once >= needed
        reason = Reason(code="often" if often else "seldom", text=text, values=values)
        return Rung("presence", often, reason)

    def _covered(self, group: Gathering, seen: Observation) -> Rung:
        """After a break of the watch, other things may stand there."""
        needed, stood = self._asked.coverage, max(seen.t - self.since(group), 1e-6)
        share = min(1.0, max(spot.observed_s for spot in group.spots) / stood)
        text = f"really seen {share:.0%} of that time, {needed:.0%} needed"
        values = {"coverage": round(share, 3), "needed": needed}
        enough = share >= needed
        reason = Reason(code="seen" if enough else "hardly_seen", text=text, values=values)
        return Rung("coverage", enough, reason)

    def _own(self, group: Gathering) -> list[Spot]:
        """Its things, without what stood there before the watch began."""
        return [spot for spot in group.distinct if self._asked.standing or not spot.old]

    def _shelter(self, group: Gathering) -> list[Spot]:
        """An umbrella that nobody holds counts for what carries it, too."""
        shelter, others = group.shelter(MINDED), len(group.distinct) + group.beside - 1
        fresh = shelter is not None and (self._asked.standing or not shelter.old)
        return [shelter] if shelter is not None and fresh and others >= 1 else []

    def _needed(self, group: Gathering) -> int:
        if group.stall is not None:
            return 1
        # Somebody by a bench with a suitcase waits; somebody by goods and more than a seat minds them.
        wares = sum(spot.role != "seat" for spot in group.distinct) + group.beside
        return max(2, self._asked.least - (group.company >= MINDED and wares >= 2))


def _trading(group: Gathering) -> Rung:
    """Seats alone are no trade, and neither is a cycle by a bench."""
    good = bool(group.nameless) or any(spot.role != "seat" for spot in group.spots)
    if not good:
        return Rung("trading", False, Reason(code="only_seats", text="only seats, and what stands by them"))
    objects = words_of(group.objects())
    text, words = f"more than seats: {objects}", {"objects": objects[:240]}
    return Rung("trading", True, Reason(code="trading", text=text[:240], words=words))


def _now(group: Gathering, t: float) -> Rung:
    """A stall is told at a look that sees some of it, never of what may just have gone."""
    last = max(spot.last_seen for spot in group.spots)
    if last >= t:
        return Rung("seen", True, Reason(code="seen_now", text="some of them are seen at this look"))
    text, values = f"the last of them was seen {t - last:.1f} s ago", {"ago_s": round(t - last, 1)}
    return Rung("seen", False, Reason(code="not_seen_now", text=text, values=values))


def words_of(objects: Sequence[tuple[str, int, float]]) -> str:
    """What a group consists of, as a reader wants it."""
    return ", ".join(f"{count} {label}" for label, count, _ in objects[:8]) or "nothing that has a name"
