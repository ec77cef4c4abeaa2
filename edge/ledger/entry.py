"""One place of the ledger, as it lives: its box, its evidence of emptiness, its state."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from broker.events import Reason
from edge.ledger.history import Spot, box_of, fitted, median, widened
from edge.ledger.settings import LedgerSettings
from edge.ledger.standing import Stand
from edge.ledger.states import FIRST, move
from edge.places import Place, PlaceState

_LABELS_MAX = 8  # a group has a handful of labels; more would be noise
_SWING = 1.25  # another label must lead by a quarter, else the name flickers


@dataclass(slots=True)
class Entry:
    """Mutable; only the ledger holds it, everyone else gets snapshots. Times in monotonic seconds.

    spot: where the thing is; firm_x, firm_y: where it last stood firm. last_seen: when it was last seen
    there or its picture last matched. moved: since when it stands there (since, unless it crept on).
    touched: up to when its time is accounted for. absent_s, shown_s, hidden_s: looks without it since it was
    last seen, by missing detection, by a picture that shows something else or clean ground (`clean`), and
    under a cover. pictured: whether the picture of the place has ever told anything, so that it may be waited
    for.
    """

    id: str
    spot: Spot
    since: float
    last_seen: float
    aspect: float
    moved: float
    origin: Reason
    state: PlaceState = FIRST
    turn: Reason | None = None
    episode: int = 0
    observed_s: float = 0.0
    absent_s: float = 0.0
    shown_s: float = 0.0
    hidden_s: float = 0.0
    clean: bool = False
    pictured: bool = False
    touched: float = 0.0
    firm_at: float = 0.0
    firm_x: float = 0.0
    firm_y: float = 0.0
    aged_at: float = 0.0
    ended: float = 0.0
    label: str = ""
    votes: dict[str, float] = field(default_factory=dict)
    recent: deque[tuple[float, Spot]] = field(default_factory=lambda: deque(maxlen=64))

    def to(self, state: PlaceState, why: Reason) -> None:
        """Change the state by the table and remember why."""
        self.state = move(self.state, state)
        self.turn = why

    def end(self, t: float, why: Reason) -> None:
        """The place is given up."""
        self.to("cleared", why)
        self.ended = t

    def credit(self, t: float, dt: float) -> float:
        """The seconds of a look that are not accounted for yet, at most `dt`."""
        seconds, self.touched = min(dt, t - self.touched), t
        return seconds

    def _here(self) -> None:
        """It is still there: every sign of emptiness is void."""
        self.absent_s = self.shown_s = self.hidden_s = 0.0
        self.clean = False

    def stand(self, stand: Stand, t: float, why: Reason) -> None:
        """Take up a stand as this place's present one."""
        self.spot, self.origin, self.last_seen, self.moved = stand.spot, why, t, stand.since
        self._here()
        self.firm_at = self.aged_at = self.touched = t
        self.firm_x, self.firm_y = stand.spot.x, stand.spot.y
        self.observed_s += stand.presence * (t - max(stand.since, self.since))
        self.recent.clear()
        self.vote(stand.spot)

    def vote(self, spot: Spot) -> None:
        """Count a sighting's label; the name follows a clear majority."""
        if spot.label not in self.votes and len(self.votes) >= _LABELS_MAX:
            return
        self.votes[spot.label] = self.votes.get(spot.label, 0.0) + spot.score
        if self.votes[spot.label] > _SWING * self.votes.get(self.label, 0.0):
            self.label = spot.label

    def claim(self, spot: Spot, t: float, dt: float, settings: LedgerSettings) -> None:
        """A sighting that belongs here; the thing is seen at its place only until it has rolled off it."""
        self.recent.append((t, spot))
        fresh = t - self.last_seen <= max(settings.firm_memory_s, 2.2 * dt)
        reach = (settings.hold_sizes if fresh else settings.return_sizes) * self.spot.size
        here = fitted(spot, self.spot, settings) or spot
        if abs(here.x - self.firm_x) <= reach and abs(here.y - self.firm_y) <= reach:
            self.last_seen = t
            self.observed_s += dt
            self.vote(spot)
        if t - self.aged_at >= settings.age_every_s:
            self._settle(t, dt, settings)

    def _settle(self, t: float, dt: float, settings: LedgerSettings) -> None:
        """Follow the thing's own boxes: firm, rolling, or none of its own at all."""
        since, self.aged_at = t - self.aged_at, t
        while len(self.recent) > 5 and self.recent[0][0] < t - settings.recent_s:
            self.recent.popleft()
        middle, scatter = self._centred(settings)
        if scatter <= settings.firm_scatter_sizes:
            self.spot = middle if middle != self.spot else self.spot
            self.firm_at, self.firm_x, self.firm_y = t, middle.x, middle.y
            self._here()
        elif t - self.firm_at <= max(settings.firm_memory_s, 2.2 * dt):
            self.spot = self._middle([spot for at, spot in self.recent if at >= t - 1.0])
        else:  # passers-by
            self.absent_s += min(since, max(dt, settings.age_every_s), settings.clear_absent_s / 3)

    def _centred(self, settings: LedgerSettings) -> tuple[Spot, float]:
        """The median of its last boxes, and how far they scatter about it, in sizes."""
        last = self.recent[-1][1]
        if all(spot is last for _, spot in self.recent):  # one answer of the detector, given again
            return last._replace(size=min(last.w, last.h), group=self.spot.group, label=""), 0.0
        spots = _levelled([spot for _, spot in self.recent], settings)
        middle = self._middle(spots)
        x, y = middle.x, middle.y
        return middle, median([max(abs(s.x - x), abs(s.y - y)) for s in spots]) / middle.size

    def _middle(self, spots: list[Spot]) -> Spot:
        xs, ys, ws, hs, _, scores, _, _ = zip(*spots, strict=True)
        w, h = median(ws), median(hs)
        return Spot(median(xs), median(ys), w, h, min(w, h), median(scores), self.spot.group, "")

    def held(self, t: float, dt: float, settings: LedgerSettings) -> None:
        """Not detected, but the picture says that it is still there."""
        self.last_seen = t
        self.observed_s += settings.likeness_weight * dt
        self._here()

    def emptiness(self, settings: LedgerSettings) -> float:
        """Evidence that the thing is gone, 1 is enough."""
        absent_s = settings.clear_doubtful_s if self.pictured else settings.clear_absent_s
        return self.absent_s / absent_s + self.shown_s / settings.clear_shown_s

    def snapshot(self) -> Place:
        """The place as everyone else sees it."""
        spot, elapsed = self.spot, self.last_seen - self.since
        observed = min(self.observed_s, elapsed)
        return Place(
            id=self.id,
            group=spot.group,
            label=self.label,
            score=spot.score,
            box=box_of(spot.x, spot.y, spot.w, spot.h, self.aspect),
            state=self.state,
            since=self.since,
            last_seen=self.last_seen,
            observed_s=observed,
            coverage=observed / elapsed if elapsed > 0.0 else 0.0,
            reasons=(self.origin,) if self.turn is None else (self.origin, self.turn),
            episode=self.episode,
        )

    def shift(self, by: float) -> None:
        """Move every time to another monotonic base."""
        self.since += by
        self.last_seen += by
        self.moved += by
        self.firm_at += by
        self.aged_at += by
        self.ended += by
        self.touched += by
        self.recent = deque(((t + by, spot) for t, spot in self.recent), maxlen=self.recent.maxlen)

    def reshape(self, aspect: float) -> None:
        """Take the same share of a picture of another shape."""
        factor, self.aspect = aspect / self.aspect, aspect
        self.spot, self.firm_x = widened(self.spot, factor), self.firm_x * factor
        self.recent = deque(
            ((t, widened(spot, factor)) for t, spot in self.recent), maxlen=self.recent.maxlen
        )

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """JSON-able; unless deep, the boxes of the last seconds are left out, they come again."""
        data: dict[str, Any] = {name: getattr(self, name) for name in (*_PLAIN, *_LATER)}
        data["spot"], data["votes"] = list(self.spot), dict(self.votes)
        data["origin"] = self.origin.model_dump(mode="json")
        data["turn"] = self.turn.model_dump(mode="json") if self.turn else None
        if deep:
            data["recent"] = [[t, list(spot)] for t, spot in self.recent]
        return data

    @classmethod
    def restore(cls, data: dict[str, Any]) -> "Entry":
        """The inverse of `dump`. Raises KeyError, TypeError or ValueError for data that is none."""
        plain = {name: data[name] for name in _PLAIN} | {name: data[name] for name in _LATER if name in data}
        turn = None if data["turn"] is None else Reason.model_validate(data["turn"])
        origin = Reason.model_validate(data["origin"])
        entry = cls(**plain, spot=Spot(*data["spot"]), votes=dict(data["votes"]), origin=origin, turn=turn)
        if "firm_x" not in data:
            entry.firm_x, entry.firm_y = entry.spot.x, entry.spot.y
        entry.recent.extend((float(t), Spot(*spot)) for t, spot in data.get("recent", ()))
        return entry


def _levelled(spots: list[Spot], settings: LedgerSettings) -> list[Spot]:
    """The spots, those of quite another height than most with the height of most, on their own feet."""
    heights = [spot.h for spot in spots]
    if max(heights) <= settings.claim_factor * min(heights):
        return spots
    h = median(heights)
    return [
        s if max(s.h, h) <= settings.claim_factor * min(s.h, h) else s._replace(y=s.y + (s.h - h) / 2, h=h)
        for s in spots
    ]


_PLAIN = (
    *("id", "since", "last_seen", "aspect", "moved", "state", "episode", "observed_s"),
    *("absent_s", "shown_s", "firm_at", "aged_at", "ended", "label"),
)
_LATER = ("hidden_s", "clean", "pictured", "touched", "firm_x", "firm_y")  # not in the dumps of older nodes
