"""The shapes of the answers about indicators."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import to_json

from broker.events import Reason
from broker.fields import Timestamp
from central.api.answers import KindAnswer, kind_of
from central.casework.facts import label
from central.figures import Difference, Evaluated, Group, Report
from central.indicators.cases import Case
from central.indicators.evaluation import Score, grade_named
from central.indicators.formulas import Value


class FigureAnswer(BaseModel):
    """One tally divided by another. `value`: null where there is nothing to divide by; `why` says so."""

    value: float | None
    numerator: int
    denominator: int
    why: Reason | None = None


class GroupAnswer(BaseModel):
    """One department, area, kind or zone. `key`: empty for what has none."""

    key: str
    zh: str
    en: str
    tallies: dict[str, int]
    figures: dict[str, FigureAnswer]


class PeriodAnswer(BaseModel):
    """Whole days by the place's clock, `last` included; `since` and `until` as instants.

    today: the place's day when this was asked, which need not be the day of who asks.
    """

    name: str
    first: date
    last: date
    since: Timestamp
    until: Timestamp
    today: date


class ReportAnswer(BaseModel):
    """`state`: `running`, `open` (over, and still counted) or `frozen`. `cut_off`: when it is frozen.

    `changed`: tickets that a frozen report counted and that are otherwise by now.
    """

    by: str
    period: PeriodAnswer
    state: str
    made: Timestamp
    cut_off: Timestamp | None
    frozen: Timestamp | None
    changed: int | None
    total: GroupAnswer
    groups: list[GroupAnswer]


class DifferenceAnswer(BaseModel):
    """What a figure of a frozen report would be now."""

    key: str
    figure: str
    frozen: FigureAnswer
    now: FigureAnswer


class IndicatorAnswer(ReportAnswer):
    """`differences`: where `compare=true`, of a frozen report to what would be counted now."""

    differences: list[DifferenceAnswer] | None = None


class CountedTicket(BaseModel):
    """A ticket as it was counted. The instants are those that put it into a period.

    dispatch: 0 for the ticket itself; where dispatches are counted, which of its dispatches this is.
    """

    number: str
    dispatch: int
    kind: KindAnswer
    origin: str
    state: str
    department: str | None
    cell: str | None
    community: str | None
    zone: str | None
    opened_at: Timestamp
    dispatched_at: Timestamp | None
    owed_at: Timestamp | None
    handled_at: Timestamp | None
    closed_at: Timestamp | None
    in_time: bool | None
    accurate: bool | None
    worked_s: int
    passed_s: int
    recurs: int
    returns: int
    reworks: int
    extensions: int
    reopenings: int


class CountedPage(BaseModel):
    """Tickets or dispatches that a figure counts, the highest number first. `next`: the cursor of more.

    base: which instant counts.
    """

    tally: str
    base: str
    says: str
    state: str
    items: list[CountedTicket]
    next: str | None


class PartAnswer(FigureAnswer):
    """What one figure adds to a score. `points`: null where it has none; `why` says so."""

    figure: str
    weight: float
    points: float | None
    why: Reason = Field()


class ScoreAnswer(BaseModel):
    """Of one area or department. `score`: null where there are too few tickets to judge by."""

    key: str
    zh: str
    en: str
    score: float | None
    grade: str | None
    grade_zh: str | None
    grade_en: str | None
    why: Reason
    parts: list[PartAnswer]


class EvaluationAnswer(BaseModel):
    """The best first; those that were not judged at the end. `evaluation`: by which weights and bands."""

    by: str
    evaluation: str
    period: PeriodAnswer
    state: str
    frozen: Timestamp | None
    least: int
    items: list[ScoreAnswer]


class SeriesPoint(BaseModel):
    """The figures of one period of a series; `state` as of a report."""

    period: PeriodAnswer
    state: str
    total: GroupAnswer


class SeriesAnswer(BaseModel):
    """The earliest first."""

    length: str
    items: list[SeriesPoint]


def series_answer(length: str, reports: list[Report]) -> SeriesAnswer:
    """How figures went, as the API tells it."""
    items = [
        SeriesPoint(period=_period(each), state=each.state, total=GroupAnswer(**_group(each.total)))
        for each in reports
    ]
    return SeriesAnswer(length=length, items=items)


def report_json(report: Report, found: list[Difference] | None = None) -> bytes:
    """A report as the API tells it: an `IndicatorAnswer`, whose groups are never made into models.

    A city has thousands of cells with a dozen figures each; as models they take most of a second.
    """
    head = _head(report, found).model_dump(mode="json")
    return to_json(head | {"groups": [_group(each) for each in report.groups]})


def _head(report: Report, found: list[Difference] | None) -> IndicatorAnswer:
    """All but the groups."""
    return IndicatorAnswer(
        by=report.by,
        period=_period(report),
        state=report.state,
        made=report.made,
        cut_off=report.cut_off,
        frozen=report.frozen,
        changed=report.changed,
        total=GroupAnswer(**_group(report.total)),
        groups=[],
        differences=None if found is None else [_difference(each) for each in found],
    )


def counted(case: Case) -> CountedTicket:
    """A ticket as it was counted."""
    names = [name for name in CountedTicket.model_fields if name not in ("number", "kind")]
    same = {name: getattr(case, name) for name in names}
    return CountedTicket(number=label(case.ticket), kind=kind_of(case.kind), **same)


def evaluation_answer(found: Evaluated) -> EvaluationAnswer:
    """An evaluation as the API tells it."""
    names = {each.key: (each.zh, each.en) for each in found.report.groups}
    return EvaluationAnswer(
        by=found.report.by,
        evaluation=found.plan.name,
        period=_period(found.report),
        state=found.report.state,
        frozen=found.report.frozen,
        least=found.plan.least,
        items=[_score(found, each, *names[each.key]) for each in found.scores],
    )


def _score(found: Evaluated, score: Score, zh: str, en: str) -> ScoreAnswer:
    grade = grade_named(found.plan, score.grade)
    parts = [
        PartAnswer(
            **_figure(part.value) | {"why": part.why},
            figure=part.figure,
            weight=part.weight,
            points=part.points,
        )
        for part in score.parts
    ]
    return ScoreAnswer(
        key=score.key,
        zh=zh,
        en=en,
        score=score.score,
        grade=score.grade,
        grade_zh=grade.zh if grade else None,
        grade_en=grade.en if grade else None,
        why=score.why,
        parts=parts,
    )


def _period(report: Report) -> PeriodAnswer:
    period = report.period
    return PeriodAnswer(
        name=period.name,
        first=period.first,
        last=period.last,
        since=period.since,
        until=period.until,
        today=report.today,
    )


def _group(group: Group) -> dict[str, Any]:
    figures = {name: _figure(value) for name, value in group.values.items()}
    return {"key": group.key, "zh": group.zh, "en": group.en, "tallies": group.sums, "figures": figures}


def _figure(value: Value) -> dict[str, Any]:
    return {
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "why": value.why,
    }


def _difference(found: Difference) -> DifferenceAnswer:
    frozen, here = (FigureAnswer(**_figure(each)) for each in (found.frozen, found.now))
    return DifferenceAnswer(key=found.key, figure=found.figure, frozen=frozen, now=here)
