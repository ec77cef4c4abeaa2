"""A line of the log of tickets, and what it is about, as those who pass it on know it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.events import Reason


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about, as it is now: a ticket, or a source in trouble. due_at: seconds since 1970.

    label: a ticket's number as people write it, or a source's name.
    """

    label: str
    kind: str
    severity: str = "normal"
    state: str = ""
    level: str = ""
    department: str | None = None
    post: str | None = None
    cell: str | None = None
    community: str | None = None
    place: str = ""
    due_at: float | None = None
    ticket: int | None = None

    def lies_in(self, area: str) -> bool:
        """Whether it lies in an area of the grid, by the beginning of its code."""
        return (self.cell or "").startswith(area) or (self.community or "").startswith(area)


@dataclass(frozen=True, slots=True)
class Heard:
    """A line. at: seconds since 1970. subject None: it is about nothing that is passed on."""

    seq: int
    at: float
    effect: str
    reason: Reason
    subject: Subject | None
    action: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
