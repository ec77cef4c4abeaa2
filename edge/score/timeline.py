"""One case drawn over time, as SVG whose lengths are shares of the width, so that texts keep their size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from edge.score.inside import Span
from edge.score.matching import FalseAlarm, Outcome, Ticket
from edge.score.running import Scored
from edge.score.tables import outcome_line

LABEL, BAR, GAP, LANE_GAP = 17, 9, 3, 10  # pixels
AXIS = 26
STEPS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in a lane's row. css: its look; tip: what it says when pointed at."""

    css: str
    since: float
    to: float
    tip: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant, in the first row of a lane. css: its look."""

    css: str
    at: float
    tip: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One subject: a line of words, and rows of bars and marks under it."""

    words: str
    css: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def height(self) -> int:
        """In pixels, without the gap to the next."""
        rows = 1 + max((bar.row for bar in self.bars), default=0)
        return LABEL + rows * (BAR + GAP)


def drawn(scored: Scored) -> str:
    """The timeline of a case; nothing of it where no time passed."""
    until = scored.played.seconds
    if until <= 0.0:
        return '<p class="none">The clip has no length: there is no timeline.</p>'
    lanes = list(_lanes(scored, until))
    height = sum(lane.height + LANE_GAP for lane in lanes) + AXIS
    parts = [*_grid(until, height)]
    top = 0
    for lane in lanes:
        parts += _lane(lane, top, until)
        top += lane.height + LANE_GAP
    label = escape(f"Timeline of {scored.staged.name}, {until:.0f} seconds")
    head = f'<svg class="timeline" role="img" aria-label="{label}" width="100%" height="{height}">'
    return "".join([head, *parts, "</svg>"])


def _lanes(scored: Scored, until: float) -> Iterator[Lane]:
    for outcome in scored.matched.outcomes:
        yield _situation(outcome, until)
    for alarm in scored.matched.false:
        yield _false(alarm, until)
    for trap in scored.matched.traps:
        fired = trap.id in scored.matched.fired
        end = until if trap.to is None else trap.to
        bar = Bar("trap", trap.since, end, f"trap {trap.id}: {trap.what}")
        yield Lane(
            f"trap {trap.id}, {'FIRED' if fired else 'kept quiet'}", "bad" if fired else "calm", (bar,)
        )
    yield from _health(scored, until)


def _situation(outcome: Outcome, until: float) -> Lane:
    real = outcome.situation
    end = until if real.end is None else real.end
    truth = "real" if outcome.tickets or real.optional else "real missed"
    tip = f"{real.id}: really there from {real.start:.1f} s to {end:.1f} s. {real.what}".strip()
    bars = [Bar(truth, real.start, end, tip)]
    for row, ticket in enumerate(outcome.tickets, 1):
        bars += _ticket(ticket, "ticket" if row == 1 else "ticket double", until, row)
    marks = [Mark("due", real.found_by, f"to be told by {real.found_by:.1f} s")]
    if real.dwell:
        marks.append(Mark("dwell", real.start + real.dwell, f"dwell of {real.dwell:g} s is over"))
    good = outcome.verdict in ("found", "absent") and not outcome.doubles
    return Lane(outcome_line(outcome), "good" if good else "bad", tuple(bars), tuple(marks))


def _ticket(ticket: Ticket, css: str, until: float, row: int) -> Iterator[Bar]:
    """Pale while it ripened, full from when it was told."""
    tip = f"ticket {ticket.label}: since {ticket.since:.1f} s, opened {ticket.opened:.1f} s"
    tip += ", still open at the end" if ticket.cleared is None else f", cleared {ticket.cleared:.1f} s"
    yield Bar(f"{css} ripening", ticket.since, ticket.opened, tip, row)
    yield Bar(css, ticket.opened, until if ticket.cleared is None else ticket.cleared, tip, row)


def _false(alarm: FalseAlarm, until: float) -> Lane:
    words = f"FALSE {alarm.ticket.kind} at {alarm.ticket.opened:.1f} s"
    return Lane(words, "bad", tuple(_ticket(alarm.ticket, "ticket false", until, 0)))


def _health(scored: Scored, until: float) -> Iterator[Lane]:
    health = scored.account.health
    for ill, at in health.told:
        late = at is None or at > ill.since + ill.within
        words = f"{ill.condition}: " + ("never told" if at is None else f"told at {at:.1f} s")
        bar = Bar("ill", ill.since, until if ill.to is None else ill.to, f"{ill.condition}: really so")
        due = Mark("due", ill.since + ill.within, f"to be told by {ill.since + ill.within:.1f} s")
        told = (due, Mark("told", at, words)) if at is not None else (due,)
        yield Lane(words, "bad" if late else "good", (bar,), told)
    for raised in health.false:
        end = until if raised.cleared is None else raised.cleared
        words = f"FALSE {raised.condition} at {raised.at:.1f} s"
        yield Lane(words, "bad", (Bar("ill false", raised.at, end, raised.text),))
    spans = scored.played.spans
    if spans:
        named = ", ".join(sorted({span.condition for span in spans}))
        yield Lane(f"view: {named}", "calm", tuple(map(_view, spans)))


def _view(span: Span) -> Bar:
    return Bar(f"view {span.condition.replace(' ', '_')}", span.since, span.to, f"view {span.condition}")


def _lane(lane: Lane, top: int, until: float) -> Iterator[str]:
    yield f'<text class="{lane.css}" x="0" y="{top + LABEL - 5}">{escape(lane.words)}</text>'
    for bar in lane.bars:
        since, to = _inside(bar.since, until), _inside(bar.to, until)
        y = top + LABEL + bar.row * (BAR + GAP)
        yield (
            f'<rect class="{bar.css}" x="{_share(since, until)}" y="{y}" rx="2" height="{BAR}" '
            f'width="{_share(max(0.0, to - since), until)}"><title>{escape(bar.tip)}</title></rect>'
        )
    for mark in lane.marks:
        if mark.at <= until:
            yield _mark(mark, top + LABEL, until)


def _mark(mark: Mark, y: int, until: float) -> str:
    """Drawn around the x of its instant: a flag for a deadline, a wedge for a dwell, a dot for a word."""
    shapes = {
        "due": f'<path d="M0,-4V{BAR + 4}M0,-4L7,-1L0,2"/>',
        "dwell": f'<path d="M-4,-3H4L0,{BAR // 2}Z"/>',
        "told": f'<circle r="4" cy="{BAR / 2}"/>',
    }
    return (
        f'<svg class="mark {mark.css}" x="{_share(mark.at, until)}" y="{y}" overflow="visible">'
        f"{shapes[mark.css]}<title>{escape(mark.tip)}</title></svg>"
    )


def _grid(until: float, height: int) -> Iterator[str]:
    for at in _ticks(until):
        x = _share(at, until)
        anchor = "start" if at == 0 else "end" if at > 0.97 * until else "middle"
        yield f'<line x1="{x}" x2="{x}" y1="0" y2="{height - AXIS}"/>'
        yield f'<text class="tick" x="{x}" y="{height - 8}" text-anchor="{anchor}">{clock(at)}</text>'


def _ticks(until: float) -> Sequence[float]:
    step = next((step for step in STEPS if until / step <= MOST_TICKS), STEPS[-1])
    return [step * i for i in range(int(until / step) + 1)]


def clock(seconds: float) -> str:
    """0:07, 12:30, 1:02:03; below ten seconds with a tenth where there is one."""
    if seconds < 10.0:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _inside(at: float, until: float) -> float:
    return min(max(at, 0.0), until)


def _share(seconds: float, until: float) -> str:
    return f"{100.0 * seconds / until:.2f}%"
