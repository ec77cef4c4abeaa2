"""The shape of a line of a ticket's log."""

from typing import Any

from pydantic import BaseModel

from broker.events import Reason
from broker.fields import Timestamp


class LogLine(BaseModel):
    """One line: what an event, a picture or somebody did to the ticket, and why.

    `who`: an account; null: the centre. `action`: what changed the state. `version`: the ticket's after it.
    """

    seq: int
    effect: str
    reason: Reason
    state: str | None
    event: str | None
    at: Timestamp
    who: str | None
    action: str | None
    details: dict[str, Any] | None
    version: int | None


def log_line(row: Any) -> LogLine:
    """A line of a ticket's log."""
    return LogLine(
        seq=row.seq,
        effect=row.effect,
        reason=Reason(**row.reason),
        state=row.state,
        event=row.event,
        at=row.at,
        who=row.who,
        action=row.action,
        details=row.details,
        version=row.version,
    )
