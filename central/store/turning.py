"""What tickets become by themselves: the scene is clear, occupied again, or a repeat joins a closed one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from broker.events import Reason
from central.casework.deeds import Done, done
from central.casework.facts import Facts, label
from central.casework.machine import Action, State
from central.correlation.sightings import Key
from central.store.changing import change_tickets
from central.store.schema import tickets
from central.store.working import facts_of
from central.tickets import Scene, turn

CLOSED = ("closed", "evaluated")
LEFT_ALONE = ("false_alarm", "withdrawn")  # what people said of it holds, however often it is seen


@dataclass(frozen=True, slots=True)
class Turned:
    """A ticket whose state changed by itself. action None: it is new. facts: of a new one, all of it."""

    state: State
    version: int
    action: Action | None = None
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """The latest new sighting that joined a ticket in this batch, and when it was made."""

    key: Key
    at: datetime


def repeats(new: Iterable[tuple[int, Key, datetime]]) -> dict[int, Repeat]:
    """By ticket, of several the latest."""
    found: dict[int, Repeat] = {}
    for number, key, at in new:
        if number not in found or at > found[number].at:
            found[number] = Repeat(key, at)
    return found


@dataclass(slots=True)
class Turning:
    """Of one batch. at: the centre's time. repeats: by ticket. left: those that changed nothing, and why."""

    at: datetime
    repeats: Mapping[int, Repeat] = field(default_factory=dict)
    turned: dict[int, Turned] = field(default_factory=dict)
    left: list[tuple[int, Reason, Key]] = field(default_factory=list)

    def of(self, row: Row[Any], scene: Scene) -> Done | None:
        """What follows for a ticket whose scene is known to be so."""
        repeat = self.repeats.get(row.number)
        action = turn(row.state, scene)
        if repeat is not None and row.state in CLOSED and scene == "present" and repeat.at > row.closed_at:
            action = "reopen"
        if repeat is not None and row.state in LEFT_ALONE:
            text = f"seen again, and left as it is: people have said {row.state}"
            self.left.append((row.number, Reason(code="stays_done", text=text), repeat.key))
        if action is None:
            return None
        found = done(facts_of(row), action, self.at)
        self.turned[row.number] = Turned(found.state, found.facts.version, action)
        return found

    def elsewhere(self, connection: Connection, merged: Sequence[Row[Any]]) -> None:
        """A repeat of what people merged into another ticket is a repeat of that one."""
        meant = {row.merged_into: self.repeats[row.number] for row in merged if row.number in self.repeats}
        closed = tickets.c.number.in_(sorted(meant)) & tickets.c.state.in_(CLOSED)
        for row in connection.execute(select(tickets).where(closed)).all() if meant else ():
            if meant[row.number].at > row.closed_at:
                found = done(facts_of(row), "reopen", self.at)
                change_tickets(connection, {row.number: found.values})
                self.turned[row.number] = Turned(found.state, found.facts.version, "reopen")
        for row in merged:
            if row.number in self.repeats:
                text = f"seen again; people merged this ticket into {label(row.merged_into)}"
                reason = Reason(code="stays_merged", text=text, values={"into": float(row.merged_into)})
                self.left.append((row.number, reason, self.repeats[row.number].key))
