"""Which sightings belong to which open place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.ledger.entry import Entry
from edge.ledger.history import Row, Spot, fitted
from edge.ledger.settings import LedgerSettings


@dataclass(slots=True)
class Claims:
    """best: the sighting each place claims, by place id. taken: every sighting used up, and by whom.

    of: the sightings, and the places with where they were.
    """

    best: dict[str, int] = field(default_factory=dict)
    taken: dict[int, Entry] = field(default_factory=dict)
    of: tuple[Row, list[tuple[Entry, Spot]]] | None = None

    def still(self, entries: Sequence[Entry], row: Row) -> bool:
        """Whether the same places, where they were, are asked for the same sightings."""
        if self.of is None or self.of[0] is not row or len(self.of[1]) != len(entries):
            return False
        known = zip(self.of[1], entries, strict=True)
        return all(entry is mine and entry.spot is spot for (mine, spot), entry in known)


def claim_again(
    last: Claims, entries: Sequence[Entry], row: Row, count: int, settings: LedgerSettings
) -> Claims:
    """As `claim`, from the last claims where nothing has changed."""
    if last.still(entries, row):
        return last
    claims = claim(entries, row, count, settings)
    claims.of = (row, [(entry, entry.spot) for entry in entries])
    return claims


def claim(entries: Sequence[Entry], row: Row, count: int, settings: LedgerSettings) -> Claims:
    """Oldest places first; each takes the likeliest of the first `count` spots and uses up its doubles."""
    claims = Claims()
    for entry in entries:
        least = math.inf
        for index, spot in _fitting(entry.spot, row, count, claims, settings):
            claims.taken[index] = entry
            cost = _cost(entry.spot, spot)
            if cost < least:
                least, claims.best[entry.id] = cost, index
    return claims


def _fitting(
    place: Spot, row: Row, count: int, claims: Claims, settings: LedgerSettings
) -> list[tuple[int, Spot]]:
    return [
        (index, fitting)
        for index in row.near(place.x, settings.claim_sizes * place.size)
        if index < count
        and index not in claims.taken
        and (fitting := fitted(row.spots[index], place, settings)) is not None
    ]


def _cost(place: Spot, spot: Spot) -> float:
    away = (abs(spot.x - place.x) + abs(spot.y - place.y)) / place.size
    return away + 0.5 * (abs(math.log(spot.w / place.w)) + abs(math.log(spot.h / place.h)))
