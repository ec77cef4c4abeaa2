"""/api/marks: what people say of tickets and of what was missed; /api/precision: what that comes to."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from broker.fields import Box, Identifier, Timestamp, Word
from central.api.casework import Request, Words
from central.api.guard import Auditing, needs, now
from central.api.mark_answers import MarkAnswer, mark_answer
from central.api.named import node_named
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.signin import Asked as Body
from central.api.tickets import number_in
from central.feedback.marks import REASONS, Mark, Why
from central.feedback.precision import By, Count, Every, Group, precision
from central.indicators.periods import NoPeriod, Period, between
from central.store.feedback import (
    MarksWanted,
    Missed,
    NotMarked,
    Said,
    list_marks,
    mark_ticket,
    say_missed,
    take_back,
)
from central.store.judging import JudgedWanted, judged
from central.store.queries import number_of

router = APIRouter(tags=["feedback"])
STATUS = {"no_ticket": 404, "no_mark": 404, "merged": 409, "request_reused": 409}
DAYS = 28


class MarkAsked(Body):
    """`right`, or `false_alarm` with a reason; `none` takes back what was said.

    `situation`: one of the ticket's members alone; without it the ticket as a whole.
    """

    mark: Literal["right", "false_alarm", "none"]
    reason: Why | None = None
    words: Words = ""
    node: Annotated[str, Field(max_length=96)] | None = None
    situation: Identifier | None = None


class MissedAsked(Body):
    """Something that no source told, though it should have. `box`: where in the picture."""

    request: Request
    node: Annotated[str, Field(max_length=96, examples=["gewu://131002/yard-7"])]
    source: Identifier
    kind: Word
    since: Timestamp
    until: Timestamp | None = None
    zone: Identifier | None = None
    box: Box | None = None
    words: Words = ""


class MarkPage(BaseModel):
    """The last said first. `next` is the cursor of the following page, null at the end."""

    items: list[MarkAnswer]
    next: str | None


class ReasonAnswer(BaseModel):
    """A reason that a false alarm may have."""

    reason: str
    zh: str
    en: str


class ReasonList(BaseModel):
    """All of them."""

    items: list[ReasonAnswer]


class CountAnswer(BaseModel):
    """How many situations. `precision`: right / (right + false_alarm), null where nothing is marked.

    `low`, `high`: its interval for 95 % (Wilson). `recall`: right / (right + missed). `unmarked`: nobody has
    said anything of these. `reasons`: of the false alarms.
    """

    right: int
    false_alarm: int
    missed: int
    unmarked: int
    precision: float | None
    low: float | None
    high: float | None
    recall: float | None
    reasons: dict[str, int]


class TimeAnswer(CountAnswer):
    """Of one day or week, by the place's clock."""

    since: Timestamp


class PrecisionGroup(CountAnswer):
    """Of one zone, rule, kind ...; which one, `key` says."""

    key: dict[str, str | None]
    times: list[TimeAnswer]


class PrecisionAnswer(BaseModel):
    """Groups with most false alarms first. `all`: of everything that was asked for."""

    by: str
    every: str
    since: Timestamp
    until: Timestamp
    all: CountAnswer
    groups: list[PrecisionGroup]


@router.post(
    "/api/tickets/{name}/marks",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("ticket.mark"),
)
def mark(here: Here, name: str, by: Auditing, asked: MarkAsked) -> MarkAnswer | None:
    """Say whether it was right; the last word counts, and all of them are kept. Its state does not change."""
    if (number := number_of(here.store, name)) is None:
        raise _problem(NotMarked("no_ticket", f"there is no ticket {name!r}", where="name"))
    if asked.mark == "false_alarm" and asked.reason is None:
        allowed = ", ".join(REASONS)
        raise Problem(
            422, "a false alarm has a reason", where="body.reason", allowed=allowed, code="reason_missing"
        )
    node = None if asked.node is None else node_named(asked.node)
    why = asked.reason if asked.mark == "false_alarm" else None
    said = Said(None if asked.mark == "none" else asked.mark, why, asked.words, node, asked.situation)
    try:
        row = mark_ticket(here.store, number, said, by, now())
    except NotMarked as error:
        raise _problem(error) from error
    here.news.call()
    return None if row is None else mark_answer(row)


@router.get("/api/marks", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("ticket.view"))
def marks(
    here: Here,
    mark: Mark | None = None,
    node: Annotated[str | None, Query(max_length=96)] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    kind: Annotated[str | None, Query(max_length=48)] = None,
    since: Annotated[Timestamp | None, Query(description="of what was opened from then on")] = None,
    until: Timestamp | None = None,
    history: Annotated[bool, Query(description="also what was said otherwise since")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> MarkPage:
    """What people said of tickets, of single situations, and of what was missed."""
    at = None if node is None else node_named(node)
    wanted = MarksWanted(mark, at, source, zone, kind, None, since, until, history)
    rows = list_marks(here.store, wanted, limit=limit + 1, before=number_in(cursor))
    following = f"before-{rows[limit - 1].number}" if len(rows) > limit else None
    return MarkPage(items=[mark_answer(row) for row in rows[:limit]], next=following)


@router.post(
    "/api/marks",
    status_code=201,
    responses=responses(401, 403, 409, 422, 503),
    openapi_extra=needs("ticket.mark"),
)
def missed(here: Here, by: Auditing, asked: MissedAsked) -> MarkAnswer:
    """Something should have been told and was not; the same `request` again says nothing twice."""
    if asked.until is not None and asked.until < asked.since:
        raise Problem(
            422, "it ends before it begins", where="body.until", allowed="a time after since", code="bad_time"
        )
    given = asked.model_dump() | {"node": node_named(asked.node)}
    try:
        return mark_answer(say_missed(here.store, Missed(**given), by, now()))
    except NotMarked as error:
        raise _problem(error) from error


@router.post(
    "/api/marks/{number}/withdraw",
    responses=responses(401, 403, 404, 422, 503),
    openapi_extra=needs("ticket.mark"),
)
def withdraw(here: Here, number: Annotated[int, Path(ge=1, lt=2**31)], by: Auditing) -> MarkAnswer:
    """Nothing was missed after all."""
    try:
        return mark_answer(take_back(here.store, number, by, now()))
    except NotMarked as error:
        raise _problem(error) from error


@router.get("/api/marks/reasons", responses=responses(401, 403, 503), openapi_extra=needs("ticket.view"))
def reasons() -> ReasonList:
    """Why something may be a false alarm."""
    return ReasonList(
        items=[ReasonAnswer(reason=why, zh=each.zh, en=each.en) for why, each in REASONS.items()]
    )


@router.get("/api/precision", responses=responses(401, 403, 422, 503), openapi_extra=needs("indicator.view"))
def how_precise(
    here: Here,
    by: By = "zone",
    every: Every = "week",
    first: Annotated[date | None, Query(alias="from", description="the first day; four weeks ago")] = None,
    last: Annotated[date | None, Query(alias="to", description="the last day, which is included")] = None,
    node: Annotated[str | None, Query(max_length=96)] = None,
    source: Annotated[str | None, Query(max_length=64)] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    kind: Annotated[str | None, Query(max_length=48)] = None,
) -> PrecisionAnswer:
    """How much of what was told in a time was right, of what people have marked. Counted in situations."""
    period = _period(here, first, last)
    at = None if node is None else node_named(node)
    wanted = JudgedWanted(period.since, period.until, at, source, zone, kind)
    found, whole = list(judged(here.store, wanted)), Count()
    for one in found:
        whole.add(one)
    groups = precision(found, by, every, here.indicators.zone)
    return PrecisionAnswer(
        by=by,
        every=every,
        since=period.since,
        until=period.until,
        all=CountAnswer(**_count(whole)),
        groups=[_group(each) for each in groups],
    )


def _group(found: Group) -> PrecisionGroup:
    times = [TimeAnswer(since=since, **_count(count)) for since, count in found.times]
    return PrecisionGroup(key=dict(found.key), times=times, **_count(found.whole))


def _count(count: Count) -> dict[str, Any]:
    low, high = count.interval or (None, None)
    figures = {"precision": count.precision, "low": low, "high": high, "recall": count.recall}
    told = {name: None if value is None else round(value, 4) for name, value in figures.items()}
    numbers = {name: getattr(count, name) for name in ("right", "false_alarm", "missed", "unmarked")}
    return numbers | told | {"reasons": count.whys}


def _period(here: Parts, first: date | None, last: date | None) -> Period:
    zone = here.indicators.zone
    end = last or now().astimezone(zone).date()
    try:
        return between(first or end - timedelta(days=DAYS - 1), end, zone)
    except NoPeriod as error:
        raise Problem(
            422, str(error), where="query.from", allowed="at most 800 days", code=error.code
        ) from error


def _problem(error: NotMarked) -> Problem:
    where = f"path.{error.where}" if error.where in ("name", "number") else f"body.{error.where}"
    status = STATUS.get(error.code, 422)
    return Problem(status, str(error), where=where, allowed=error.allowed or None, code=error.code)
