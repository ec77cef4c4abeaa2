"""/api/suppressions: the same thing at the same place is not told again for a while."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from broker.fields import Box, Identifier, Timestamp
from broker.settings import Duration
from central.api.answers import KindAnswer, kind_of
from central.api.casework import Request, Words
from central.api.guard import Auditing, needs, now
from central.api.named import node_named
from central.api.problems import Problem, responses
from central.api.service_parts import Here
from central.api.signin import Asked as Body
from central.casework.facts import label
from central.feedback.suppressing import LONGEST_S
from central.store.nearness import NEVER_S
from central.store.queries import number_of
from central.store.suppressing import (
    Listed,
    NotSuppressed,
    Wanted,
    Which,
    hidden_of,
    lift,
    listed,
    suppress,
)

router = APIRouter(tags=["feedback"])
STATUS = {"no_ticket": 404, "no_suppression": 404, "request_reused": 409, "too_many": 409}
HIDDEN = 200


class SuppressionAsked(Body):
    """The same thing as a ticket's, or as one of its situations, for so long; at most 30 days."""

    request: Request
    ticket: Annotated[str, Field(max_length=32, examples=["T-000123"])]
    node: Annotated[str, Field(max_length=96)] | None = None
    situation: Identifier | None = None
    lasts: Annotated[Duration, Field(ge=60, le=LONGEST_S)] = 7 * 86_400.0
    words: Words = ""


class LiftAsked(Body):
    """Why it is not hidden any more."""

    words: Words = ""


class SuppressionAnswer(BaseModel):
    """What is hidden, since when and until when. `things`: groups or labels. `box`: where in the picture.

    `stands`: whether it counts now. `hides`: situations that stand and have no ticket because of it; `hid`:
    all that it ever hid, `last` when the last of them began. What still stands when it ends gets a ticket.
    """

    suppression: int
    stands: bool
    node: str
    source: str
    kind: KindAnswer
    zone: str | None
    things: list[str]
    box: Box
    since: Timestamp
    until: Timestamp
    who: str
    words: str
    ticket: str | None
    situation: str
    lifted: Timestamp | None
    lifted_by: str | None
    lift_words: str | None
    hides: int
    hid: int
    last: Timestamp | None


class HiddenAnswer(BaseModel):
    """A situation that it hides or hid. `cleared_at` null: it stands."""

    node: str
    situation: str
    opened_at: Timestamp
    cleared_at: Timestamp | None
    box: Box | None
    zone_version: str | None


class SuppressionDetail(SuppressionAnswer):
    """The same with the last 200 situations."""

    hidden: list[HiddenAnswer]


class SuppressionList(BaseModel):
    """The last first."""

    items: list[SuppressionAnswer]


@router.get("/api/suppressions", responses=responses(401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def suppressions(
    here: Here,
    ended: Annotated[bool, Query(description="those that are over too")] = False,
    node: Annotated[str | None, Query(max_length=96)] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    ticket: Annotated[str | None, Query(max_length=32, description="made from it")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> SuppressionList:
    """Those that count now; of a source, or made from a ticket."""
    at = now()
    which = Which(
        node=None if node is None else node_named(node),
        source=source,
        ticket=None if ticket is None else _ticket(here, ticket),
        ended=ended,
    )
    return SuppressionList(items=[_answer(each, at) for each in listed(here.store, at, which, limit=limit)])


@router.get(
    "/api/suppressions/{number}",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.view"),
)
def one_suppression(here: Here, number: Annotated[int, Path(ge=1, lt=2**31)]) -> SuppressionDetail:
    """One, with what it hides."""
    found = _one(here, number)
    hidden = [_hidden(row) for row in hidden_of(here.store, number, limit=HIDDEN)]
    return SuppressionDetail(**found.model_dump(), hidden=hidden)


@router.post(
    "/api/suppressions",
    status_code=201,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("ticket.suppress"),
)
def make(here: Here, by: Auditing, asked: SuppressionAsked) -> SuppressionAnswer:
    """Hide it from now on; the same `request` again hides nothing twice."""
    given = asked.model_dump() | {"node": None if asked.node is None else node_named(asked.node)}
    wanted = Wanted(lasts_s=given.pop("lasts"), **given)
    try:
        row = suppress(here.store, wanted, by, now())
    except NotSuppressed as error:
        raise _problem(error) from error
    here.news.call()
    return _one(here, row.number)


@router.post(
    "/api/suppressions/{number}/lift",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.suppress"),
)
def end(
    here: Here, number: Annotated[int, Path(ge=1, lt=2**31)], by: Auditing, asked: LiftAsked
) -> SuppressionAnswer:
    """Hide nothing more; what stands gets its ticket within a second or two."""
    try:
        lift(here.store, number, asked.words, by, now())
    except NotSuppressed as error:
        raise _problem(error) from error
    return _one(here, number)


def _ticket(here: Here, name: str) -> int:
    if (number := number_of(here.store, name)) is None:
        allowed = "the number of a ticket, such as T-000123"
        raise Problem(
            422, f"there is no ticket {name!r}", where="query.ticket", allowed=allowed, code="no_ticket"
        )
    return number


def _one(here: Here, number: int) -> SuppressionAnswer:
    at = now()
    found = listed(here.store, at, Which(number=number))
    if not found:
        allowed = "a number of GET /api/suppressions"
        raise Problem(
            404,
            f"there is no suppression {number}",
            where="path.number",
            allowed=allowed,
            code="no_suppression",
        )
    return _answer(found[0], at)


def _answer(each: Listed, at: Any) -> SuppressionAnswer:
    row = each.row
    same = (
        "node",
        "source",
        "zone",
        "things",
        "who",
        "words",
        "situation",
        "lifted",
        "lifted_by",
        "lift_words",
    )
    return SuppressionAnswer(
        **{name: getattr(row, name) for name in same},
        suppression=row.number,
        stands=row.ends > at,
        kind=kind_of(row.kind),
        box=(row.box_x1, row.box_y1, row.box_x2, row.box_y2),
        since=row.made,
        until=row.ends,
        ticket=None if row.ticket is None else label(row.ticket),
        hides=each.hides,
        hid=each.hid,
        last=each.last,
    )


def _hidden(row: Any) -> HiddenAnswer:
    box = None if row.box_x1 is None else (row.box_x1, row.box_y1, row.box_x2, row.box_y2)
    return HiddenAnswer(
        node=row.source,
        situation=row.subject,
        opened_at=row.opened_at,
        cleared_at=row.cleared_at if row.ends_s < NEVER_S else None,
        box=box,
        zone_version=row.zone_version,
    )


def _problem(error: NotSuppressed) -> Problem:
    where = "path.number" if error.where == "number" else f"body.{error.where}"
    status = STATUS.get(error.code, 422)
    return Problem(status, str(error), where=where, allowed=error.allowed or None, code=error.code)
