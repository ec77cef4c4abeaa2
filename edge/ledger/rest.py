"""Where all is at rest, the next look at the same answer changes nothing but times and sums. Pure."""

from collections.abc import Sequence
from typing import Final

from edge.ledger.answer import Answer
from edge.ledger.claims import Claims
from edge.ledger.entry import Entry
from edge.ledger.history import Spot
from edge.ledger.settings import LedgerSettings

Resting = Sequence[tuple[Entry, Spot]]
RARE_S: Final = 1.001  # looks further apart than a picture is remembered to repeat, and than boxes are judged


def at_rest(entries: Sequence[Entry], answer: Answer, claims: Claims, t: float) -> Resting | None:
    """Each place with its sighting, where every place has one for all its last boxes; None where not.

    t: of the last look, at which all of them were seen.
    """
    if not claims.still(entries, answer.row) or len(claims.taken) != answer.count:
        return None
    if any(entry.id not in claims.best for entry in entries):
        return None
    found = [(entry, answer.row.spots[claims.best[entry.id]]) for entry in entries]
    return found if all(_rests(entry, spot, t) for entry, spot in found) else None


def _rests(entry: Entry, spot: Spot, t: float) -> bool:
    return (
        entry.state == "confirmed"
        and entry.last_seen == entry.touched == entry.aged_at == entry.firm_at == t
        and not (entry.absent_s or entry.shown_s or entry.hidden_s or entry.clean)
        and entry.label == spot.label
        and spot.label in entry.votes
        and entry.spot[:4] == spot[:4]
        and entry.spot[4:7] == (min(spot.w, spot.h), spot.score, spot.group)
        and (entry.firm_x, entry.firm_y) == (spot.x, spot.y)
        and entry.spot.label == ""
        and all(seen is spot for _, seen in entry.recent)
    )


def pass_time(resting: Resting, t: float, dt: float, settings: LedgerSettings) -> None:
    """One more such look."""
    for entry, spot in resting:
        entry.recent.append((t, spot))
        while len(entry.recent) > 5 and entry.recent[0][0] < t - settings.recent_s:
            entry.recent.popleft()
        entry.votes[spot.label] += spot.score
        entry.observed_s += dt
        entry.last_seen = entry.touched = entry.aged_at = entry.firm_at = t
