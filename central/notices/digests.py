"""Many happenings within a while become one message. Pure: instants are seconds since 1970.

Theory of operation. A channel has one window or none. The first happening opens it; what follows is counted
in it, and the first lines are kept, grave ones before others. It is sent when its time is over, at once when
something grave is in it, and not while the channel is quiet or has had its messages of this hour; then it
stays open and takes more. So a window is never larger than its counts and its lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from broker.events import Reason
from central.clock.worktime import WorkCalendar
from central.notices.happenings import HAPPENINGS
from central.notices.quiet import Quiet

HOUR_S: Final = 3_600.0
LOUD: Final = Quiet()


class Note(NamedTuple):
    """One happening for one channel, as it will be told."""

    seq: int
    at: float
    happening: str
    text: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """What waits to be told. since: when its first was heard. first: the line of the log that began it."""

    since: float
    first: int
    counts: Mapping[str, int]
    grave: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    urgent: bool = False

    @property
    def total(self) -> int:
        """How many happenings."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Manner:
    """How a channel is told. lines: of a message. hourly: messages at most."""

    digest_s: float = 300.0
    lines: int = 10
    hourly: int = 20
    quiet: Quiet = LOUD


class Decision(NamedTuple):
    """Whether a window is sent now, and why; until: when that is looked at anew, where it is not."""

    send: bool
    reason: Reason
    until: float | None = None


def gathered(window: Window | None, notes: Sequence[Note], most: int, now: float) -> Window | None:
    """The window with these in it. A line that is in it already is counted and not repeated."""
    for note in notes:
        window = window or Window(now, note.seq, {})
        counts = {**window.counts, note.happening: window.counts.get(note.happening, 0) + 1}
        grave, lines = window.grave, window.lines
        if note.text not in (*grave, *lines):
            grave = (*grave, note.text)[:most] if note.grave else grave
            lines = lines if note.grave else (*lines, note.text)[: most - len(grave)]
        lines = lines[: most - len(grave)]
        urgent = window.urgent or note.grave
        window = replace(window, counts=counts, grave=grave, lines=lines, urgent=urgent)
    return window


def decide(
    window: Window, now: float, manner: Manner, calendar: WorkCalendar, sent: Sequence[float]
) -> Decision:
    """Whether it is sent. sent: when messages went to the channel within the last hour."""
    lately = sorted(at for at in sent if at > now - HOUR_S)
    if len(lately) >= manner.hourly:
        until = lately[-manner.hourly] + HOUR_S
        text = f"{manner.hourly} messages within an hour; the next at {calendar.told(until)}"
        return Decision(False, Reason(code="rate_limited", text=text), until)
    if window.urgent:
        return Decision(True, Reason(code="urgent", text="something of high severity is in it"))
    if (hush := manner.quiet.hush(now, calendar)) is not None:
        return Decision(False, Reason(code="quiet_hours", text=hush.why), hush.until)
    if (over := window.since + manner.digest_s) > now:
        text = f"gathers for {manner.digest_s / 60:g} min"
        return Decision(False, Reason(code="gathering", text=text), over)
    return Decision(True, Reason(code="window_over", text=f"gathered {window.total}"))


def counted(window: Window) -> list[tuple[str, int]]:
    """How many of each, in the order of the happenings."""
    return [(name, window.counts[name]) for name in HAPPENINGS if window.counts.get(name)]


_KEPT: Final = TypeAdapter(Window)


def written(window: Window) -> dict[str, object]:
    """As plain values, for a row."""
    kept: dict[str, object] = _KEPT.dump_python(window, mode="json")
    return kept


def read(kept: object) -> Window:
    """From plain values. Raises pydantic.ValidationError."""
    return _KEPT.validate_python(kept)
