"""What is kept of tickets that are gone: how many, without number, text or exact place. Pure.

The rule of small numbers. A count tells of a person where few could be meant. What machines find is about
places and things, so it is counted by day and cell. What people reported is counted more coarsely from the
first: by month and street, never by cell and day. A cell has one grid worker, whose days could else be read
off, and a neighbour may know who was at home. Where such counts are shown, fewer than `FEW` are not told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FEW = 5
STREET = 9  # digits: district and street
MACHINES = frozenset({"camera", "drone", "gate", "sensor"})
Result = Literal["handled", "self_cleared", "false_alarm", "withdrawn"]
_RESULTS: dict[str, Result] = {
    "closed": "handled",
    "evaluated": "handled",
    "self_cleared": "self_cleared",
    "false_alarm": "false_alarm",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """What is counted together. `day`: 2026-03-01, of people's reports 2026-03. `area` '': no grid."""

    day: str
    area: str
    kind: str
    origin: str
    outcome: str


def tally_of(kind: str, origin: str, state: str, area: str | None, opened: datetime) -> Tally | None:
    """Where a ticket is counted, `opened` by the place's clock; None for one that another one tells."""
    result = _RESULTS.get(state)
    if result is None:
        return None
    fine = origin in MACHINES
    day = opened.strftime("%Y-%m-%d" if fine else "%Y-%m")
    return Tally(day, (area or "") if fine else (area or "")[:STREET], kind, origin, result)


def shown(tally: Tally, count: int) -> str:
    """A count as people may see it."""
    few = tally.origin not in MACHINES and count < FEW
    return f"<{FEW}" if few else str(count)
