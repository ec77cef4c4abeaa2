"""What a ticket is, out of the situations that are in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from broker.fields import utc
from central.correlation.sightings import Key, Sighting, Spot
from central.correlation.tiles import tile_of
from central.correlation.watching import source_of
from central.store.bulk import among
from central.store.nearness import NEVER_S
from central.store.schema import situations
from central.tickets import Scene


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one ticket. founder: its first situation; lead: the first that stands, else the founder.

    spot: of the situation whose place is known best;
    place: the number of the words for it, of the lead. cleared_at: when the last was seen clear.
    """

    number: int
    situations: int
    founder: Key
    lead: Key
    kind: str
    severity: str
    origin: str
    source: str
    opened_at: datetime
    cleared_at: datetime | None
    spot: Spot | None
    place: int | None

    @property
    def scene(self) -> Scene:
        """Whether the thing is there by what the sources say."""
        return "present" if self.cleared_at is None else "clear"

    def columns(self) -> dict[str, Any]:
        """What a ticket's row says of it."""
        return {
            "open_key": f"{self.founder[0]}#{self.founder[1]}",
            "scene": self.scene,
            "kind": self.kind,
            "severity": self.severity,
            "origin": self.origin,
            "node": self.founder[0],
            "subject": self.founder[1],
            "source": self.source,
            "lead_node": self.lead[0],
            "lead_subject": self.lead[1],
            "opened_at": self.opened_at,
            "cleared_at": self.cleared_at,
            "situations": self.situations,
            "longitude": self.spot.longitude if self.spot else None,
            "latitude": self.spot.latitude if self.spot else None,
            "accuracy_m": self.spot.accuracy_m if self.spot else None,
            "tile": tile_of(self.spot) if self.spot else None,
            "place": self.place,
        }


def summary_of(seen: Sighting, opened_at: datetime, severity: str, place: int | None) -> Summary:
    """Of a ticket that one situation founds; it has no number yet."""
    return Summary(
        number=0,
        situations=1,
        founder=seen.key,
        lead=seen.key,
        kind=seen.kind,
        severity=severity,
        origin=seen.origin,
        source=source_of(seen.eye),
        opened_at=opened_at,
        cleared_at=utc(seen.until) if seen.until is not None else None,
        spot=seen.spot,
        place=place,
    )


def summaries(connection: Connection, numbers: Iterable[int]) -> dict[int, Summary]:
    """Of these tickets; one without a situation has none."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    found: dict[int, dict[str, Row[Any]]] = {}
    for row in connection.execute(_question(connection, wanted)):
        of = found.setdefault(row.ticket, {})
        of |= {name: row for name in ("first", "lead", "best") if getattr(row, f"{name}_rank") == 1}
    return {number: _summary(number, of["first"], of["lead"], of["best"]) for number, of in found.items()}


_TOLD = (
    "ticket", "source", "subject", "kind", "severity", "origin", "eye", "opened_at", "ends_s", "longitude",
    "latitude", "accuracy_m", "place",
)  # fmt: skip


def _question(connection: Connection, numbers: list[int]) -> Select[Any]:
    s = situations.c
    order = (s.at_s, *(_bytewise(connection, column) for column in (s.source, s.subject)))
    stands, placed = case((s.ends_s >= NEVER_S, 0), else_=1), case((s.accuracy_m.is_(None), 1), else_=0)

    def rank(*by: Any) -> ColumnElement[int]:
        return func.row_number().over(partition_by=s.ticket, order_by=by)

    ranked = select(
        *(s[name] for name in _TOLD),
        rank(*order).label("first_rank"),
        rank(stands, *order).label("lead_rank"),
        rank(placed, s.accuracy_m, *order).label("best_rank"),
        func.count().over(partition_by=s.ticket).label("number_of"),
        func.max(s.ends_s).over(partition_by=s.ticket).label("last_s"),
    )
    asked = ranked.where(among(connection, s.ticket, numbers)).subquery()
    c = asked.c
    return select(asked).where((c.first_rank == 1) | (c.lead_rank == 1) | (c.best_rank == 1))


def _bytewise(connection: Connection, column: Any) -> Any:
    """As Python compares text; PostgreSQL would follow the custom of some language."""
    return column.collate("C") if connection.dialect.name == "postgresql" else column


def _summary(number: int, first: Row[Any], lead: Row[Any], best: Row[Any]) -> Summary:
    spot = None if best.longitude is None else Spot(best.longitude, best.latitude, best.accuracy_m)
    return Summary(
        number=number,
        situations=first.number_of,
        founder=(first.source, first.subject),
        lead=(lead.source, lead.subject),
        kind=first.kind,
        severity=lead.severity,
        origin=first.origin,
        source=source_of(first.eye),
        opened_at=first.opened_at,
        cleared_at=utc(first.last_s) if first.last_s < NEVER_S else None,
        spot=spot,
        place=lead.place,
    )
