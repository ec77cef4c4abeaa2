"""Nodes with drones, their flights and their answers, to test with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from broker.events import (
    Evidence,
    Flight,
    FlightFinished,
    FlightReported,
    Location,
    Point,
    Polygon,
    Reason,
    SceneAnswer,
    SceneVerification,
    SceneVerified,
    SourceRef,
)
from broker.flights import Coverage, LineString, NotPlaced
from broker.messages import About, SourceAbout, Verify, ZoneAbout
from broker.topics import Address
from central.letters import Letter, Word
from central.store.database import Store
from central.store.taking import take
from tests.unit.central.makers import AUDIT, at

ROOF = Address("131002", "roof-1")
DRONE = SourceRef(id="drone-1", kind="drone")
LON, LAT = 116.7, 39.5
METRE = 1 / 111_320  # of latitude, in degrees


def ground(half: float = 0.001, *, lon: float = LON, lat: float = LAT) -> Polygon:
    """A square around the usual place."""
    west, east, south, north = lon - half, lon + half, lat - half, lat + half
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return Polygon(type="Polygon", coordinates=[ring])


def zone(kinds: Sequence[str] = (), **where: Any) -> ZoneAbout:
    """Of a drone, on the ground."""
    return ZoneAbout(id="market", version="v1", kinds=list(kinds), ground=ground(**where))


def about(*zones: ZoneAbout, drones: Sequence[str] = ("drone-1",)) -> About:
    """A node with drones that all look at the same zones."""
    sources = [SourceAbout(source=SourceRef(id=name, kind="drone"), zones=list(zones)) for name in drones]
    return About(at=at(0), software="0.1", configuration="0" * 64, sources=sources)


def told_about(store: Store, said: About, *, node: Address = ROOF, seconds: float = 1.0) -> None:
    """The centre hears what the node is."""
    letter = Letter(node.source, node.topic("about"), said.encode(), at(seconds))
    take(store, [Word(letter, "about", said)])


def here(accuracy_m: float = 2.0, metres: float = 0.0) -> Location:
    """A place, so far to the north of the usual one."""
    point = Point(type="Point", coordinates=(LON, LAT + metres * METRE))
    return Location(geometry=point, accuracy_m=accuracy_m, method="surveyed")


def flown_answer(
    command: Verify,
    outcomes: Sequence[Any],
    seen: datetime,
    *,
    node: Address = ROOF,
    number: int = 0,
    evidence: Sequence[Evidence] = (),
    flight: str | None = "f-1",
) -> SceneVerification:
    """The drone's answer to the first so many situations of a command."""
    answers = [
        SceneAnswer(
            situation=name,
            outcome=outcome,
            reasons=[Reason(code=outcome, text=f"the ground is {outcome}")],
            seen=seen,
            evidence=list(evidence),
        )
        for name, outcome in zip(command.situations, outcomes, strict=False)
    ]
    told = Flight(id=flight, telemetry="log", height_above_ground_m=60.0) if flight else None
    data = SceneVerified(command=command.id, source=DRONE, answers=answers, audit=AUDIT, flight=told)
    return SceneVerification(
        id=f"flown-{number}",
        source=node.source,
        subject=DRONE.id,
        time=seen,
        recordedtime=seen,
        epoch="boot-1",
        sequence=f"{500 + number:012d}",
        data=data,
    )


def flight(name: str = "f-1", *, number: int = 0, node: Address = ROOF, **changes: Any) -> FlightFinished:
    """A finished flight."""
    path = LineString(type="LineString", coordinates=[(LON, LAT, 90.0), (LON + 0.001, LAT)])
    facts: dict[str, Any] = {
        "source": DRONE,
        "flight": Flight(id=name, telemetry="log", height_above_ground_m=60.0),
        "began": at(60 * number),
        "ended": at(60 * number + 50),
        "path": path,
        "coverage": Coverage(area_m2=1200.0, geometry=ground()),
        "found": ["sit-1"],
        "cleared": ["sit-unknown"],
        "not_placed": [NotPlaced(reason=Reason(code="no_gimbal", text="no gimbal data"), count=3)],
        "audit": AUDIT,
    }
    happened = at(60 * number + 55)
    return FlightFinished(
        id=f"{name}-told-{number}",
        source=node.source,
        subject=name,
        time=happened,
        recordedtime=happened,
        epoch="boot-1",
        sequence=f"{700 + number:012d}",
        data=FlightReported(**(facts | changes)),
    )
