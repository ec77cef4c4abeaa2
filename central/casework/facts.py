"""What is known of a ticket when something is decided about it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from central.casework.machine import State

Level = Literal["grid", "street", "district"]


def label(number: int) -> str:
    """A ticket's number as people write it."""
    return f"T-{number:06d}"


@dataclass(frozen=True, slots=True)
class Handler:
    """Who handled a ticket: an account, and the department it works for."""

    who: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket, as the table of tickets has it.

    before: of one that went by itself; held_from: of a deferred or parked one. handlers: in this round.
    deeds: how many things people did. extended_s: working time that was added.
    """

    number: int
    version: int
    state: State
    kind: str
    severity: str
    origin: str
    opened_at: datetime
    created: datetime
    scene: str = "present"
    before: State | None = None
    held_from: State | None = None
    department: str | None = None
    post: str | None = None
    level: Level = "grid"
    cell: str | None = None
    community: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    accuracy_m: float | None = None
    due_at: datetime | None = None
    hold_until: datetime | None = None
    entered_at: datetime | None = None
    round_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    fed_back_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    dispatches: int = 0
    returns: int = 0
    reworks: int = 0
    deferrals: int = 0
    parkings: int = 0
    extensions: int = 0
    reopenings: int = 0
    extended_s: float = 0.0
    deeds: int = 0
    handlers: tuple[Handler, ...] = ()
    merged_into: int | None = None
    cut: int | None = None
    node: str = ""
    source: str = ""

    @property
    def goes_back_to(self) -> State | None:
        """Where `resume` or `come_back` lead."""
        return self.before if self.state == "self_cleared" else self.held_from
