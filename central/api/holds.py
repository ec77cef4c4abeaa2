"""/api/holds: what must not be erased, because a legal proceeding or an inquiry needs it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from broker.fields import Timestamp
from central.api.guard import Auditing, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.api.signin import Asked as Body
from central.api.words import writable
from central.casework.facts import label
from central.store.holding import NotHeld, Wanted, add_hold, all_holds, lift_hold

router = APIRouter(tags=["holds"])
STATUS = {"no_ticket": 404, "no_hold": 404, "too_many": 409}
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), AfterValidator(writable)
]


class HoldAsked(Body):
    """A ticket; or an area, by how the codes of its cells begin (`all`: everywhere), and a time."""

    reason: Why
    ticket: Annotated[str, Field(max_length=32, examples=["T-000123"])] | None = None
    area: Annotated[str, Field(max_length=15, examples=["131002"])] | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None


class LiftAsked(Body):
    """Why it may go now."""

    reason: Why


class HoldAnswer(BaseModel):
    """A hold; `lifted` null: it stands."""

    hold: int
    ticket: str | None
    area: str | None
    since: Timestamp | None
    until: Timestamp | None
    reason: str
    made: Timestamp
    made_by: str
    lifted: Timestamp | None
    lifted_by: str | None
    lift_reason: str | None


class HoldList(BaseModel):
    """The last first."""

    items: list[HoldAnswer]


@router.get("/api/holds", responses=responses(401, 403, 422, 503), openapi_extra=needs("ticket.hold"))
def holds(
    here: Here, lifted: Annotated[bool, Query(description="those that were lifted too")] = False
) -> HoldList:
    """Holds that stand."""
    return HoldList(items=[hold_answer(row) for row in all_holds(here.store, lifted=lifted)])


@router.post(
    "/api/holds",
    status_code=201,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("ticket.hold"),
)
def hold(here: Here, by: Auditing, asked: HoldAsked) -> HoldAnswer:
    """From this answer on nothing goes that belongs to it."""
    try:
        return hold_answer(add_hold(here.store, Wanted(**asked.model_dump()), by, now()))
    except NotHeld as error:
        raise _problem(error) from error


@router.post(
    "/api/holds/{number}/lift",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.hold"),
)
def lift(
    here: Here, number: Annotated[int, Path(ge=1, lt=2**31)], by: Auditing, asked: LiftAsked
) -> HoldAnswer:
    """From this answer on it stops nothing."""
    try:
        return hold_answer(lift_hold(here.store, number, asked.reason, by, now()))
    except NotHeld as error:
        raise _problem(error) from error


def hold_answer(row: Any) -> HoldAnswer:
    """As the API tells it."""
    fields = {name: getattr(row, name) for name in HoldAnswer.model_fields if name not in ("hold", "ticket")}
    ticket = None if row.ticket is None else label(row.ticket)
    return HoldAnswer(hold=row.number, ticket=ticket, **fields)


def _problem(error: NotHeld) -> Problem:
    where = "path.number" if error.code == "no_hold" else f"body.{error.where}"
    return Problem(
        STATUS.get(error.code, 422), str(error), where=where, allowed=error.allowed or None, code=error.code
    )
