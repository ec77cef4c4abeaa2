"""The figures and the evaluation as tables, for CSV and for the command line."""

from central.figures import UPTIME, Evaluated, Group, Report
from central.indicators.evaluation import grade_named, parts_of
from central.indicators.formulas import FIGURES, TALLIES
from central.sheets import Cell, sheet

FIGURE_NAMES = (*FIGURES, UPTIME)
INDICATOR_COLUMNS = (
    "by", "key", "zh", "en", "from", "to", "state", *TALLIES, *FIGURE_NAMES, "camera_known_s", "camera_up_s",
)  # fmt: skip


def indicator_sheet(report: Report) -> str:
    """A line a group, the total last."""
    rows = [_row(report, report.by, each) for each in report.groups]
    return sheet(INDICATOR_COLUMNS, [*rows, _row(report, "total", report.total)])


def evaluation_sheet(found: Evaluated) -> str:
    """A line for each that was judged, the best first."""
    figures = [part.figure for part in parts_of(found.plan, found.report.by)]  # type: ignore[arg-type]
    names = {each.key: (each.zh, each.en) for each in found.report.groups}
    header = ["by", "key", "zh", "en", "from", "to", "state", "score", "grade", "grade_zh", "why"]
    header += [f"{figure}{tail}" for figure in figures for tail in ("", "_of", "_points")]
    rows: list[list[Cell]] = []
    for score in found.scores:
        grade = grade_named(found.plan, score.grade)
        row: list[Cell] = [found.report.by, score.key, *names[score.key], *_period(found.report)]
        row += [score.score, score.grade, grade.zh if grade else None, score.why.text]
        for part in score.parts:
            row += [part.value.value, part.value.denominator, part.points]
        rows.append(row)
    return sheet(header, rows)


def _row(report: Report, by: str, group: Group) -> list[Cell]:
    uptime, values = group.uptime, group.values
    return [
        by,
        group.key,
        group.zh,
        group.en,
        *_period(report),
        *(group.sums[name] for name in TALLIES),
        *(values[name].value for name in FIGURE_NAMES),
        uptime.denominator if uptime.value is not None else None,
        uptime.numerator if uptime.value is not None else None,
    ]


def _period(report: Report) -> list[Cell]:
    return [report.period.first.isoformat(), report.period.last.isoformat(), report.state]
