"""What one look does to an open place: seen, held, covered, or one step nearer to empty."""

from collections.abc import Sequence

from edge.ledger import reasons
from edge.ledger.claims import Claims
from edge.ledger.entry import Entry
from edge.ledger.history import Spot, cover
from edge.ledger.settings import LedgerSettings
from edge.observation import Observation


class Aging:
    """Stateless but for its settings."""

    def __init__(self, settings: LedgerSettings) -> None:
        self._settings = settings

    def step(
        self,
        entry: Entry,
        seen: Observation,
        dt: float,
        claims: Claims,
        spots: Sequence[Spot],
        veils: Sequence[Spot],
    ) -> None:
        """Age one place by one look that stands for `dt` seconds."""
        mine = claims.best.get(entry.id)
        if mine is not None:
            entry.claim(spots[mine], seen.t, dt, self._settings)
            self._show(entry, seen=True)
            self._clear_if_empty(entry, seen.t)
            return
        likeness = seen.likeness.get(entry.id)
        if likeness is not None and likeness >= self._settings.likeness_same:
            entry.held(seen.t, dt, self._settings)
            self._show(entry, seen=True)
        elif (share := self._covered(entry, claims, spots, veils)) >= self._settings.cover_share:
            self._hide(entry, share)
        else:
            self._miss(entry, likeness, dt)
            self._show(entry, seen=False)
            self._clear_if_empty(entry, seen.t)

    def _miss(self, entry: Entry, likeness: float | None, dt: float) -> None:
        """Nothing hides the place, and the thing is not seen."""
        if likeness is not None and likeness < self._settings.likeness_other:
            entry.shown_s += dt
        else:
            entry.absent_s += dt

    def _covered(self, entry: Entry, claims: Claims, spots: Sequence[Spot], veils: Sequence[Spot]) -> float:
        """The largest share of the place that one thing hides.

        A thing that stood there already while this one was still seen hides nothing.
        """
        most = max((cover(entry.spot, veil) for veil in veils), default=0.0)
        for index, spot in enumerate(spots):
            share = cover(entry.spot, spot)
            if share > most:
                other = claims.taken.get(index)
                if other is None or other.moved > entry.last_seen - 1.0:
                    most = share
        return most

    def _show(self, entry: Entry, *, seen: bool) -> None:
        if entry.state == "occluded":
            entry.to("confirmed", reasons.visible(seen))

    def _hide(self, entry: Entry, share: float) -> None:
        if entry.state == "confirmed":
            entry.to("occluded", reasons.covered(share))

    def _clear_if_empty(self, entry: Entry, t: float) -> None:
        if entry.emptiness(self._settings) >= 1.0:
            entry.to("cleared", reasons.empty(entry, self._settings))
            entry.ended = t
