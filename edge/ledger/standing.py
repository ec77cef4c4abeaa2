"""Does a box stand still? Evidence is looked up backwards in the history; nothing is kept of candidates.

The argument (a feasibility study on motorway cameras): a standing thing is seen near one point in most looks,
does not drift, and nothing like it crosses the ring around the point, as passing traffic must.
"""

from collections.abc import Iterator
from typing import NamedTuple

from edge.ledger.history import History, Spot, alike, cover, median, on_foot
from edge.ledger.settings import LedgerSettings
from edge.ledger.windows import Standard, Window, Windows


class Stand(NamedTuple):
    """A thing that stands: where (median box), since when, and how good the evidence is.

    presence: the share of the looks since then that saw it; looks: how many there were.
    """

    spot: Spot
    since: float
    presence: float
    looks: int
    purity: float


class _Sight(NamedTuple):
    """spot: as it is judged; h: its own height, also where it was seen on its foot only."""

    look: int
    t: float
    spot: Spot
    h: float


def look_back(
    spot: Spot, t: float, history: History, windows: Windows, settings: LedgerSettings
) -> Stand | None:
    """The evidence that the thing at this box stands still now, or None. The cheapest gates come first."""
    for window in windows.of(spot.size):
        if _was_here(spot, window, settings):
            stand = _judged(spot, t, history, window, settings)
            if stand is not None:
                return stand
    return None


def _judged(spot: Spot, t: float, history: History, window: Window, settings: LedgerSettings) -> Stand | None:
    near = list(_near(spot, window, history, settings))
    centre = _centre(spot, near, window.standard, settings)
    if centre is None:
        return None
    return _judge(centre, near, t, window.latest_start, history, window.standard, settings)


def _was_here(spot: Spot, window: Window, settings: LedgerSettings) -> bool:
    """Whether anything was within reach of this box at the start: nearly all traffic ends here."""
    reach = 2.0 * window.standard.gate * spot.size
    if any(look.holds(spot.x, spot.y, reach) for look in window.opening):
        return True
    return window.standard.feet and any(
        _footed(other, spot, window.standard, settings) is not None
        for look in window.opening
        for other in look.beside(spot.x, reach)
    )


def _near(spot: Spot, window: Window, history: History, settings: LedgerSettings) -> Iterator[_Sight]:
    reach = (settings.ring_sizes + settings.gate_sizes) * spot.size
    for index, look in enumerate(history.looks[window.first :], window.first):
        for other in look.beside(spot.x, reach):
            if other.group != spot.group:
                continue
            footed = _footed(other, spot, window.standard, settings)
            if footed is not None:
                yield _Sight(index, look.t, footed, other.h)
            elif abs(other.y - spot.y) <= reach and alike(other, spot, settings.ring_factor):
                yield _Sight(index, look.t, other, other.h)


def _footed(other: Spot, spot: Spot, standard: Standard, settings: LedgerSettings) -> Spot | None:
    """A box of another height on the same foot, as high as this one; None where it is none."""
    if not standard.feet or min(spot.size, other.size) < settings.near_size:
        return None
    if other.group != spot.group or alike(other, spot, settings.sighting_factor):
        return None
    return on_foot(other, spot, standard.gate, settings.sighting_factor)


def _centre(spot: Spot, near: list[_Sight], standard: Standard, settings: LedgerSettings) -> Spot | None:
    """The box, moved to the median of its close sightings; None where it is off that median itself."""
    gate = _gate(spot, standard, settings)
    reach = 2.0 * gate
    core = [
        s.spot for s in near if _within(s.spot, spot, reach) and alike(s.spot, spot, settings.sighting_factor)
    ]
    if not core:
        return None
    centre = spot._replace(x=median(s.x for s in core), y=median(s.y for s in core))
    return centre if _within(spot, centre, gate) else None


def _gate(spot: Spot, standard: Standard, settings: LedgerSettings) -> float:
    return max(standard.gate * spot.size, settings.gate_grains * settings.grain)


def _within(a: Spot, b: Spot, reach: float) -> bool:
    return abs(a.x - b.x) <= reach and abs(a.y - b.y) <= reach


def _judge(
    centre: Spot,
    near: list[_Sight],
    t: float,
    latest_start: float,
    history: History,
    standard: Standard,
    settings: LedgerSettings,
) -> Stand | None:
    gate, ring = _gate(centre, standard, settings), settings.ring_sizes * centre.size
    sights = [
        s for s in near if _within(s.spot, centre, gate) and alike(s.spot, centre, settings.sighting_factor)
    ]
    if not sights or sights[0].t > latest_start:
        return None
    seen_in = {s.look for s in sights}
    crossing = sum(1 for s in near if _within(s.spot, centre, ring) and not _within(s.spot, centre, gate))
    purity = len(seen_in) / (len(seen_in) + crossing)
    presence = len(seen_in) / (len(history.looks) - sights[0].look)
    spots = [s.spot for s in sights]
    if len(seen_in) < settings.sightings_min or purity < settings.purity_min:
        return None
    if not _still(centre, spots, standard, settings):
        return None
    if not _present(centre, near, seen_in, sights[0].look, presence, history, standard, settings):
        return None
    return _stand(centre, sights, seen_in, t, purity, history, settings)


def _still(centre: Spot, spots: list[Spot], standard: Standard, settings: LedgerSettings) -> bool:
    """Neither scattered nor drifting, on either axis."""
    scatter = standard.scatter * centre.size
    if (
        median(abs(s.x - centre.x) for s in spots) > scatter
        or median(abs(s.y - centre.y) for s in spots) > scatter
    ):
        return False
    far = min(1.0, centre.size / standard.near) if standard.near else 1.0
    drift = max(far * settings.drift_max_sizes * centre.size, settings.grain)
    third = max(1, len(spots) // 3)
    old, new = spots[:third], spots[-third:]
    return (
        abs(median(s.x for s in new) - median(s.x for s in old)) <= drift
        and abs(median(s.y for s in new) - median(s.y for s in old)) <= drift
    )


def _present(
    centre: Spot,
    near: list[_Sight],
    seen_in: set[int],
    first: int,
    presence: float,
    history: History,
    standard: Standard,
    settings: LedgerSettings,
) -> bool:
    """Seen in enough looks, and in enough of those in which nothing else covered the spot."""
    if presence < standard.presence:
        return False
    if presence >= standard.presence_open:
        return True
    mine = {(s.look, s.spot) for s in near}
    missed = sum(
        1
        for index in range(first, len(history.looks))
        if index not in seen_in
        and not any(
            (index, other) not in mine and cover(centre, other) >= settings.cover_share
            for other in history.looks[index].spots
        )
    )
    return len(seen_in) >= standard.presence_open * (len(seen_in) + missed)


def _stand(
    centre: Spot,
    sights: list[_Sight],
    seen_in: set[int],
    t: float,
    purity: float,
    history: History,
    settings: LedgerSettings,
) -> Stand | None:
    earlier = _earlier(centre, sights[0], history, settings)
    first = earlier[-1] if earlier else sights[0].look
    since = history.looks[first].t
    score = median(s.spot.score for s in sights)
    if t - since < _needed_s(score, centre.size, settings):
        return None
    w, h = median(s.spot.w for s in sights), median(s.h for s in sights)
    y = centre.y if all(s.h == s.spot.h for s in sights) else centre.y + (centre.h - h) / 2
    spot = centre._replace(y=y, w=w, h=h, size=min(w, h), score=score)
    looks = len(history.looks) - first
    return Stand(spot, since, (len(seen_in) + len(earlier)) / looks, looks, purity)


def _needed_s(score: float, size: float, settings: LedgerSettings) -> float:
    """How long a thing must have stood that is seen with this score."""
    if size >= settings.plain_size and score < settings.plain_score:
        return settings.plain_stand_s
    return settings.weak_stand_s if score < settings.score_weak else 0.0


def _earlier(centre: Spot, oldest: _Sight, history: History, settings: LedgerSettings) -> list[int]:
    """The looks before the evidence that saw the thing too, newest first, followed back over short gaps.

    Looks in which something unlike it covered the spot make no gap; its like may be traffic through the spot.
    """
    reach = 1.5 * settings.gate_sizes * centre.size
    step = max(2.0, 2.2 * history.interval_s)
    found: list[int] = []
    followed = oldest.t
    for index in range(oldest.look - 1, -1, -1):
        look = history.looks[index]
        if followed - look.t > step:
            break
        if any(_same(s, centre, settings.sighting_factor) for s in look.near(centre.x, centre.y, reach)):
            followed = look.t
            found.append(index)
        elif any(
            cover(centre, s) >= settings.cover_share and not _same(s, centre, settings.ring_factor)
            for s in look.spots
        ):
            followed = look.t
    return found


def _same(a: Spot, b: Spot, factor: float) -> bool:
    return a.group == b.group and alike(a, b, factor)
