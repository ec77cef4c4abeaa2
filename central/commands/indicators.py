"""`gewu-central indicators`: the figures of a period, or its evaluation."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import get_args
from zoneinfo import ZoneInfo

from central.figure_sheets import evaluation_sheet, indicator_sheet
from central.figures import Asked, Evaluated, Group, Report, indicators_of
from central.grid.areas import level_of
from central.indicators.evaluation import JUDGED, grade_named
from central.indicators.formulas import FIGURES, By
from central.indicators.periods import NoPeriod, Period, around, named
from central.opening import reach_store
from central.settings import CentralSettings

HELP = "figures of a period by department, area, kind or zone, and their evaluation"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which, and how it is printed."""
    command.add_argument("--by", choices=get_args(By), default="department")
    command.add_argument("--period", metavar="PERIOD", help="2026-10-03, 2026-W40 or 2026-10 (this month)")
    command.add_argument("--area", metavar="CODE", help="only what lies in this area")
    command.add_argument("--kind", help="of this kind alone")
    command.add_argument("--live", action="store_true", help="as it is now, also where it is frozen")
    command.add_argument("--evaluate", action="store_true", help=f"scores instead; by {', '.join(JUDGED)}")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--csv", action="store_true")
    how.add_argument("--json", action="store_true", help="one JSON object, as the API has it")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print them; 2 where the words make no sense."""
    indicators = indicators_of(settings)
    now = datetime.now(timezone.utc)
    try:
        period = _period(asked.period, now, indicators.zone)
    except NoPeriod as error:
        return _wrong(f"--period: {error}")
    try:
        level_of(asked.area or "131002")
    except ValueError as error:
        return _wrong(f"--area: {error}")
    if asked.evaluate and asked.by not in JUDGED:
        return _wrong(f"--evaluate: {asked.by} is not judged; allowed: {', '.join(JUDGED)}")
    which = Asked(period, asked.kind, area=asked.area, live=asked.live)
    store = reach_store(settings)
    try:
        if asked.evaluate:
            _print_evaluation(indicators.evaluate(store, asked.by, which, now), asked)
        else:
            _print_report(indicators.report(store, asked.by, which, now), asked)
    finally:
        store.close()
    return 0


def _period(name: str | None, now: datetime, zone: ZoneInfo) -> Period:
    return around("month", now.astimezone(zone).date(), zone) if name is None else named(name, zone)


def _wrong(text: str) -> int:
    print(f"gewu-central: indicators: {text}", file=sys.stderr)
    return 2


def _print_report(report: Report, asked: argparse.Namespace) -> None:
    if asked.csv:
        sys.stdout.write(indicator_sheet(report))
    elif asked.json:
        from central.api.figure_answers import report_json  # the API's models take a while to load

        print(report_json(report).decode())
    else:
        print("\n".join(_lines(report)))


def _print_evaluation(found: Evaluated, asked: argparse.Namespace) -> None:
    if asked.csv:
        sys.stdout.write(evaluation_sheet(found))
    elif asked.json:
        from central.api.figure_answers import evaluation_answer

        print(evaluation_answer(found).model_dump_json())
    else:
        print("\n".join(_scores(found)))


def _lines(report: Report) -> Iterator[str]:
    yield _head(report)
    for group in (*report.groups, report.total):
        yield f"{group.key or group.en}  {group.zh}"
        yield from _figures(group)


def _figures(group: Group) -> Iterator[str]:
    for name, value in group.values.items():
        if value.value is None:
            continue
        seconds = name in FIGURES and FIGURES[name].unit == "seconds"
        told = f"{value.value / 3600:.2f} h" if seconds else f"{value.value:.1%}"
        yield f"  {name:<19} {told:>9}  {value.numerator} / {value.denominator}"


def _scores(found: Evaluated) -> Iterator[str]:
    yield f"{_head(found.report)}, by {found.plan.name}"
    for score in found.scores:
        grade = grade_named(found.plan, score.grade)
        told = "too few" if grade is None else f"{score.score:g} {grade.zh} {grade.en}"
        yield f"{score.key}  {told}"
        for part in score.parts:
            yield f"  {part.figure:<19} {part.weight:>4g}  {part.why.text}"


def _head(report: Report) -> str:
    frozen = f", frozen {report.frozen:%Y-%m-%d %H:%M} UTC" if report.frozen else ""
    return f"{report.period.name} by {report.by}: {report.state}{frozen}"
