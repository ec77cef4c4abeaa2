"""/api/flights: what drones reported of their flights."""

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from broker.events import FlightReported, NotPlaced
from broker.fields import Timestamp, read, rfc3339
from central.api.guard import needs
from central.api.named import no_cursor, zoned
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.casework.facts import label
from central.store.flown import FlightsWanted, find_flight, list_flights, tickets_of_flight

router = APIRouter(tags=["flights"])
_FIRST, _TICK = datetime(1970, 1, 1, tzinfo=timezone.utc), timedelta(microseconds=1)
GEOJSON = "application/geo+json"
_SHOWN: dict[str, Any] = {"content": {GEOJSON: {}}}
_BRIEF = (
    "node", "source", "flight", "began", "ended", "received", "area_m2", "found", "seen_again", "cleared",
    "not_placed",
)  # fmt: skip


class FlightAnswer(BaseModel):
    """A flight in short: how many were found, seen again, cleared, and could not be placed."""

    id: int
    node: str
    source: str
    flight: str
    began: Timestamp
    ended: Timestamp
    received: Timestamp
    area_m2: float | None
    found: int
    seen_again: int
    cleared: int
    not_placed: int


class FlightPage(BaseModel):
    """The last that ended first. `next` is the cursor of the following page, null at the end."""

    items: list[FlightAnswer]
    next: str | None


@router.get("/api/flights", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("source.view"))
def flights(
    here: Here,
    node: Annotated[str | None, Query(max_length=96, examples=["gewu://131002/yard-7"])] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[datetime | None, Query(description="ended then or later")] = None,
    until: Annotated[datetime | None, Query(description="ended before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> FlightPage:
    """Flights of drones, the last that ended first. Follow `next` as `cursor` for more."""
    wanted = FlightsWanted(node, source, zoned(since, "query.since"), zoned(until, "query.until"))
    rows = list_flights(here.store, wanted, limit=limit + 1, before=_place_in(cursor))
    last = rows[limit - 1] if len(rows) > limit else None
    following = f"before-{(last.ended - _FIRST) // _TICK}-{last.number}" if last is not None else None
    return FlightPage(items=[flight_answer(row) for row in rows[:limit]], next=following)


@router.get(
    "/api/flights/{number}",
    response_class=JSONResponse,
    responses=responses(401, 403, 404, 422, 503, s200=_SHOWN),
    openapi_extra=needs("source.view"),
)
def one_flight(here: Here, number: Annotated[int, Path(ge=1, lt=2**31)]) -> JSONResponse:
    """A flight as GeoJSON: its path and the ground that it saw, with what became of what it found."""
    row = find_flight(here.store, number)
    if row is None:
        allowed = "an id from /api/flights"
        raise Problem(
            404, f"there is no flight {number}", where="path.number", allowed=allowed, code="no_flight"
        )
    told = read(FlightReported, row.body)
    named = [*told.found, *told.seen_again, *told.cleared]
    of = tickets_of_flight(here.store, row.node, named) if named else {}
    return JSONResponse(geojson(row, told, of), media_type=GEOJSON)


def flight_answer(row: Any) -> FlightAnswer:
    """As the API tells it."""
    return FlightAnswer(id=row.number, **{name: getattr(row, name) for name in _BRIEF})


def geojson(row: Any, told: FlightReported, of: Any) -> dict[str, Any]:
    """The whole flight. of: by situation the number of its ticket."""
    properties = flight_answer(row).model_dump(mode="json")
    properties |= {"telemetry": told.flight.telemetry, "zones": [_plain(each) for each in told.zones]}
    properties |= {name: _situations(getattr(told, name), of) for name in ("found", "seen_again", "cleared")}
    properties["not_placed"] = [_not_placed(each) for each in told.not_placed]
    features = []
    if told.path is not None:
        features.append(_feature("path", told.path, {"began": rfc3339(told.began)}))
    if told.coverage is not None and told.coverage.geometry is not None:
        features.append(_feature("coverage", told.coverage.geometry, {"area_m2": told.coverage.area_m2}))
    return {"type": "FeatureCollection", "properties": properties, "features": features}


def _plain(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_none=True)


def _feature(sort: str, geometry: BaseModel, more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": _plain(geometry), "properties": {"sort": sort} | more}


def _situations(named: list[str], of: Any) -> list[dict[str, Any]]:
    return [{"situation": each, "ticket": label(of[each]) if each in of else None} for each in named]


def _not_placed(each: NotPlaced) -> dict[str, Any]:
    return {"count": each.count, "reason": _plain(each.reason)}


def _place_in(cursor: str | None) -> tuple[datetime, int] | None:
    """Raises Problem."""
    if cursor is None:
        return None
    word, *numbers = cursor.split("-")
    if word == "before" and len(numbers) == 2 and all(_small(each) for each in numbers):
        return _FIRST + int(numbers[0]) * _TICK, int(numbers[1])
    raise no_cursor(cursor)


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 17
