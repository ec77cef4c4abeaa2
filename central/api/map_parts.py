"""/api/map/...: what else a map shows: sources, the grid's cells with their load, flights, the base map."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from pydantic_core import to_json

from broker.events import Point
from broker.fields import Timestamp
from central.api.guard import needs, now
from central.api.packed import GEOJSON, packed
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.api.sources import NodeAnswer, SourceAnswer, nodes_of
from central.grid.areas import DIGITS, Level
from central.store.grids import cut_at, cuts
from central.store.map_points import loads
from central.store.map_shapes import flight_lines, outlines

router = APIRouter(tags=["map"])
State = Literal["well", "ill", "unknown", "offline"]
SHOWN: dict[str, Any] = {"content": {GEOJSON: {}}}
FLIGHT_DAYS = 3
DIGITS_OF: Mapping[Level, int] = {level: digits for digits, level in DIGITS.items()}
PMTILES = "application/vnd.pmtiles"


class MapSource(BaseModel):
    """A camera, drone, gate or sensor. `state`: `offline` where its node is, `ill` where something is wrong.

    `longitude`, `latitude`: WGS84, null where its node does not say where it is.
    """

    node: str
    source: str
    kind: str
    name: str | None
    place: str | None
    longitude: float | None
    latitude: float | None
    state: State
    conditions: list[str]
    kinds: list[str]


class MapSources(BaseModel):
    """Of every node that ever spoke."""

    items: list[MapSource]


class LoadAnswer(BaseModel):
    """Open tickets of an area, and those of them that are overdue."""

    area: str
    open: int
    overdue: int


class LoadList(BaseModel):
    """Areas in which something is open, in the order of their codes."""

    at: Timestamp
    items: list[LoadAnswer]


class BaseAnswer(BaseModel):
    """What lies under the map. `url`: of a tile, or of the archive. `datum`: of raster tiles."""

    kind: Literal["none", "raster", "pmtiles"]
    url: str | None
    attribution: str
    datum: Literal["wgs84", "gcj02"]


class MapSettingsAnswer(BaseModel):
    """`center`: longitude and latitude; null: show all that there is. `cells`: whether there is a grid."""

    center: tuple[float, float] | None
    zoom: float | None
    base: BaseAnswer
    cells: bool


@router.get("/api/map/sources", responses=responses(401, 403, 503), openapi_extra=needs("source.view"))
def map_sources(here: Here) -> MapSources:
    """Where they are and how they fare."""
    return MapSources(items=[_source(node, each) for node in nodes_of(here.store) for each in node.sources])


@router.get(
    "/api/map/cells",
    response_class=Response,
    responses=responses(401, 403, 422, 503, s200=SHOWN),
    openapi_extra=needs("ticket.view"),
)
def map_cells(here: Here, request: Request, level: Level = "cell") -> Response:
    """Outlines of the grid that counts now, as GeoJSON; simplified by 2 m, with common borders in common.

    They change with the grid alone: keep them by their `ETag`, and ask for the loads anew.
    """
    cut = cut_at(cuts(here.store), now())
    return packed(request, outlines(here.store, None if cut is None else cut.number, level), GEOJSON)


@router.get(
    "/api/map/cells/load",
    responses=responses(401, 403, 422, 503),
    openapi_extra=needs("ticket.view"),
    response_model=LoadList,
)
def map_load(here: Here, request: Request, level: Level = "cell") -> Response:
    """How many tickets are open and overdue in each area."""
    at = now()
    found = loads(here.store, DIGITS_OF[level], at)
    items = [LoadAnswer(area=each.area, open=each.open, overdue=each.overdue) for each in found]
    return packed(request, to_json(LoadList(at=at, items=items)))


@router.get(
    "/api/map/flights",
    response_class=Response,
    responses=responses(401, 403, 422, 503, s200=SHOWN),
    openapi_extra=needs("source.view"),
)
def map_flights(
    here: Here,
    request: Request,
    since: Annotated[Timestamp | None, Query(description="ended after; three days ago")] = None,
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Paths of the last flights as GeoJSON lines, the last first; `flight`: of GET /api/flights/{number}."""
    after = since or now() - timedelta(days=FLIGHT_DAYS)
    features = [_flight(*each) for each in flight_lines(here.store, after, most=most)]
    return packed(request, to_json({"type": "FeatureCollection", "features": features}), GEOJSON)


@router.get("/api/map/settings", responses=responses(401, 403, 503), openapi_extra=needs("ticket.view"))
def map_settings(here: Here) -> MapSettingsAnswer:
    """Where the map begins, and what lies under it."""
    said, base = here.map, here.map.base
    url = base.tiles if base.kind == "raster" else "/api/map/base.pmtiles" if base.kind == "pmtiles" else None
    told = BaseAnswer(kind=base.kind, url=url, attribution=base.attribution, datum=base.datum)
    grid = cut_at(cuts(here.store), now()) is not None
    return MapSettingsAnswer(center=said.center, zoom=said.zoom, base=told, cells=grid)


@router.get(
    "/api/map/base.pmtiles",
    response_class=FileResponse,
    responses=responses(401, 403, 404, 416, 503, s200={"content": {PMTILES: {}}}),
    openapi_extra=needs("ticket.view"),
)
def base_map(here: Here) -> FileResponse:
    """The archive of the base map, by parts (`Range`)."""
    if (path := here.map.base.path) is None:
        raise Problem(
            404,
            "there is no base map of our own",
            where="map.base",
            allowed="kind: pmtiles",
            code="no_base_map",
        )
    if not path.is_file():
        raise Problem(
            404,
            "the base map's file is gone",
            where="map.base.path",
            allowed="a PMTiles archive",
            code="base_map_gone",
        )
    return FileResponse(path, media_type=PMTILES, headers={"Cache-Control": "private, max-age=3600"})


def _source(node: NodeAnswer, each: SourceAnswer) -> MapSource:
    place = each.location.geometry if each.location is not None else None
    longitude, latitude = place.coordinates if isinstance(place, Point) else (None, None)
    return MapSource(
        node=node.node,
        source=each.id,
        kind=each.source.kind if each.source is not None else "camera",
        name=each.source.name if each.source is not None else None,
        place=each.place,
        longitude=longitude,
        latitude=latitude,
        state=_state(node, each),
        conditions=[condition.condition for condition in each.conditions],
        kinds=each.kinds,
    )


def _state(node: NodeAnswer, each: SourceAnswer) -> State:
    if node.online is False:
        return "offline"
    if each.well is None:
        return "unknown"
    return "well" if each.well else "ill"


def _flight(row: Any, line: Sequence[Sequence[float]]) -> dict[str, Any]:
    names = ("node", "source", "began", "ended", "found", "seen_again", "cleared")
    properties = {name: getattr(row, name) for name in names} | {"flight": row.number}
    geometry = {"type": "LineString", "coordinates": line}
    return {"type": "Feature", "id": row.number, "geometry": geometry, "properties": properties}
