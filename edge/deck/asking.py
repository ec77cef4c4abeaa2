"""What the centre asks about, as the book of flights takes it. Pure."""

from math import hypot
from typing import Any

from edge.flight.found import FlightAsk, GroundSpot
from edge.ground.earth import Tangent
from edge.groups import Group
from edge.wing import Wanted


def ask_of(wanted: Wanted) -> FlightAsk:
    """As the book takes it. The place is that of the scene, where one is told."""
    asked, known, scene = wanted.asked, wanted.known, wanted.scene
    kind = scene.kind if scene is not None else known.kind if known is not None else ""
    groups: tuple[Group, ...] = ()
    if known is not None and known.group in ("vehicle", "two_wheeler", "thing"):
        groups = (known.group,)  # type: ignore[assignment]
    if scene is None:
        return FlightAsk(asked.command, asked.situation, asked.until, kind, groups)
    longitude, latitude, spread = _middle(scene.location.geometry.model_dump()["coordinates"])
    accuracy = scene.location.accuracy_m + spread
    return FlightAsk(asked.command, asked.situation, asked.until, kind, groups, latitude, longitude, accuracy)


def _middle(coordinates: Any) -> tuple[float, float, float]:
    """Of a point or a polygon: longitude, latitude, and metres from there to its farthest corner."""
    if isinstance(coordinates[0], (int, float)):
        return float(coordinates[0]), float(coordinates[1]), 0.0
    corners = [(float(x), float(y)) for x, y, *_ in coordinates[0][:-1]]
    x = sum(corner[0] for corner in corners) / len(corners)
    y = sum(corner[1] for corner in corners) / len(corners)
    plane = Tangent(y, x)
    return x, y, max(hypot(*plane.metres(b, a)[:2]) for a, b in corners)


def spot_of(ask: FlightAsk) -> GroundSpot | None:
    """Where an ask says that it is."""
    if ask.latitude is None or ask.longitude is None:
        return None
    return GroundSpot(ask.latitude, ask.longitude, ask.accuracy_m or 1.0, (0.0, 0.0, 0.0))
