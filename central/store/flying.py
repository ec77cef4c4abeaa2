"""Looks that drones are asked for when they fly: which one, for what, and whether once more."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, func, select

from broker.events import Location, Point, Reason
from broker.messages import Scene
from central.casework.facts import Facts
from central.correlation.bonds import Kinds
from central.correlation.sightings import Spot
from central.correlation.watching import source_of
from central.overflight import MOST_DRONES, Drone, over
from central.reports.events import facts_in
from central.store.schema import situations, tickets
from central.store.verify_tables import UNANSWERED, verifications

NAMESPACE = uuid.UUID("9d1c2b53-6a0e-5a0b-8f3e-6f0f6c6f2a11")
MOST_PASSES = 5  # of one drone over one ticket, each time that it is said to be handled


class AllDrones(Protocol):
    """Who knows them."""

    def all(self, connection: Connection) -> list[Drone]:
        """Every drone that a node tells of."""


@dataclass(frozen=True)
class Looks:
    """By what looks are asked for. flights_s: how long a drone has; kinds: which of them are one."""

    within_s: float
    flights_s: float
    drones: AllDrones
    kinds: Kinds = field(default_factory=Kinds)


def flights_for(
    connection: Connection, facts: Facts, looks: Looks, known: Sequence[Drone], now: datetime
) -> Iterator[dict[str, Any]]:
    """A row of `verifications` for each drone that found it, or that is known to fly over its place."""
    own = _found_by(connection, facts.number)
    spot = spot_of(facts)
    near = over(known, spot, facts.kind, looks.kinds) if spot is not None else []
    asked = list(dict.fromkeys([*own, *((each.node, each.source) for each in near)]))[:MOST_DRONES]
    if not asked:
        return
    lead = _lead(connection, facts.number)
    until = now + timedelta(seconds=looks.flights_s)
    for node, source in sorted(asked):
        subject = own.get((node, source), lead.lead_subject)
        scene = scene_of(subject, facts, lead)
        marker = f"{facts.number}/{facts.entered_at}/{node}/{source}"
        row = {"id": look_name(marker), "ticket": facts.number, "node": node, "eye": source}
        row |= {"situations": [subject], "scenes": [scene] if scene else None}
        yield row | {"state": "waiting", "made": now, "until": until}


def once_more(connection: Connection, row: Row[Any], now: datetime) -> dict[str, Any] | None:
    """A row for the next flight of the drone that answered this one; None: it looked often enough."""
    v = verifications.c
    mine = (v.ticket == row.ticket) & (v.node == row.node) & (v.eye == row.eye) & (v.until == row.until)
    passes = connection.execute(select(func.count()).where(mine)).scalar_one()
    if passes >= MOST_PASSES or now >= row.until:
        return None
    names = ("ticket", "node", "eye", "situations", "scenes", "until")
    again = {name: getattr(row, name) for name in names}
    return again | {"id": look_name(f"{row.id}/{passes}"), "state": "waiting", "made": now}


def awaited(connection: Connection, number: int) -> list[str]:
    """The drones that are still asked about a ticket, in words."""
    v = verifications.c
    mine = (v.ticket == number) & v.eye.is_not(None) & v.state.in_(UNANSWERED)
    rows = connection.execute(select(v.eye, v.node).where(mine).order_by(v.node, v.eye)).all()
    return list(dict.fromkeys(f"{row.eye} of {row.node}" for row in rows))


def asked_words(source: str, node: str, within: timedelta, note: str = "") -> Reason:
    """What the log says of a drone that is asked."""
    days = within / timedelta(days=1)
    text = f"asked {source} of {node} to look on its next flight, within {days:.3g} days{note}"
    return Reason(code="asked_flight", text=text[:240])


def spot_of(facts: Facts) -> Spot | None:
    """Where the ticket is, as far as it is known."""
    if facts.longitude is None or facts.latitude is None:
        return None
    return Spot(facts.longitude, facts.latitude, facts.accuracy_m or 0.0)


def scene_of(subject: str, facts: Facts, lead: Any) -> dict[str, Any] | None:
    """Where to look and for what, as the contract spells it. lead: the situation that tells the ticket."""
    if (spot := spot_of(facts)) is None:
        return None
    said = facts_in(lead.lead_node, lead.incident).location if lead.incident else None
    point = Point(type="Point", coordinates=(spot.longitude, spot.latitude))
    method = said.method if said is not None else "source_position"
    where = Location(geometry=point, accuracy_m=max(spot.accuracy_m, 0.1), method=method)
    return Scene(situation=subject, kind=facts.kind, location=where).model_dump(
        mode="json", exclude_none=True
    )


def _lead(connection: Connection, number: int) -> Any:
    t, s = tickets.c, situations.c
    lead = (s.source == t.lead_node) & (s.subject == t.lead_subject)
    wanted = select(t.lead_node, t.lead_subject, s.incident).select_from(tickets.outerjoin(situations, lead))
    return connection.execute(wanted.where(t.number == number)).one()


def _found_by(connection: Connection, number: int) -> dict[tuple[str, str], str]:
    """By node and drone the situation that it found last."""
    s = situations.c
    wanted = select(s.source, s.subject, s.eye).where(s.ticket == number, s.origin == "drone")
    rows = connection.execute(wanted.order_by(s.at_s, s.source, s.subject)).all()
    return {(row.source, source_of(row.eye)): row.subject for row in rows}


def look_name(marker: str) -> str:
    """The id of the command that asks for it, the same each time."""
    return f"verify-{uuid.uuid5(NAMESPACE, marker)}"
