"""Until when what somebody saw counts as there. Pure.

Theory of operation. Nobody who reports comes back to say that it is gone, so a report would stand for ever,
and whatever is seen at that place in years to come would join its ticket. It ends by the first of these:

- people are done with its ticket, or verified it: they looked;
- the machines that see it too saw it clear after it was reported, and none sees it still;
- its time is over, which depends on the kind, and nobody has taken the ticket into their hands. What people
  work on does not vanish under them, and an overdue ticket does not end by being overdue.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.events import Reason
from broker.fields import rfc3339
from central.casework.machine import DONE, State

SETTLED: Final[Set[State]] = frozenset(DONE) - {"merged", "self_cleared"} | {"verified"}
IN_NOBODYS_HANDS: Final[Set[State]] = frozenset({"reported", "self_cleared"})


@dataclass(frozen=True, slots=True)
class Stands:
    """A report that stands. clear: when the last machine of its ticket saw it clear, None while one sees it
    or where none ever did.
    """

    seen: datetime
    due: datetime
    state: State
    clear: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """From when on it counts as gone, and why."""

    until: datetime
    why: Reason


def ending(report: Stands, now: datetime) -> Ending | None:
    """None while it stands."""
    if report.clear is not None and report.clear >= report.seen:
        text = f"what else sees it saw it clear at {rfc3339(report.clear)}"
        return Ending(report.clear, Reason(code="seen_clear", text=text))
    if report.state in SETTLED:
        text = f"people are done with it: the ticket is {report.state}"
        return Ending(now, Reason(code="people_are_done", text=text))
    if report.due <= now and report.state in IN_NOBODYS_HANDS:
        hours = (report.due - report.seen).total_seconds() / 3600
        text = f"nobody said it again for {hours:g} h, which is as long as such a report stands"
        return Ending(report.due, Reason(code="time_is_over", text=text, values={"hours": hours}))
    return None
