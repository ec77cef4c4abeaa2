"""Which events of an epoch are missing, and when the node is asked for them. Pure.

Sequences of an epoch begin at 0 and have no holes at the node. What is accounted for: events that were
taken, events in quarantine, and ranges that the node gave up. The watermark is the last sequence below which
nothing is missing. A hole above it is no loss yet: it may be on its way, or wait at the node for its turn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from broker.events import Reason
from broker.fields import LARGEST

MOST_RANGES = 1000  # that one command may name
ENDS_ASKED = 3  # how often the end of an ended epoch is asked for; nobody answers when there is nothing


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Sequences first..last, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient to be, in seconds: a hole is asked for when it is so old, and again ever more rarely."""

    resend_after: float = 10.0
    resend_at_most: float = 3600.0

    def wait(self, tries: int) -> float:
        """After so many questions without an answer."""
        return min(self.resend_at_most, self.resend_after * 2.0 ** min(max(0, tries - 1), 30))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept about one epoch from look to look. Times are UTC seconds."""

    watermark: int = -1
    hole_since: float | None = None
    asked_at: float | None = None
    tries: int = 0
    end_asks: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What the node said and did. `came`: when something came before which the tail would not be sent.

    `current`: this is the epoch that the node is in; None when it never said. `since`: when it came back,
    or began that epoch.
    """

    highest: int
    came: float | None = None
    online: bool = True
    current: bool | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What is accounted for above the watermark, looked up as far as `upto`. `reached`: the last one taken.

    `end_told`: the node said that nothing comes beyond its highest.
    """

    spans: tuple[Span, ...]
    upto: int
    reached: int
    end_told: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to: what to keep, what to ask for now, when to look again (None: on news)."""

    standing: Standing
    holes: tuple[Span, ...]
    ask: tuple[Span, ...]
    due: float | None
    reason: Reason

    @property
    def missing(self) -> int:
        """How many events."""
        return sum(hole.length for hole in self.holes)


def holes(watermark: int, highest: int, present: Iterable[Span]) -> tuple[int, list[Span]]:
    """The new watermark, and what is missing between it and the highest, in order.

    The spans may overlap, touch and come in any order.
    """
    result: list[Span] = []
    reached = watermark
    for span in sorted(present):
        if reached >= highest:
            break
        if span.first > reached + 1:
            result.append(Span(reached + 1, min(span.first - 1, highest)))
        reached = max(reached, span.last)
    if reached < highest:
        result.append(Span(reached + 1, highest))
    return (result[0].first - 1 if result else max(watermark, highest)), result


def look(standing: Standing, heard: Heard, found: Found, now: float, pace: Pace) -> Look:
    """What is missing in one epoch, what of it to ask for, and why, or why not."""
    standing = _sane(standing, heard, now)
    watermark, open_holes = holes(standing.watermark, found.upto, found.spans)
    moved = watermark > standing.watermark
    standing = replace(standing, watermark=watermark)
    if not open_holes:
        return _whole(replace(standing, hole_since=None), heard, found, now, pace)
    if moved or standing.hole_since is None:
        standing = replace(standing, hole_since=now, asked_at=None, tries=0)
    ask, due, reason = _question(standing, heard, (open_holes, found.reached), now, pace)
    if ask:
        standing = replace(standing, asked_at=now, tries=standing.tries + 1)
        due = now + pace.wait(standing.tries)
    return Look(standing, tuple(open_holes), ask, due, reason)


def _sane(standing: Standing, heard: Heard, now: float) -> Standing:
    """Nothing happened in the future, whatever the clock did; a node that came back is asked afresh."""
    since = None if standing.hole_since is None else min(standing.hole_since, now)
    asked = None if standing.asked_at is None else min(standing.asked_at, now)
    if asked is not None and heard.since is not None and asked < heard.since <= now:
        return replace(standing, hole_since=since, asked_at=None, tries=0)
    return replace(standing, hole_since=since, asked_at=asked)


Question = tuple[tuple[Span, ...], float, Reason]


def _question(
    standing: Standing, heard: Heard, missing: tuple[list[Span], int], now: float, pace: Pace
) -> Question:
    """What to ask for; or nothing, when to look again, and why."""
    open_holes, reached = missing
    count = sum(hole.length for hole in open_holes)
    old_at = (standing.hole_since if standing.hole_since is not None else now) + pace.resend_after
    if now < old_at:
        return (), old_at, _reason("hole_young", "events may still be on their way", missing=count)
    if not heard.online:
        later = (standing.asked_at or standing.hole_since or now) + pace.resend_at_most
        if now < later:
            return (), later, _reason("node_away", "the node cannot be asked now", missing=count)
    if standing.asked_at is not None and now < (again := standing.asked_at + pace.wait(standing.tries)):
        return (), again, _reason("asked_already", "the node was asked", tries=standing.tries, missing=count)
    inner = [hole for hole in open_holes if hole.first <= reached]
    quiet_at = min(heard.came, now) + pace.resend_after if heard.came is not None else now
    if now < quiet_at and not inner:
        return (), quiet_at, _reason("node_sending", "the node is still sending", missing=count)
    wanted = inner if now < quiet_at else open_holes
    code, text = "hole_old", "events are missing and the node is asked for them"
    return tuple(wanted[:MOST_RANGES]), now, _reason(code, text, ranges=len(open_holes), missing=count)


def _whole(standing: Standing, heard: Heard, found: Found, now: float, pace: Pace) -> Look:
    """Nothing is missing; of an epoch that is over, whether it went on beyond what is known is asked."""
    standing = replace(standing, tries=0)
    if found.upto < heard.highest:
        return Look(standing, (), (), now, _reason("more_to_look_at", "only a part was looked at"))
    end_known = found.end_told or heard.highest >= LARGEST
    over = heard.current is False and not end_known and standing.end_asks < ENDS_ASKED
    if not over or not heard.online:
        return Look(standing, (), (), None, _reason("whole", "nothing is missing"))
    reason = _reason("end_unknown", "the epoch is over; whether it went on is asked", highest=heard.highest)
    began = standing.asked_at if standing.asked_at is not None else min(heard.since or now, now)
    if now < (ready := began + pace.wait(standing.end_asks)):
        return Look(standing, (), (), ready, reason)
    asked = replace(standing, asked_at=now, end_asks=standing.end_asks + 1)
    due = now + pace.wait(asked.end_asks) if asked.end_asks < ENDS_ASKED else None
    return Look(asked, (), (Span(heard.highest + 1, LARGEST),), due, reason)


def _reason(code: str, text: str, **values: float) -> Reason:
    return Reason(code=code, text=text, values=values or None)
