"""Whether a camera is well by what its node said last, and how long it was. Pure.

Theory of operation. The centre keeps only the last word of each node, so it looks once a minute and adds the
time since its last look to the camera's day: known and well, known and not, or not known. A node that is
away, by its own word or by its will, sees nothing: its cameras are down. Where a node is said to be there but
its pulse is old, nothing is known. Time in which the centre itself did not run is not known either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from central.sources import NodeView, SourceView

Word = Literal["up", "down", "unknown"]
PULSE_S = 300.0  # an older pulse says nothing of now
LOOK_S = 60.0


@dataclass(frozen=True, slots=True)
class Look:
    """One camera at one look."""

    node: str
    source: str
    word: Word


def look(views: Iterable[tuple[NodeView, datetime | None]], now: datetime) -> Iterator[Look]:
    """Every camera. views: each node, and when its last pulse came."""
    for view, pulse in views:
        for source in view.sources:
            if is_camera(source):
                yield Look(view.words.node, source.id, word_of(view, source, pulse, now))


def is_camera(source: SourceView) -> bool:
    """Whether it is said to be one."""
    kinds = [source.about.source.kind] if source.about else [each.source.kind for each in source.conditions]
    return "camera" in kinds


def word_of(view: NodeView, source: SourceView, pulse: datetime | None, now: datetime) -> Word:
    """What is known of it now."""
    if view.online is False:
        return "down"
    if pulse is None or (now - pulse).total_seconds() > PULSE_S:
        return "unknown"
    if source.well is None or (source.report is not None and source.report.state == "ended"):
        return "unknown"
    return "up" if source.well else "down"


def since_last(last: datetime | None, now: datetime) -> int:
    """Whole seconds that a look stands for; none for the first, and none for a pause of the centre."""
    if last is None:
        return 0
    passed = (now - last).total_seconds()
    return round(passed) if 0 < passed <= 3 * LOOK_S else 0
