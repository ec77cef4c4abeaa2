"""Where a new stand is entered: part of a known thing, a place that goes on, or a new place."""

import hashlib
from collections.abc import Collection, Sequence
from typing import NamedTuple

from broker.events import Reason
from edge.ledger import reasons
from edge.ledger.entry import Entry
from edge.ledger.history import Spot, alike, cover
from edge.ledger.settings import LedgerSettings
from edge.ledger.standing import Stand


class Successor(NamedTuple):
    """The place that a stand goes on with, and why."""

    entry: Entry
    why: Reason


def is_part(spot: Spot, entries: Sequence[Entry], t: float, settings: LedgerSettings) -> bool:
    """Whether this is a piece of, or a larger box around, a thing of the same group that was just seen."""
    return any(
        t - entry.last_seen <= 1.0
        and entry.spot.group == spot.group
        and max(cover(spot, entry.spot), cover(entry.spot, spot)) >= settings.part_share
        and abs((spot.y + spot.h / 2) - (entry.spot.y + entry.spot.h / 2))
        <= settings.part_bottom_sizes * min(spot.size, entry.spot.size)
        for entry in entries
    )


def successor_of(
    stand: Stand, entries: Sequence[Entry], ghosts: Sequence[Entry], t: float, settings: LedgerSettings
) -> Successor | None:
    """The cleared place here that is taken again, else the nearest place whose thing may have crept on."""
    spot = stand.spot
    for ghost in reversed(ghosts):
        same = _same(ghost.spot, spot, settings.claim_factor)
        if same and _away(ghost.spot, spot) <= settings.reopen_sizes:
            return Successor(ghost, reasons.taken_again(stand, t))
    near = [
        (away, index, entry)
        for index, entry in enumerate((*entries, *ghosts))
        if (away := _away(entry.spot, spot)) <= settings.creep_sizes
        and _same(entry.spot, spot, settings.sighting_factor)  # it rolls as the whole thing it is
        and _left(entry, stand, t, settings)
    ]
    if not near:
        return None
    away, _, entry = min(near)
    return Successor(entry, reasons.crept_on(stand, t, away))


def _left(entry: Entry, stand: Stand, t: float, settings: LedgerSettings) -> bool:
    """Whether a place lost its thing at a time that fits the start of the stand."""
    lost_for = t - entry.last_seen
    within = settings.creep_within_s + t - stand.since
    return lost_for <= within and entry.last_seen <= stand.since + 1.0


def _away(a: Spot, b: Spot) -> float:
    return max(abs(a.x - b.x), abs(a.y - b.y)) / min(a.size, b.size)


def _same(a: Spot, b: Spot, factor: float) -> bool:
    return a.group == b.group and alike(a, b, factor)


def place_id(source: str, since_utc: float, spot: Spot, taken: Collection[str]) -> str:
    """A name that the same observations always give, and that no other open place has."""
    where = ":".join(str(round(value * 1000)) for value in (spot.x, spot.y, spot.w, spot.h))
    base = f"{source}|{round(since_utc * 1000)}|{spot.group}|{where}"
    for attempt in range(len(taken) + 1):
        name = "p-" + hashlib.sha256(f"{base}|{attempt}".encode()).hexdigest()[:12]
        if name not in taken:
            return name
    raise AssertionError("more names than places were taken")
