"""/api/map/tickets: every ticket that the list would give, small enough for a page to cluster itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from central.api.answers import KindAnswer, kind_of
from central.api.guard import needs
from central.api.packed import GEOJSON, JSON, packed
from central.api.problems import responses
from central.api.service_parts import Here
from central.api.ticket_filters import Filtered
from central.casework.machine import OPEN
from central.store.map_points import NAMES, Points, points_of

router = APIRouter(tags=["map"])
Format = Literal["columns", "geojson"]
# Told by their place in a list of this name.
CODED = {
    "state": "states",
    "kind": "kinds",
    "severity": "severities",
    "origin": "origins",
    "department": "departments",
    "cell": "cells",
    "place": "places",
}
PLACES = 6  # decimals of a degree: a decimetre


class Columns(BaseModel):
    """One entry a ticket, the newest first. `number`: of T-000123 the 123.

    `longitude`, `latitude`: WGS84, null where nobody knows the place. `opened`, `due`: seconds since 1970.
    `state` to `place`: places in the lists of the same name; null where there is none. `parent`: a number.
    """

    number: list[int]
    longitude: list[float | None]
    latitude: list[float | None]
    opened: list[int]
    due: list[int | None]
    state: list[int | None]
    kind: list[int | None]
    severity: list[int | None]
    origin: list[int | None]
    department: list[int | None]
    cell: list[int | None]
    place: list[int | None]
    parent: list[int | None]
    version: list[int]


class MapTickets(BaseModel):
    """`total`: how many match; `columns` has the newest 50,000 of them.

    `seq`: ask /api/stream with it as `Last-Event-ID` for what comes after. `open`: which of the states are.
    """

    total: int
    seq: int
    open: list[str]
    states: list[str]
    kinds: list[KindAnswer]
    severities: list[str]
    origins: list[str]
    departments: list[str]
    cells: list[str]
    places: list[str]
    columns: Columns


@router.get(
    "/api/map/tickets",
    responses=responses(400, 401, 403, 422, 503, s200={"content": {GEOJSON: {}}}),
    openapi_extra=needs("ticket.view"),
    response_model=MapTickets,
)
def map_tickets(
    here: Here,
    request: Request,
    wanted: Filtered,
    format: Annotated[Format, Query()] = "columns",  # noqa: A002 - the word of the API
) -> Response:
    """All tickets that match the filters of GET /api/tickets, in columns or as GeoJSON points."""
    found = points_of(here.store, wanted)
    if format == "geojson":
        return packed(request, to_json(_geojson(found)), GEOJSON)
    return packed(request, to_json(columns(found)), JSON)


def columns(found: Points) -> dict[str, Any]:
    """As the API tells it."""
    by_name = dict(zip(NAMES, zip(*found.rows, strict=True), strict=False)) or dict.fromkeys(NAMES, ())
    told: dict[str, Any] = {name: by_name[name] for name in ("number", "parent", "version")}
    lists: dict[str, list[str]] = {}
    for name in CODED:
        told[name], lists[name] = _coded(by_name[name])
    for name in ("longitude", "latitude"):
        told[name] = [None if value is None else round(value, PLACES) for value in by_name[name]]
    told["opened"] = [_seconds(value) for value in by_name["opened_at"]]
    told["due"] = [None if value is None else _seconds(value) for value in by_name["due_at"]]
    kinds = [kind_of(word).model_dump() for word in lists["kind"]]
    named = {plural: lists[name] for name, plural in CODED.items() if name != "kind"}
    still = [state for state in lists["state"] if state in OPEN]
    return {"total": found.total, "seq": found.seq, "open": still, "kinds": kinds, **named, "columns": told}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _coded(values: Sequence[str | None]) -> tuple[list[int | None], list[str]]:
    """Each by its place in the list of those that there are, in the order in which they come."""
    places: dict[str, int] = {}
    told = [None if value is None else places.setdefault(value, len(places)) for value in values]
    return told, list(places)


def _geojson(found: Points) -> dict[str, Any]:
    features = [_feature(row) for row in found.rows if row.longitude is not None]
    return {"type": "FeatureCollection", "total": found.total, "features": features}


def _feature(row: Any) -> dict[str, Any]:
    names = ("state", "kind", "severity", "department")
    properties = {name: getattr(row, name) for name in names} | {"opened": _seconds(row.opened_at)}
    if row.due_at is not None:
        properties["due"] = _seconds(row.due_at)
    place = [round(row.longitude, PLACES), round(row.latitude, PLACES)]
    geometry = {"type": "Point", "coordinates": place}
    return {"type": "Feature", "id": row.number, "geometry": geometry, "properties": properties}
