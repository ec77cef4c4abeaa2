"""What one look does to an open place: seen, held, covered, or one step nearer to empty."""

from collections.abc import Sequence
from typing import NamedTuple

from edge.geometry import FOOTPRINT_SHARE
from edge.ledger import reasons
from edge.ledger.claims import Claims
from edge.ledger.entry import Entry
from edge.ledger.history import BLIND, Row, Spot, alike, cover, spot_of
from edge.ledger.settings import LedgerSettings
from edge.observation import Observation, StaticRegion


class Sights(NamedTuple):
    """What one look offers.

    row: its sightings, then what else may hide something. before: what the look before offered; what covers a
    place in both has stayed.
    """

    seen: Observation
    dt: float
    claims: Claims
    row: Row
    before: Sequence[Spot]


class Aging:
    """Stateless but for its settings."""

    def __init__(self, settings: LedgerSettings) -> None:
        self._settings = settings

    def step(self, entry: Entry, sights: Sights) -> None:
        """Age one place by one look that stands for `dt` seconds."""
        seen, settings = sights.seen, self._settings
        touched, dt = entry.touched, entry.credit(seen.t, sights.dt)
        mine = sights.claims.best.get(entry.id)
        likeness, stands = seen.likeness.get(entry.id), self._ground(entry, seen)
        entry.pictured = entry.pictured or likeness is not None or stands is not None
        other = likeness is not None and likeness < settings.likeness_other
        if mine is not None:
            entry.claim(sights.row.spots[mine], seen.t, dt, settings)
            self._show(entry, seen=True)
        elif (likeness is not None and likeness >= settings.likeness_same) or (stands and not other):
            entry.held(seen.t, dt, settings)
            self._show(entry, seen=True)
        elif (veil := self._cover(entry, sights)) is not None:
            self._hide(entry, veil, dt, sights)
        elif seen.looked or other or stands is False:
            self._miss(entry, dt, shown=other or stands is False)
            self._show(entry, seen=False)
        else:  # nothing was said; the next look that says something stands for this time too
            entry.touched = touched
        self._clear_if_empty(entry, seen.t)

    def _ground(self, entry: Entry, seen: Observation) -> bool | None:
        """Whether the picture shows something unlike the clean ground there; None where it does not tell.

        A region that began after the thing was last seen is another thing.
        """
        stands: bool | None = None
        for region in seen.regions:
            if region.since <= entry.last_seen and self._lies_under(entry, region):
                if region.state == "settled" and region.verdict in ("left", "explained"):
                    return True
                if region.state == "gone":
                    stands = False
        return stands

    def _lies_under(self, entry: Entry, region: StaticRegion) -> bool:
        spot = entry.spot
        h = FOOTPRINT_SHARE * spot.h
        foot = spot._replace(y=spot.y + (spot.h - h) / 2, h=h, size=min(spot.w, h))
        return cover(foot, spot_of(region.box, entry.aspect)) >= self._settings.region_share

    def _miss(self, entry: Entry, dt: float, *, shown: bool) -> None:
        """Nothing hides the place, and the thing is not seen. No single look is worth a clearing."""
        entry.clean = entry.clean or shown
        if entry.clean:
            entry.shown_s += min(dt, self._settings.clear_shown_s / 3)
        else:
            entry.absent_s += min(dt, self._settings.clear_absent_s / 3)

    def _cover(self, entry: Entry, sights: Sights) -> Spot | None:
        """What hides most of the place, if anything hides enough.

        A thing that stood there already while this one was still seen hides nothing.
        """
        most, veil = self._settings.cover_share, None
        for index in sights.row.over(entry.spot):
            spot = sights.row.spots[index]
            share = cover(entry.spot, spot)
            if share >= most and not self._same_ground(entry.spot, spot):
                other = sights.claims.taken.get(index)
                if other is None or other.moved > entry.last_seen - 1.0:
                    most, veil = share, spot
        return veil

    def _same_ground(self, place: Spot, spot: Spot) -> bool:
        """Whether a like thing stands where this one stood: both cannot, so it is no cover."""
        settings = self._settings
        off = settings.part_bottom_sizes * place.size
        return (
            spot.group == place.group
            and abs(spot.y + spot.h / 2 - place.y - place.h / 2) <= off
            and abs(spot.x - place.x) <= 0.5 * place.w
            and alike(spot, place, settings.claim_factor)
        )

    def _show(self, entry: Entry, *, seen: bool) -> None:
        if entry.state == "occluded":
            entry.to("confirmed", reasons.visible(seen))

    def _hide(self, entry: Entry, veil: Spot, dt: float, sights: Sights) -> None:
        settings = self._settings
        if entry.state == "confirmed":
            entry.to("occluded", reasons.covered(cover(entry.spot, veil)))
        if veil.label == BLIND:  # the view's own trouble, and told as such
            return
        reach = settings.hold_sizes * veil.size
        stays = any(
            abs(old.x - veil.x) <= reach and abs(old.y - veil.y) <= reach and alike(old, veil, 2.0)
            for old in sights.before
        )
        entry.hidden_s += dt if stays else dt * settings.hidden_max_s / settings.passed_max_s
        if entry.hidden_s >= settings.hidden_max_s:
            entry.end(sights.seen.t, reasons.hidden_too_long(sights.seen.t - entry.last_seen))

    def _clear_if_empty(self, entry: Entry, t: float) -> None:
        empty = (entry.absent_s or entry.shown_s) and entry.emptiness(self._settings) >= 1.0
        if empty and entry.state == "confirmed":
            entry.end(t, reasons.empty(entry, self._settings))
