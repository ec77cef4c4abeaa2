"""/api/sweeps: a drone is asked to look at open tickets on its next flight, and what it answered."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.events import Reason
from broker.fields import Timestamp
from broker.settings import Duration
from central.api.casework import Request
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.api.signin import Asked as Body
from central.api.words import writable
from central.casework.facts import label
from central.casework.machine import State
from central.store.flight_sweeps import MOST_TICKETS, NotAsked, SweepWanted, ask_sweep
from central.store.sweeps_view import find_sweep, list_sweeps, places_of

router = APIRouter(tags=["flights"])
STATUS = {"request_reused": 409, "too_many": 409}
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(writable)]
Name = Annotated[str, Field(max_length=32, examples=["T-000123"])]
Area = Annotated[str, Field(pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$")]


class SweepAsked(Body):
    """A drone, and which open tickets: by name, or all of an area, kind or state (at least one of these).

    `source` may be left out where the node has one drone. `within`: how long it has to fly over them.
    """

    request: Request
    node: Annotated[str, Field(max_length=96, examples=["131002/yard-7"])]
    source: Annotated[str, Field(max_length=64)] | None = None
    tickets: Annotated[list[Name], Field(max_length=MOST_TICKETS)] = []
    area: Area | None = None
    kind: Annotated[str, Field(max_length=48)] | None = None
    state: State | None = None
    within: Annotated[Duration, Field(ge=60, le=30 * 86_400)] = 7 * 86_400.0
    reason: Why = ""


class PlaceAnswer(BaseModel):
    """A ticket of a sweep. `state`: left_out (and why), asked, answered, acted, given_up.

    `outcome`: occupied, clear, not_seen or not_in_view; `seen`: when the place itself was last seen.
    """

    ticket: str
    state: str
    outcome: str | None
    reason: Reason | None
    seen: Timestamp | None
    flight: str | None
    picture: str | None
    answered: Timestamp | None


class SweepBrief(BaseModel):
    """A sweep, and how many of its tickets are in each state, and have each outcome."""

    id: int
    node: str
    source: str
    reason: str
    made: Timestamp
    made_by: str
    until: Timestamp
    states: dict[str, int]
    outcomes: dict[str, int]


class SweepAnswer(SweepBrief):
    """The same with every ticket, by number."""

    tickets: list[PlaceAnswer]


class SweepList(BaseModel):
    """The last first."""

    items: list[SweepBrief]


@router.post(
    "/api/sweeps",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("sweep.ask"),
)
def sweep(here: Here, by: Auditing, asked: SweepAsked) -> SweepAnswer:
    """Ask a drone to look; the same `request` again asks nothing twice, and answers the same sweep."""
    given = asked.model_dump() | {"tickets": tuple(dict.fromkeys(asked.tickets))}
    wanted = SweepWanted(within_s=given.pop("within"), **given)
    try:
        number = ask_sweep(here.store, wanted, by, now())
    except NotAsked as error:
        raise Problem(
            STATUS.get(error.code, 422),
            str(error),
            where=f"body.{error.where}",
            allowed=error.allowed or None,
            code=error.code,
        ) from error
    here.news.call()
    return _whole(here, number)


@router.get("/api/sweeps", responses=responses(401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def sweeps(here: Here, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> SweepList:
    """What drones were asked to look at, the last first."""
    return SweepList(items=[SweepBrief(**brief(*each)) for each in list_sweeps(here.store, limit=limit)])


@router.get(
    "/api/sweeps/{number}", responses=responses(401, 403, 404, 422, 503), openapi_extra=needs("ticket.view")
)
def one_sweep(here: Here, number: Annotated[int, Path(ge=1, lt=2**31)]) -> SweepAnswer:
    """A sweep with each of its tickets."""
    return _whole(here, number)


def _whole(here: Any, number: int) -> SweepAnswer:
    found = find_sweep(here.store, number)
    if found is None:
        allowed = "an id from /api/sweeps"
        raise Problem(
            404, f"there is no sweep {number}", where="path.number", allowed=allowed, code="no_sweep"
        )
    return sweep_answer(found, places_of(here.store, number))


def sweep_answer(found: Any, places: Any) -> SweepAnswer:
    """As the API tells it."""
    return SweepAnswer(**brief(*found), tickets=[_place(row) for row in places])


def brief(row: Any, states: Mapping[str, int], outcomes: Mapping[str, int]) -> dict[str, Any]:
    """The fields of a sweep in short."""
    names = ("node", "source", "reason", "made", "until")
    counts = {"states": dict(states), "outcomes": dict(outcomes)}
    return {name: getattr(row, name) for name in names} | {"id": row.number, "made_by": row.who} | counts


def _place(row: Any) -> PlaceAnswer:
    names = ("state", "outcome", "seen", "flight", "picture", "answered")
    reason = Reason(**row.reason) if row.reason else None
    return PlaceAnswer(
        ticket=label(row.ticket), reason=reason, **{name: getattr(row, name) for name in names}
    )
