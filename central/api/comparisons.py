"""/api/asks/{name}/compared: what a trial of zones means, by what people marked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from broker.asks import Backtest, Stretch, Supposed
from broker.fields import Timestamp, read
from central.api.asks import Name, own_ask
from central.api.guard import Asking, needs, now
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.asking.judging import Status
from central.casework.facts import label
from central.feedback.comparing import Compared, Judgement, Outcome, compare
from central.feedback.marks import MARKS, Mark
from central.store.asking import result_of, status_of
from central.store.marked import Told, marks_of_source

router = APIRouter(tags=["feedback"])
OUTCOMES: tuple[Outcome, ...] = ("kept", "dropped", "added", "missing", "untold")


class JudgedAnswer(BaseModel):
    """One mark, and what becomes of it. `ticket` null: something missed."""

    ticket: str | None
    situation: str | None
    mark: Mark
    outcome: Outcome
    since: Timestamp


class ComparedAnswer(BaseModel):
    """What one variant would have told, by what people marked. `marks`: how many marks came to what.

    `precision` and `recall` are of what is marked alone; null where that is nothing. `unknown`: of what it
    tells nobody has marked. `new`, `gone`: unmarked situations that it adds to, or drops from, what runs now.
    `complete` false: it tells of more than came.
    """

    variant: str
    situations: int
    precision: float | None
    recall: float | None
    unknown: int
    new: list[str]
    gone: list[str]
    marks: dict[str, dict[str, int]]
    judged: list[JudgedAnswer]
    complete: bool


class ComparedList(BaseModel):
    """Of a backtest, as far as its answers have come. `marked`: how many marks there are in its time."""

    status: Status
    marked: int
    variants: list[ComparedAnswer]


@router.get(
    "/api/asks/{name}/compared",
    responses=responses(401, 403, 404, 409, 422, 503),
    openapi_extra=needs("zone.tune"),
)
def compared(
    here: Here,
    who: Asking,
    name: Name,
    zone: Annotated[str | None, Query(max_length=64, description="only marks in this one")] = None,
) -> ComparedList:
    """What each variant of a backtest keeps, drops and adds of what people marked."""
    status, marks, found = comparison(here, who.account, name, zone)
    return ComparedList(status=status, marked=len(marks), variants=found)


def comparison(
    here: Parts, account: int, name: str, zone: str | None
) -> tuple[Status, Sequence[Told], list[ComparedAnswer]]:
    """How far the trial is, the marks of its time, and each variant by them. Raises Problem."""
    row = own_ask(here, name, account)
    if row.command != "backtest":
        allowed = "the id of a backtest"
        raise Problem(
            409, f"{name} is a {row.command}", where="path.name", allowed=allowed, code="no_backtest"
        )
    command, result = read(Backtest, row.body), result_of(here.store, name)
    marks = marks_of_source(here.store, row.node, command.source, command.since, command.until, zone=zone)
    status: Any = status_of(row, now())
    told = [Supposed.model_validate(each) for each in result.get("situations", ())]
    names = [*(["now"] if command.now else []), *(each.id for each in command.variants)]
    trial = result.get("trial") or {}
    found = compare(
        told if zone is None else [each for each in told if each.zone == zone],
        [each.marked for each in marks],
        variants=names if status == "done" else (),
        dark=_dark(trial.get("stretches", ())),
    )
    whole = {each["variant"]: each["situations"] <= each["told"] for each in trial.get("tried", ())}
    return status, marks, [_answer(each, marks, whole.get(each.variant, True)) for each in found]


def _dark(stretches: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    known = (Stretch.model_validate(each) for each in stretches)
    return [(each.since.timestamp(), each.until.timestamp()) for each in known]


def _answer(found: Compared, marks: Sequence[Told], complete: bool) -> ComparedAnswer:
    return ComparedAnswer(
        variant=found.variant,
        situations=found.situations,
        precision=_share(found.precision),
        recall=_share(found.recall),
        unknown=found.unknown,
        new=list(found.new),
        gone=list(found.gone),
        marks={mark: {str(outcome): found.count(mark, outcome) for outcome in OUTCOMES} for mark in MARKS},
        judged=[_judged(*pair) for pair in zip(found.judged, marks, strict=True)],
        complete=complete,
    )


def _judged(each: Judgement, told: Told) -> JudgedAnswer:
    since = datetime.fromtimestamp(each.marked.told, tz=now().tzinfo)
    ticket = None if told.ticket is None else label(told.ticket)
    return JudgedAnswer(
        ticket=ticket,
        situation=each.marked.situation,
        mark=each.marked.mark,
        outcome=each.outcome,
        since=since,
    )


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
