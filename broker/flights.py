"""What a node reports of a finished flight: where it went, what ground it saw, and what became of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.fields import Count, Identifier, Message, Timestamp, Unit
from broker.parts import Audit, Flight, Latitude, Longitude, Polygon, Reason, Ring, SourceRef, ZoneRef

MOST_PATH, MOST_OUTLINE = 2000, 4000  # positions of the path, and of the coverage's outlines together
MOST_SITUATIONS = 1000  # of each list

Height = Annotated[float, Field(ge=-1000.0, le=20_000.0)]
Waypoint = tuple[Longitude, Latitude] | tuple[Longitude, Latitude, Height]
Situations = Annotated[list[Identifier], Field(max_length=MOST_SITUATIONS)]


class LineString(Message):
    """GeoJSON line, WGS84: longitude, latitude, and where known metres above the sea."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Waypoint], Field(min_length=2, max_length=MOST_PATH)]


Rings = Annotated[list[Ring], Field(min_length=1, max_length=64)]


class MultiPolygon(Message):
    """GeoJSON polygons, WGS84, of each the outer ring first."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1, max_length=256)]


def _bounded(geometry: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    parts = [geometry.coordinates] if isinstance(geometry, Polygon) else geometry.coordinates
    if sum(len(ring) for part in parts for ring in part) > MOST_OUTLINE:
        raise ValueError(f"outlines of a coverage have at most {MOST_OUTLINE} positions together")
    return geometry


class Coverage(Message):
    """The ground that was seen well enough to judge. geometry: None where it cannot be outlined."""

    area_m2: Annotated[float, Field(ge=0.0)]
    geometry: Annotated[Polygon | MultiPolygon, AfterValidator(_bounded)] | None = None


class FlownZone(Message):
    """A zone on the ground, and the share of its area that was seen."""

    zone: ZoneRef
    share: Unit


class NotPlaced(Message):
    """How many things were seen whose place on the ground could not be told, and why."""

    reason: Reason
    count: Count


class FlightReported(Message):
    """A finished flight. `found`, `seen_again` and `cleared` are situations, by id.

    A flight may be reported again, when more of it was worked through; then the later report holds.
    """

    source: SourceRef
    flight: Flight
    began: Timestamp
    ended: Timestamp
    path: LineString | None = None
    coverage: Coverage | None = None
    zones: Annotated[list[FlownZone], Field(max_length=256)] = []
    found: Situations = []
    seen_again: Situations = []
    cleared: Situations = []
    not_placed: Annotated[list[NotPlaced], Field(max_length=64)] = []
    audit: Audit

    @model_validator(mode="after")
    def _ended_after_it_began(self) -> Self:
        if self.ended < self.began:
            raise ValueError("a flight ended before it began")
        return self
