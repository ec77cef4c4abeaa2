"""Does the picture repeat itself? A stream that falters shows one picture for seconds, and in it all stands.

Vehicles do not stop all in one instant, nor from driving to rest within one look. Where everything that drove
is still in the next look, and so suddenly, the same picture was looked at again.
"""

from edge.ledger.history import History, Look, Spot, alike
from edge.ledger.settings import LedgerSettings


class Repeats:
    """Watches the looks of one source.

    since: the time of the look that seems to be repeated; None while the picture lives.
    """

    def __init__(self, settings: LedgerSettings) -> None:
        self._settings = settings
        self.since: float | None = None

    def step(self, now: Look, history: History) -> bool:
        """Take a look that is about to be remembered; return whether a repetition begins.

        When something moves again, the looks that told of the same picture are forgotten. Where nothing does
        for `repeat_max_s` they count: then the picture is taken to be what it seems.
        """
        if self.since is not None and self._goes_on(self.since, now, history):
            return False
        self.since = history.looks[-1].t if self._begins(now, history) else None
        return self.since is not None

    def _begins(self, now: Look, history: History) -> bool:
        looks = history.looks
        if len(looks) < 2:
            return False
        last = looks[-1]
        stopped = self._stopped(len(looks) - 1, now, history)
        if len(stopped) < self._settings.repeat_things_min:
            return False
        braked = sum(stopped.values()) / (now.t - last.t)
        return braked >= self._settings.repeat_brake and not self._moves(last, now)

    def _goes_on(self, since: float, now: Look, history: History) -> bool:
        index, looks = history.first_at(since), history.looks
        if now.t - since > self._settings.repeat_max_s or not 0 < index < len(looks):
            return False
        still = self._stopped(index, now, history)
        if still and not self._moves(looks[index], now) and not self._moves(looks[-1], now):
            return True
        if len(looks) - index > 2:  # one look like the last may be chance
            history.cut(since)
        return False

    def _stopped(self, index: int, now: Look, history: History) -> dict[Spot, float]:
        """How fast the things of a remembered look came that are now where they were then."""
        look = history.looks[index]
        before = history.looks[history.first_at(look.t - self._settings.repeat_memory_s) : index]
        found: dict[Spot, float] = {}
        if not before:  # looks are so rare that nobody knows how anything came
            return found
        for spot in look.spots:
            if spot.group and now.holds(spot.x, spot.y, self._still(spot)):
                came = [(c, look.t - old.t) for old in before if (c := self._came(spot, old)) is not None]
                if any(sizes > 0.0 for sizes, _ in came):
                    sizes, seconds = came[-1]
                    found[spot] = sizes / seconds
        return found

    def _came(self, spot: Spot, before: Look) -> float | None:
        """By how many of its sizes, beyond doubt, a thing came since an earlier look; None if not known."""
        still = self._still(spot)
        if before.holds(spot.x, spot.y, still):
            return 0.0
        away = self._nearest(spot, before)
        return None if away is None else max(0.0, away - 2.0 * still) / spot.size

    def _moves(self, before: Look, now: Look) -> bool:
        """Whether anything was seen elsewhere before, persons included."""
        return any((self._came(spot, before) or 0.0) > 0.0 for spot in now.spots)

    def _nearest(self, spot: Spot, look: Look) -> float | None:
        """How far away the nearest thing like this one was; None where none was within reach."""
        away = [
            max(abs(other.x - spot.x), abs(other.y - spot.y))
            for other in look.near(spot.x, spot.y, self._settings.repeat_reach_sizes * spot.size)
            if other.group == spot.group and alike(other, spot, self._settings.sighting_factor)
        ]
        return min(away, default=None)

    def _still(self, spot: Spot) -> float:
        """How far a box may be off from one look at a picture to the next look at the same."""
        return max(self._settings.repeat_sizes * spot.size, 2.0 * self._settings.grain)
