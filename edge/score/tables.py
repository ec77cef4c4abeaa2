"""What is printed: a line a case, a table a kind and a tag, and at last one line for machines."""

from collections.abc import Iterator, Mapping, Sequence

from edge.score.figures import Figures, by_camera, by_kind, by_tag, total
from edge.score.matching import FalseAlarm, Outcome
from edge.score.running import Run, Scored

COLUMNS: Mapping[str, str] = {
    "cases": "cases",
    "situations": "real",
    "found": "found",
    "missed": "missed",
    "false": "false",
    "tickets_per_situation": "tickets each",
    "start_error_median_s": "start ±s",
    "start_error_p90_s": "p90",
    "end_error_median_s": "end ±s",
    "end_error_p90_s": "p90 ",
    "false_per_10_camera_hours": "false/10 h",
}


def lines(run: Run) -> Iterator[str]:
    """The whole text."""
    accounts = [scored.account for scored in run.cases]
    for scored in run.cases:
        yield f"{scored.staged.name} ({scored.staged.case.note})"
        yield from (f"  {line}" for line in _case(scored))
    named = {"kind": by_kind(accounts), "tag": by_tag(accounts), "camera": by_camera(accounts)}
    for word, rows in named.items():
        if rows:
            yield ""
            yield from table(word, {**rows, "all": total(accounts)} if word == "kind" else rows)


def _case(scored: Scored) -> Iterator[str]:
    if scored.played.failed:
        yield f"not played to its end: {scored.played.failed}"
    yield from scored.played.troubles
    yield from (outcome_line(outcome) for outcome in scored.matched.outcomes)
    yield from (alarm_line(alarm) for alarm in scored.matched.false)
    if scored.matched.traps:
        kept = len(scored.matched.traps) - len(scored.matched.fired)
        yield f"traps: {kept} of {len(scored.matched.traps)} kept quiet"
    health = scored.account.health
    for ill, at in health.told:
        late = at is None or at > ill.since + ill.within
        told = "never told" if at is None else f"told at {at:.1f} s"
        yield f"{'MISSED' if late else 'found '} {ill.condition} of {ill.since:.1f} s: {told}"
    for raised in health.false:
        yield f"FALSE  {raised.condition} at {raised.at:.1f} s: {raised.text}"
    if not scored.matched.outcomes and not scored.matched.false and not health.told:
        yield "quiet, as it should be"


def outcome_line(outcome: Outcome) -> str:
    """One situation in words."""
    real = outcome.situation
    if outcome.verdict == "absent":
        return f"(not told: {real.id}, which need not be)"
    if not outcome.tickets:
        return f"MISSED {real.id} ({real.kind}), due by {real.found_by:.1f} s"
    word = "LATE  " if outcome.verdict == "late" else "found "
    parts = [f"{word} {real.id} at {outcome.tickets[0].opened:.1f} s"]
    parts += [] if outcome.start_error is None else [f"start {outcome.start_error:+.1f} s"]
    parts += [] if outcome.end_error is None else [f"end {outcome.end_error:+.1f} s"]
    parts += [f"{outcome.doubles} DOUBLE"] if outcome.doubles else []
    parts += ["LEFT OPEN"] if outcome.left_open else []
    return ", ".join(parts)


def alarm_line(alarm: FalseAlarm) -> str:
    """One false alarm in words."""
    ticket = alarm.ticket
    return f"FALSE  {ticket.kind} at {ticket.opened:.1f} s ({ticket.label}): {alarm.why}"


def table(word: str, rows: Mapping[str, Figures]) -> Iterator[str]:
    """Figures under each other, names on the left."""
    cells = [[word, *(title.strip() for title in COLUMNS.values())]]
    cells += [[name, *(shown(getattr(row, key)) for key in COLUMNS)] for name, row in rows.items()]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    for row in cells:
        yield _aligned(row, widths)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    return "  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])


def shown(value: float | None) -> str:
    """A figure as people read it; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
