"""/api/spots: places where the same kind is found again and again."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from broker.fields import Timestamp
from central.api import answers
from central.api.guard import needs
from central.api.problems import responses
from central.api.service_parts import Here
from central.store.recurring import list_spots

router = APIRouter(tags=["tickets"])


class SpotAnswer(BaseModel):
    """A place where something recurs. `tickets`: how many there were; GET /api/tickets?spot= lists them."""

    spot: int
    kind: str
    named: answers.KindAnswer
    longitude: float
    latitude: float
    since: Timestamp
    last: Timestamp
    tickets: int


class SpotList(BaseModel):
    """The latest first."""

    items: list[SpotAnswer]


@router.get("/api/spots", responses=responses(401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def spots(
    here: Here,
    kind: Annotated[str | None, Query(max_length=48)] = None,
    since: Annotated[datetime | None, Query(description="seen there after this")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> SpotList:
    """Places where a kind recurs (高发)."""
    rows = list_spots(here.store, kind=kind, since=since, limit=limit)
    return SpotList(items=[spot(row) for row in rows])


def spot(row: Any) -> SpotAnswer:
    """As the API tells it."""
    names = ("kind", "longitude", "latitude", "since", "last", "tickets")
    return SpotAnswer(
        spot=row.number, named=answers.kind_of(row.kind), **{name: getattr(row, name) for name in names}
    )
