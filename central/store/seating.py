"""Writes down which ticket each situation is in, and what the tickets are then."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import insert as plain_insert

from broker.events import Reason
from broker.fields import utc
from central.correlation.bonds import Kinds
from central.correlation.book import Change, Slot
from central.correlation.groups import FOUNDS
from central.correlation.sightings import Key
from central.situations import ticket_id
from central.store.correlating import Correlator
from central.store.schema import situations, tickets
from central.store.summing import summaries
from central.tickets import Standing, after

Effect = Literal["opened", "joined", "reopened"]
Lying = tuple[str | None, str | None, int | None]  # cell, community, cut
Placing = Callable[[float, float, datetime], Lying]
NOWHERE: Lying = (None, None, None)


@dataclass(frozen=True, slots=True)
class Terms:
    """By what tickets are made. place: where on the grid a point lay at a time."""

    kinds: Kinds = field(default_factory=Kinds)
    place: Placing = lambda _longitude, _latitude, _at: NOWHERE


@dataclass(frozen=True, slots=True)
class Seat:
    """The ticket that a new situation got, and why that one."""

    number: int
    effect: Effect
    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to a ticket besides: `merged`, or `moved` of one of its situations to it."""

    number: int
    effect: Literal["merged", "moved"]
    reason: Reason
    about: Key


@dataclass(slots=True)
class Seats:
    """What a batch came to. numbers: of the situations that changed or moved; states: of all touched."""

    seats: dict[Key, Seat] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def seat(
    connection: Connection,
    terms: Terms,
    changes: Sequence[Change],
    made: Mapping[Key, datetime],
    touched: Collection[int],
) -> Seats:
    """Seat what changed; the situations are written down already.

    made: when the centre heard of an opening first. touched: tickets of which something else has changed.
    """
    correlator = Correlator(connection, terms.kinds)
    correlator.settle(changes)
    return _Seating(connection, terms, correlator).write({each.now.key for each in changes}, made, touched)


class _Seating:
    def __init__(self, connection: Connection, terms: Terms, correlator: Correlator) -> None:
        self._connection = connection
        self._terms = terms
        self._book = correlator.book
        self._had = correlator.had
        self._found = Seats()

    def write(self, changed: set[Key], made: Mapping[Key, datetime], touched: Collection[int]) -> Seats:
        had = self._had
        moved = {
            key: slot
            for key, slot in self._book.slots.items()
            if slot.number is None or slot.number != had.get(key)
        }
        fresh = self._make(moved.values(), made)
        self._move(moved)
        self._merge()
        numbers = (
            {slot.number for slot in moved.values()}
            | {had[key] for key in moved if key in had}
            | set(touched)
        )
        numbers |= {self._book.slots[key].number for key in changed}
        back = self._refresh({number for number in numbers if number is not None})
        for key in changed:
            self._tell(key, fresh, back, key in made)
        self._found.numbers |= {key: self._number(key) for key in moved}
        self._found.notes += [self._moved(key) for key in sorted(moved.keys() & had.keys())]
        return self._found

    def _tell(self, key: Key, fresh: set[int], back: set[int], new: bool) -> None:
        number = self._number(key)
        self._found.numbers[key] = number
        if new:
            reason = self._why(key)
            founded = number in fresh and reason.code == FOUNDS.code
            effect: Effect = "opened" if founded else "reopened" if number in back else "joined"
            self._found.seats[key] = Seat(number, effect, reason)

    def _moved(self, key: Key) -> Note:
        return Note(self._number(key), "moved", self._why(key), key)

    def _number(self, key: Key) -> int:
        return self._book.slots[key].number or 0  # by now each has one

    def _why(self, key: Key) -> Reason:
        joined = self._book.joined.get(key)
        return joined.reason if joined is not None else FOUNDS

    def _make(self, slots: Iterable[Slot], made: Mapping[Key, datetime]) -> set[int]:
        """Give the new tickets their numbers."""
        new = {id(slot): slot for slot in slots if slot.number is None and slot.members}
        if not new:
            return set()
        by_founder = {self._founder(slot): slot for slot in new.values()}
        rows = [self._row(founder, slot, made) for founder, slot in sorted(by_founder.items())]
        self._tell_apart(rows)
        statement = plain_insert(tickets).returning(tickets.c.node, tickets.c.subject, tickets.c.number)
        for row in self._connection.execute(statement, rows):
            by_founder[row.node, row.subject].number = row.number
        return {slot.number for slot in new.values() if slot.number is not None}

    def _founder(self, slot: Slot) -> Key:
        return min((self._book[key] for key in slot.members), key=lambda each: each.order).key

    def _row(self, founder: Key, slot: Slot, made: Mapping[Key, datetime]) -> dict[str, Any]:
        """As much as its columns ask for; `_refresh` says the rest."""
        seen = self._book[founder]
        heard = [made[key] for key in slot.members if key in made]
        name = ticket_id(*founder)
        return {
            "id": name,
            "open_key": f"new {name}",
            "state": "reported",
            "kind": seen.kind,
            "node": founder[0],
            "subject": founder[1],
            "source": seen.eye.split(" ")[1],
            "opened_at": utc(seen.at),
            "created": min(heard, default=utc(seen.at)),
        }

    def _tell_apart(self, rows: list[dict[str, Any]]) -> None:
        """A situation that left the ticket it founded, and founds another, gives that one another id."""
        wanted = [row["id"] for row in rows]
        taken = set(self._connection.execute(select(tickets.c.id).where(tickets.c.id.in_(wanted))).scalars())
        for row in rows:
            if row["id"] in taken:
                row["id"] = ticket_id(row["node"], f"{row['subject']} {row['created'].isoformat()}")

    def _move(self, moved: Mapping[Key, Slot]) -> None:
        rows = []
        for key, slot in moved.items():
            joined = self._book.joined.get(key)
            told = (
                {"joined": joined.reason, "beside": joined.beside}
                if joined
                else {"joined": FOUNDS, "beside": None}
            )
            row = {
                name: reason.model_dump(exclude_none=True) if reason else None
                for name, reason in told.items()
            }
            rows.append(row | {"of": key[0], "about": key[1], "ticket": slot.number})
        if rows:
            mine = (situations.c.source == bindparam("of")) & (situations.c.subject == bindparam("about"))
            self._connection.execute(update(situations).where(mine), rows)

    def _merge(self) -> None:
        """Tickets that no group kept."""
        rows = []
        for slot in {id(each): each for each in self._book.all_slots()}.values():
            if slot.into is not None and not slot.members and slot.number is not None:
                rows.append({"at": slot.number, "state": "merged", "merged_into": slot.into.number})
                self._note_merge(slot.number, slot.into)
        if rows:
            self._connection.execute(update(tickets).where(tickets.c.number == bindparam("at")), rows)

    def _note_merge(self, number: int, into: Slot) -> None:
        text = f"what it was about is one thing with what T-{into.number:06d} is about"
        reason = Reason(code="one_thing", text=text)
        self._found.notes.append(Note(number, "merged", reason, self._founder(into)))
        self._found.states[number] = "merged"

    def _refresh(self, numbers: set[int]) -> set[int]:
        """Make the tickets what their situations amount to; those that came back."""
        if not numbers:
            return set()
        known = self._connection.execute(select(tickets).where(tickets.c.number.in_(sorted(numbers)))).all()
        sums = summaries(self._connection, numbers)
        rows, back = [], set()
        for row in known:
            if (summary := sums.get(row.number)) is None:
                continue
            standing = after(Standing(row.state, row.before), summary.scene)
            if row.state == "self_cleared" and standing.state != "self_cleared":
                back.add(row.number)
            self._found.states[row.number] = standing.state
            values = summary.columns() | {"state": standing.state, "before": standing.before}
            values |= self._lying(row, summary.spot, summary.opened_at)
            if any(getattr(row, name) != value for name, value in values.items()):
                rows.append(values | {"at": row.number, "version": row.version + 1})
        self._rewrite(rows, {row.number: row.open_key for row in known})
        return back

    def _lying(self, row: Any, spot: Any, opened_at: datetime) -> dict[str, Any]:
        same = spot is None or (row.longitude, row.latitude) == (spot.longitude, spot.latitude)
        if same and row.opened_at == opened_at:
            return {}
        cell, community, cut = (
            self._terms.place(spot.longitude, spot.latitude, opened_at) if spot else NOWHERE
        )
        return {"cell": cell, "community": community, "cut": cut}

    def _rewrite(self, rows: list[dict[str, Any]], keys: Mapping[int, str]) -> None:
        """Open keys first out of each other's way."""
        if not rows:
            return
        mine = tickets.c.number == bindparam("at")
        aside = [
            {"at": row["at"], "open_key": f"moving {row['at']}"}
            for row in rows
            if row["open_key"] != keys[row["at"]]
        ]
        if len(aside) > 1:
            self._connection.execute(update(tickets).where(mine), aside)
        for names in {frozenset(row) for row in rows}:
            self._connection.execute(
                update(tickets).where(mine), [row for row in rows if frozenset(row) == names]
            )
