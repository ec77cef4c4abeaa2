"""/api/indicators, /api/evaluation: what the tickets of a period come to."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from central.api.figure_answers import (
    CountedPage,
    EvaluationAnswer,
    IndicatorAnswer,
    SeriesAnswer,
    counted,
    evaluation_answer,
    report_json,
    series_answer,
)
from central.api.guard import needs, now
from central.api.named import no_cursor
from central.api.problems import Problem, responses
from central.api.service_parts import Here, Parts
from central.api.ticket_filters import AreaCode
from central.api.tickets import number_in
from central.figure_sheets import evaluation_sheet, indicator_sheet
from central.figures import Asked, frozen_of, wanted_of
from central.indicators.evaluation import Judged
from central.indicators.formulas import FIGURES, TALLIES, By
from central.indicators.periods import (
    EXPECTED,
    NoPeriod,
    Period,
    PeriodKind,
    around,
    between,
    leading_to,
    named,
)
from central.sheets import MEDIA_TYPE
from central.store.casing import case_in
from central.store.figuring import listing, tickets_of
from central.store.uptimes import uptimes

router = APIRouter(tags=["indicators"])
Format = Literal["json", "csv"]
Part = Literal["numerator", "denominator"]
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "as `format` asks"}
REFUSALS = (401, 403, 422, 503)
Day = Annotated[date | None, Query(alias="from", description="the first day, by the place's clock")]
LastDay = Annotated[date | None, Query(alias="to", description="the last day, which is included")]


def asked(
    here: Here,
    period: Annotated[str | None, Query(max_length=24, description="2026-10-03, 2026-W40, 2026-10")] = None,
    first: Day = None,
    last: LastDay = None,
    kind: Annotated[str | None, Query(max_length=48)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
    origin: Annotated[str | None, Query(max_length=16)] = None,
    area: AreaCode = None,
    live: Annotated[bool, Query(description="as it is now, also where its report is frozen")] = False,
) -> Asked:
    """Which tickets count; the month that runs where no period is given."""
    return Asked(_period(here, period, first, last), kind, department, origin, area, live)


Which = Annotated[Asked, Depends(asked)]


@router.get(
    "/api/indicators",
    responses=responses(*REFUSALS, s200=CSV),
    openapi_extra=needs("indicator.view"),
    response_model=IndicatorAnswer,
)
def list_indicators(
    here: Here,
    which: Which,
    by: By = "department",
    compare: Annotated[bool, Query(description="tell what a frozen report would be now")] = False,
    format: Format = "json",  # noqa: A002 - the word of the API
) -> Response:
    """Figures of a period, by department, area, kind or zone."""
    at = now()
    report = here.indicators.report(here.store, by, which, at)
    if format == "csv":
        return _sheet(indicator_sheet(report), f"indicators-{by}-{report.period.first}-{report.period.last}")
    found = here.indicators.differences(here.store, by, which, at) if compare else None
    return Response(report_json(report, found), media_type="application/json")


@router.get(
    "/api/indicators/tickets", responses=responses(400, *REFUSALS), openapi_extra=needs("indicator.view")
)
def list_counted(
    here: Here,
    which: Which,
    by: By = "department",
    key: Annotated[str | None, Query(max_length=300, description="of the group; left out: of all")] = None,
    figure: Annotated[str | None, Query(max_length=48)] = None,
    part: Part = "numerator",
    tally: Annotated[str | None, Query(max_length=48, description="instead of figure and part")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> CountedPage:
    """The very tickets or dispatches that a figure counts: `part` says on which side of the stroke."""
    name = _tally(figure, part, tally)
    at, before = now(), _place_in(cursor)
    with here.store.read() as connection:
        frozen = frozen_of(connection, which)
        query = listing(name, wanted_of(which, frozen, at), by if key is not None else None, key)
        rows = tickets_of(connection, query, limit=limit + 1, before=before)
    last = rows[limit - 1] if len(rows) > limit else None
    return CountedPage(
        tally=name,
        base=TALLIES[name].base,
        says=TALLIES[name].says,
        state="live" if frozen is None else "frozen",
        items=[counted(case_in(row)) for row in rows[:limit]],
        next=None if last is None else f"before-{last.ticket}.{last.dispatch}",
    )


@router.get("/api/indicators/series", responses=responses(*REFUSALS), openapi_extra=needs("indicator.view"))
def series(
    here: Here,
    which: Which,
    length: PeriodKind = "week",
    count: Annotated[int, Query(ge=1, le=60)] = 12,
) -> SeriesAnswer:
    """How the figures went: the last so many days, weeks or months, up to the end of the period asked for."""
    try:
        periods = leading_to(length, which.period.last, count, here.indicators.zone)
    except NoPeriod as error:
        raise Problem(422, str(error), where="query.from", allowed=EXPECTED, code=error.code) from error
    return series_answer(length, here.indicators.series(here.store, periods, which, now()))


class CameraAnswer(BaseModel):
    """One camera in a period. `uptime`: null where nothing was known of it."""

    node: str
    source: str
    known_s: int
    up_s: int
    uptime: float | None


class CameraList(BaseModel):
    """By node and source."""

    items: list[CameraAnswer]


@router.get("/api/indicators/cameras", responses=responses(*REFUSALS), openapi_extra=needs("indicator.view"))
def list_cameras(
    here: Here,
    period: Annotated[str | None, Query(max_length=24)] = None,
    first: Day = None,
    last: LastDay = None,
) -> CameraList:
    """How long each camera was known to be well."""
    wanted = _period(here, period, first, last)
    with here.store.read() as connection:
        found = uptimes(connection, wanted.first, wanted.last)
    return CameraList(
        items=[
            CameraAnswer(
                node=each.node,
                source=each.source,
                known_s=each.known_s,
                up_s=each.up_s,
                uptime=each.up_s / each.known_s if each.known_s else None,
            )
            for each in found
        ]
    )


@router.get(
    "/api/evaluation",
    responses=responses(*REFUSALS, s200=CSV),
    openapi_extra=needs("indicator.view"),
    response_model=EvaluationAnswer,
)
def evaluation(
    here: Here,
    which: Which,
    by: Judged = "department",
    format: Format = "json",  # noqa: A002 - the word of the API
) -> Response:
    """Scores and grades of departments, cells or communities, with the reason of every point."""
    found = here.indicators.evaluate(here.store, by, which, now())
    if format == "csv":
        period = found.report.period
        return _sheet(evaluation_sheet(found), f"evaluation-{by}-{period.first}-{period.last}")
    return Response(evaluation_answer(found).model_dump_json(), media_type="application/json")


def _period(here: Parts, name: str | None, first: date | None, last: date | None) -> Period:
    zone = here.indicators.zone
    try:
        if name is not None:
            if first or last:
                raise NoPeriod("one_of_two", "period goes without from and to")
            return named(name, zone)
        if first is not None or last is not None:
            one = first or last
            assert one is not None  # noqa: S101 - one of the two is given
            return between(first or one, last or one, zone)
        return around("month", now().astimezone(zone).date(), zone)
    except NoPeriod as error:
        where = "query.period" if name is not None else "query.from"
        raise Problem(422, str(error), where=where, allowed=EXPECTED, code=error.code) from error


def _tally(figure: str | None, part: Part, tally: str | None) -> str:
    if tally is not None and figure is None:
        if tally in TALLIES:
            return tally
        raise Problem(
            422, "there is no such tally", where="query.tally", allowed=", ".join(TALLIES), code="no_tally"
        )
    allowed = ", ".join(FIGURES)
    if figure is None or tally is not None:
        raise Problem(
            422,
            "one of figure and tally is expected",
            where="query.figure",
            allowed=allowed,
            code="one_of_two",
        )
    if (found := FIGURES.get(figure)) is None:
        raise Problem(422, "there is no such figure", where="query.figure", allowed=allowed, code="no_figure")
    return found.numerator if part == "numerator" else found.denominator


def _place_in(cursor: str | None) -> tuple[int, int] | None:
    """The ticket and dispatch of a cursor. Raises Problem."""
    if cursor is None:
        return None
    number, _, dispatch = cursor.rpartition(".")
    ticket = number_in(number)
    if ticket is None or not (dispatch.isascii() and dispatch.isdigit() and len(dispatch) < 10):
        raise no_cursor(cursor)
    return ticket, int(dispatch)


def _sheet(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.encode(), media_type=MEDIA_TYPE, headers=headers)
