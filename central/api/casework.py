"""/api/casework, and what is done to a ticket: /api/tickets/{name}/actions, comments, trail."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from broker.fields import Sha256, Timestamp
from broker.settings import Duration
from central.api import work_answers
from central.api.departments import known_department
from central.api.guard import Asking, Auditing, needs, now
from central.api.log_answers import LogLine, log_line
from central.api.named import no_cursor, no_ticket
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.words import writable
from central.casework.deeds import Given
from central.casework.facts import Level
from central.casework.machine import Action
from central.casework.rights import Doer
from central.people.asker import Asker, Who
from central.store import acting, queries, trail
from central.store.acting import NotDoable
from central.store.acting_below import NOT_TOGETHER, perform_below
from central.store.audit import noted

router = APIRouter(tags=["casework"])
T = TypeVar("T")
STATUS = {"missing": 404, "stale": 409, "request": 409, "state": 409, "rights": 403, "given": 422}
WHERE = {"missing": "path.name", "stale": "body.version", "request": "body.request", "state": "body.action"}
NUMBER = r"^T-[0-9]{1,18}$"

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=240), AfterValidator(writable)]
Short = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(writable)
]
Pictures = Annotated[
    tuple[Sha256, ...], Field(max_length=8, description="sha256 of what POST /api/v1/uploads?for=ticket took")
]
Request = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{8,64}$", description="your own id of this request")]


class ActionAsked(Body):
    """An action on a ticket, with the fields that it takes (`actions` of the ticket names them).

    `version`: of the ticket as you saw it. `request`: the same one again does nothing twice. `amount`:
    working time that `extend` adds. `folded`: the same with each open ticket that is folded into this one.
    """

    action: Action
    version: Annotated[int, Field(ge=1, lt=2**31)]
    request: Request
    reason: Words = ""
    department: Short | None = None
    post: Short | None = None
    until: Timestamp | None = None
    amount: Annotated[Duration, Field(gt=0, le=31_536_000)] | None = None
    into: Annotated[str, Field(pattern=NUMBER)] | None = None
    level: Level | None = None
    pictures: Pictures = ()
    folded: bool = False

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "action": "dispatch",
                    "version": 2,
                    "request": "0b5f2c1e-7a",
                    "department": "Sanitation",
                    "reason": "their street",
                },
                {
                    "action": "extend",
                    "version": 4,
                    "request": "0b5f2c1e-7b",
                    "amount": "4h",
                    "reason": "rain",
                },
            ]
        },
    )

    def given(self) -> Given:
        """What is said to the action."""
        into = int(self.into.removeprefix("T-")) if self.into else None
        said = (self.reason, self.department, self.post, self.until, self.amount, into, self.level)
        return Given(*said, tuple(dict.fromkeys(self.pictures)))


class CommentAsked(Body):
    """Words for a ticket's trail. Places and things, never persons: no names, no numbers of people."""

    text: Annotated[Words, Field(min_length=1)]
    request: Request
    pictures: Pictures = ()


@router.get("/api/casework", responses=responses(401, 403, 503), openapi_extra=needs("ticket.view"))
def casework(here: Here) -> work_answers.ProfileAnswer:
    """The city's way: its steps, what the centre does by itself, what each action needs."""
    return work_answers.about_profile(here.work.profile, pictures=here.uploading.masker is not None)


@router.post(
    "/api/tickets/{name}/actions",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("ticket.work"),
)
def act(here: Here, name: str, who: Asking, by: Auditing, asked: ActionAsked) -> work_answers.PerformedAnswer:
    """Do something to a ticket, once. 409 with what happened since, where the version is an older one."""
    if asked.folded and asked.action in NOT_TOGETHER:
        what = f"{asked.action} is not done to several at once"
        raise Problem(422, what, where="body.folded", allowed="false, or another action", code="not_together")
    known_department(here, asked.department)
    wanted = acting.Asked(
        _number(here, name), asked.action, asked.given(), asked.version, asked.request, doer_of(who), by
    )
    found = _done(here, by, name, lambda: acting.perform(here.store, here.work, wanted, _at()))
    below = perform_below(here.store, here.work, wanted, _at()) if asked.folded else ()
    here.news.call()
    return work_answers.performed(found, below)


@router.post(
    "/api/tickets/{name}/comments",
    status_code=201,
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("ticket.work"),
)
def comment(here: Here, name: str, who: Asking, by: Auditing, asked: CommentAsked) -> LogLine:
    """Write words into the ticket's trail. They change nothing else."""
    number, doer = _number(here, name), doer_of(who)
    said = acting.Said(asked.text, tuple(dict.fromkeys(asked.pictures)))
    return _done(
        here,
        by,
        name,
        lambda: log_line(acting.comment(here.store, number, said, asked.request, doer, by, _at())),
    )


@router.get(
    "/api/tickets/{name}/trail",
    responses=responses(400, 401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.view"),
)
def ticket_trail(
    here: Here,
    name: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> work_answers.TrailAnswer:
    """Everything that happened to a ticket, oldest first. Follow `next` as `cursor` for more."""
    page = trail.trail_of(here.store, _number(here, name), limit=limit, after=_place_in(cursor))
    return work_answers.trail(page)


def doer_of(who: Who) -> Doer:
    """Who asks, as decisions about tickets know it."""
    return Doer(who.login, who.role, who.department, who.scopes)


def _at() -> datetime:
    """To the millisecond, as the log tells it."""
    moment = now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _done(here: Parts, by: Asker, name: str, do: Callable[[], T]) -> T:
    """Do it and tell the open pages. Raises Problem."""
    try:
        found = do()
    except NotDoable as error:
        if error.sort == "rights":
            noted(here.store, now(), by.was_refused("ticket.work", name, error.reason.text))
        raise _problem(error) from error
    here.news.call()
    return found


def _problem(error: NotDoable) -> Problem:
    where = WHERE.get(error.sort, "body")
    more = {"version": error.version} if error.version else {}
    if error.since:
        more["since"] = [log_line(line).model_dump(mode="json") for line in error.since]  # type: ignore[assignment]
    return Problem(STATUS[error.sort], str(error), where=where, code=error.reason.code, more=more)


def _number(here: Parts, name: str) -> int:
    found = queries.number_of(here.store, name)
    if found is None:
        raise no_ticket(name)
    return found


def _place_in(cursor: str | None) -> int:
    if cursor is None:
        return 0
    word, _, number = cursor.partition("-")
    if word != "after" or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise no_cursor(cursor)
    return int(number)
