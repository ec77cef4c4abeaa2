"""/api/map: tickets in a map's view."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from broker.fields import Timestamp
from central.api import answers
from central.api.guard import needs, now
from central.api.named import zoned
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.casework.facts import label
from central.correlation.tiles import View
from central.store.mapping import seen_in

router = APIRouter(tags=["tickets"])
DAYS = 7  # of what is closed too, unless asked for more


class PointAnswer(BaseModel):
    """One ticket. `id` and `number`: of GET /api/tickets/{name}."""

    number: str
    id: str
    state: str
    kind: answers.KindAnswer
    severity: str
    department: str | None
    longitude: float
    latitude: float
    opened_at: Timestamp
    due_at: Timestamp | None


class SquareAnswer(BaseModel):
    """How many lie in a square, told by its south-western corner."""

    west: float
    south: float
    tickets: int


class MapAnswer(BaseModel):
    """`points`, the newest first; where there are more than `most`, `squares` of `step` degrees instead."""

    total: int
    points: list[PointAnswer]
    squares: list[SquareAnswer]
    step: float


@router.get("/api/map", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def tickets_in_view(
    here: Here,
    bbox: Annotated[
        str, Query(max_length=120, description="west,south,east,north", examples=["116.6,39.4,116.8,39.6"])
    ],
    open: Annotated[bool, Query(description="only what is still open; else all since")] = True,  # noqa: A002
    since: Annotated[datetime | None, Query(description="opened after; without it seven days ago")] = None,
    kind: Annotated[str | None, Query(max_length=48)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
    most: Annotated[int, Query(ge=1, le=2000)] = 1000,
) -> MapAnswer:
    """Tickets in a view, widened to whole tiles of 0.001 degrees. `since` counts with `open=false`."""
    after = None if open else zoned(since, "query.since") or now() - timedelta(days=DAYS)
    seen = seen_in(here.store, _view(bbox), most=most, since=after, kind=kind, department=department)
    squares = [SquareAnswer(west=west, south=south, tickets=many) for west, south, many in seen.squares]
    return MapAnswer(
        total=seen.total, points=[_point(row) for row in seen.points], squares=squares, step=seen.step
    )


def _view(bbox: str) -> View:
    """Raises Problem."""
    try:
        west, south, east, north = (float(each) for each in bbox.split(","))
        view = View(west, south, east, north)
    except ValueError:
        view = None
    # What is no number fails both comparisons.
    if view is None or not (-180 <= view.west <= view.east <= 180 and -90 <= view.south <= view.north <= 90):
        allowed = "west,south,east,north in degrees, west <= east and south <= north"
        raise Problem(
            400, f"{bbox!r} is no view", where="query.bbox", allowed=allowed, code="no_part_of_the_map"
        )
    return view


def _point(row: Any) -> PointAnswer:
    names = ("id", "state", "severity", "department", "longitude", "latitude", "opened_at", "due_at")
    return PointAnswer(
        number=label(row.number),
        kind=answers.kind_of(row.kind),
        **{name: getattr(row, name) for name in names},
    )
