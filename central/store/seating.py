"""Writes down which ticket each situation is in, and what the tickets are then."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import insert as plain_insert

from broker.events import Reason
from broker.fields import utc
from central.casework.machine import Action
from central.correlation.bonds import Kinds
from central.correlation.book import Change, Slot
from central.correlation.groups import FOUNDS
from central.correlation.sightings import Key, Spot
from central.correlation.watching import source_of
from central.situations import ticket_id
from central.store.bulk import among, write_alike
from central.store.changing import change_tickets
from central.store.correlating import Correlator
from central.store.numbering import numbers
from central.store.schema import situations, tickets
from central.store.summing import summaries, summary_of
from central.store.turning import Turned, Turning, repeats
from central.store.working import facts_of_new
from central.tickets import Standing, after

Effect = Literal["opened", "joined", "reopened"]
Lying = tuple[str | None, str | None, int | None]  # cell, community, cut
Following = Callable[[Connection, Mapping[int, Turned], datetime], None]
Placing = Callable[[float, float, datetime], Lying]
_TICKETS = plain_insert(tickets)
NOWHERE: Lying = (None, None, None)


@dataclass(frozen=True, slots=True)
class Terms:
    """By what tickets are made. place: where on the grid a point lay at a time.

    follow: what the centre does by itself with tickets that are new or whose state has changed.
    """

    kinds: Kinds = field(default_factory=Kinds)
    place: Placing = lambda _longitude, _latitude, _at: NOWHERE
    follow: Following = lambda _connection, _turned, _at: None


@dataclass(frozen=True, slots=True)
class Seat:
    """The ticket that a new situation got, and why that one."""

    number: int
    effect: Effect
    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to a ticket besides: `merged`, `moved` of one of its situations to it, or `stays`."""

    number: int
    effect: Literal["merged", "moved", "stays"]
    reason: Reason
    about: Key
    version: int | None = None


@dataclass(slots=True)
class Seats:
    """What a batch came to. numbers: of the situations that changed or moved; states: of all touched.

    turned: tickets that are new, or whose state changed by itself.
    """

    seats: dict[Key, Seat] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    turned: dict[int, Turned] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class News:
    """Of a new opening: when the centre heard of it, when it was, how grave it is, its place's number."""

    heard: datetime
    opened_at: datetime
    severity: str
    place: int | None


class Seating:
    """Of one batch: first who belongs where, with new tickets made; then, once the situations are written
    down with that, whatever follows for the tickets.
    """

    def __init__(
        self, connection: Connection, terms: Terms, changes: Sequence[Change], news: Mapping[Key, News]
    ) -> None:
        correlator = Correlator(connection, terms.kinds)
        correlator.settle(changes)
        self._connection = connection
        self._terms = terms
        self._book = correlator.book
        self._had = correlator.had
        self._news = news
        self._changed = {each.now.key for each in changes}
        self._found = Seats()
        self._moved = {
            key: slot
            for key, slot in self._book.slots.items()
            if slot.number is None or slot.number != self._had.get(key)
        }
        self._fresh: set[int] = set()
        self._whole: set[int] = set()  # new tickets whose rows say everything already
        self._make()

    def slot(self, key: Key) -> Slot | None:
        """The ticket that a situation is in."""
        return self._book.slots.get(key)

    def why(self, key: Key, joined: Any, beside: Any) -> tuple[Any, Any]:
        """Why it is in its ticket and in no other, as JSON; what was known, where nothing was decided."""
        if key not in self._moved and key not in self._book.joined:
            return joined, beside
        found = self._book.joined.get(key)
        return (found.reason, found.beside) if found else (FOUNDS, None)

    def finish(self, touched: Collection[int], at: datetime) -> Seats:
        """Move the other situations, merge, and make the tickets what their situations amount to.

        touched: tickets of which something else has changed. at: the centre's time.
        """
        had, moved = self._had, self._moved
        self._move(moved.keys() - self._changed)
        self._merge()
        numbers = {slot.number for slot in moved.values()} | {had[key] for key in moved if key in had}
        numbers |= {self._book.slots[key].number for key in self._changed} | set(touched)
        new = [(self._number(key), key, news.opened_at) for key, news in self._news.items()]
        turning = Turning(at, repeats(each for each in new if each[0] not in self._fresh))
        self._refresh({number for number in numbers if number is not None} - self._whole, turning)
        self._found.turned |= turning.turned
        self._found.states |= {number: each.state for number, each in turning.turned.items()}
        back = {n for n, each in turning.turned.items() if each.action in ("come_back", "reopen")}
        for key in self._changed:
            self._tell(key, back)
        self._found.numbers |= {key: self._number(key) for key in moved}
        self._found.notes += [self._moving(key) for key in sorted(moved.keys() & had.keys())]
        self._found.notes += [Note(number, "stays", reason, key) for number, reason, key in turning.left]
        return self._found

    def _tell(self, key: Key, back: set[int]) -> None:
        number = self._number(key)
        self._found.numbers[key] = number
        if key in self._news:
            reason = self._why(key)
            founded = number in self._fresh and reason.code == FOUNDS.code
            effect: Effect = "opened" if founded else "reopened" if number in back else "joined"
            self._found.seats[key] = Seat(number, effect, reason)

    def _moving(self, key: Key) -> Note:
        return Note(self._number(key), "moved", self._why(key), key)

    def _number(self, key: Key) -> int:
        return self._book.slots[key].number or 0  # by now each has one

    def _why(self, key: Key) -> Reason:
        joined = self._book.joined.get(key)
        return joined.reason if joined is not None else FOUNDS

    def _make(self) -> None:
        """Give the new tickets their numbers."""
        new = {id(slot): slot for slot in self._moved.values() if slot.number is None and slot.members}
        if not new:
            return
        by_founder = {self._founder(slot): slot for slot in new.values()}
        rows = [self._row(founder, slot) for founder, slot in sorted(by_founder.items())]
        for row, number in zip(rows, numbers(self._connection, tickets, len(rows)), strict=True):
            self._give(by_founder[row["node"], row["subject"]], row, number)
        self._tell_apart(rows)
        write_alike(self._connection, _TICKETS, rows)

    def _give(self, slot: Slot, row: dict[str, Any], number: int) -> None:
        slot.number = row["number"] = number
        self._fresh.add(number)
        self._found.turned[number] = Turned("reported", 1)
        if "lead_node" in row:
            self._whole.add(number)
            self._found.states[number] = row["state"]
            action: Action | None = "clear_itself" if row["state"] == "self_cleared" else None
            self._found.turned[number] = Turned(row["state"], 1, action, facts_of_new(row))

    def _founder(self, slot: Slot) -> Key:
        return min((self._book[key] for key in slot.members), key=lambda each: each.order).key

    def _row(self, founder: Key, slot: Slot) -> dict[str, Any]:
        """All of it where one new situation founds a ticket alone; else `_refresh` says the rest."""
        seen, news = self._book[founder], self._news.get(founder)
        heard = [self._news[key].heard for key in slot.members if key in self._news]
        name = ticket_id(*founder)
        row = {"id": name, "created": min(heard, default=utc(seen.at))}
        row["entered_at"] = row["created"]
        if news is None or len(slot.members) > 1 or founder in self._had:
            row |= {"open_key": f"new {name}", "state": "reported", "kind": seen.kind, "node": founder[0]}
            source = source_of(seen.eye)
            return row | {"subject": founder[1], "source": source, "opened_at": utc(seen.at)}
        alone = summary_of(seen, news.opened_at, news.severity, news.place)
        standing = after(Standing("reported"), alone.scene)
        row |= alone.columns() | {"state": standing.state, "before": standing.before}
        cell, community, cut = self._lies(alone.spot, alone.opened_at)
        return row | {"cell": cell, "community": community, "cut": cut}

    def _tell_apart(self, rows: list[dict[str, Any]]) -> None:
        """A situation that left the ticket it founded, and founds another, gives that one another id."""
        wanted = [row["id"] for row in rows]
        taken = set(
            self._connection.execute(
                select(tickets.c.id).where(among(self._connection, tickets.c.id, wanted))
            ).scalars()
        )
        for row in rows:
            if row["id"] in taken:
                row["id"] = ticket_id(row["node"], f"{row['subject']} {row['number']}")

    def _move(self, others: Collection[Key]) -> None:
        """Situations that no event of this batch is about."""
        rows = []
        for key in others:
            joined, beside = self.why(key, None, None)
            row = {"of": key[0], "about": key[1], "ticket": self._number(key)}
            rows.append(row | {"joined": joined, "beside": beside})
        if rows:
            mine = (situations.c.source == bindparam("of")) & (situations.c.subject == bindparam("about"))
            self._connection.execute(update(situations).where(mine), rows)

    def _merge(self) -> None:
        """Tickets that no group kept."""
        into: dict[int, Slot] = {}
        for slot in {id(each): each for each in self._book.all_slots()}.values():
            if slot.into is not None and not slot.members and slot.number is not None:
                into[slot.number] = slot.into
        if not into:
            return
        gone = dict.fromkeys(("before", "held_from", "hold_until", "due_at"))
        rows = [{"at": n, "state": "merged", "merged_into": slot.number} | gone for n, slot in into.items()]
        merging = update(tickets).where(tickets.c.number == bindparam("at"))
        self._connection.execute(merging.values(version=tickets.c.version + 1), rows)
        known = select(tickets.c.number, tickets.c.version).where(tickets.c.number.in_(sorted(into)))
        for row in self._connection.execute(known):
            self._note_merge(row.number, into[row.number], row.version)

    def _note_merge(self, number: int, into: Slot, version: int) -> None:
        text = f"what it was about is one thing with what T-{into.number:06d} is about"
        reason = Reason(code="one_thing", text=text, values={"into": float(into.number or 0)})
        self._found.notes.append(Note(number, "merged", reason, self._founder(into), version))
        self._found.states[number] = "merged"

    def _refresh(self, numbers: set[int], turning: Turning) -> None:
        """Make the tickets what their situations amount to."""
        if not numbers:
            return
        known = self._connection.execute(
            select(tickets).where(among(self._connection, tickets.c.number, numbers))
        ).all()
        sums = summaries(self._connection, numbers)
        changes: dict[int, dict[str, Any]] = {}
        for row in known:
            if (summary := sums.get(row.number)) is None:
                continue
            turned = turning.of(row, summary.scene)
            self._found.states[row.number] = row.state
            values = summary.columns() | (dict(turned.values) if turned is not None else {})
            values |= self._lying(row, summary.spot, summary.opened_at)
            if any(getattr(row, name) != value for name, value in values.items()):
                changes[row.number] = values
        self._rewrite(changes, {row.number: row.open_key for row in known})
        merged = [row for row in known if row.state == "merged" and row.merged_into is not None]
        turning.elsewhere(self._connection, merged)

    def _lying(self, row: Any, spot: Any, opened_at: datetime) -> dict[str, Any]:
        same = spot is None or (row.longitude, row.latitude) == (spot.longitude, spot.latitude)
        if same and row.opened_at == opened_at:
            return {}
        cell, community, cut = self._lies(spot, opened_at)
        return {"cell": cell, "community": community, "cut": cut}

    def _lies(self, spot: Spot | None, at: datetime) -> Lying:
        return NOWHERE if spot is None else self._terms.place(spot.longitude, spot.latitude, at)

    def _rewrite(self, changes: Mapping[int, Mapping[str, Any]], keys: Mapping[int, str]) -> None:
        """Open keys first out of each other's way."""
        moving = [number for number, values in changes.items() if values["open_key"] != keys[number]]
        if len(moving) > 1:
            change_tickets(self._connection, {n: {"open_key": f"moving {n}"} for n in moving})
        change_tickets(self._connection, changes)
