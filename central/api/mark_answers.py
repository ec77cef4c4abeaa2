"""The shape of what somebody said of a ticket, a situation, or of what was missed."""

from typing import Any

from pydantic import BaseModel

from broker.fields import Box, Timestamp
from central.casework.facts import label
from central.feedback.marks import Mark


class MarkAnswer(BaseModel):
    """What somebody said. `situation` null: of the whole ticket. `ended`: it was said otherwise since.

    `zone` to `until`: of the situation that it is about, by what it was opened.
    """

    number: int
    ticket: str | None
    node: str
    situation: str | None
    mark: Mark
    reason: str | None
    words: str
    who: str
    at: Timestamp
    ended: Timestamp | None
    ended_by: str | None
    source: str
    zone: str | None
    zone_version: str | None
    rule: str | None
    rule_version: str | None
    kind: str
    since: Timestamp
    until: Timestamp | None
    box: Box | None


def mark_answer(row: Any) -> MarkAnswer:
    """As the API tells it."""
    fields = {
        name: getattr(row, name) for name in MarkAnswer.model_fields if name not in ("ticket", "situation")
    }
    ticket = None if row.ticket is None else label(row.ticket)
    return MarkAnswer(**fields, ticket=ticket, situation=row.subject or None)
