"""A centre with old things in it: what sweeps are tested with."""

from datetime import datetime, timezone
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from broker.events import AnyEvent, Location, Point
from central.letters import Letter, Told
from central.retaining import Retaining
from central.retention.plan import DAY_S, Limits, Plan
from central.store.database import Store, insert
from central.store.indicator_tables import indicator_reports
from central.store.keeping import Basis, Keeping, keeping_of
from central.store.pictures import Arrival, arrived
from central.store.schema import receipts, tickets
from central.store.seating import Terms
from central.store.taking import take
from central.vault import Shelf
from tests.unit.central.makers import NODE, at, evidence

CELL = "131002001001001"
COMMUNITY = "131002001001"
PLACED = Terms(place=lambda _longitude, _latitude, _at: (CELL, COMMUNITY, None))
PLAN = Plan(Limits(tickets=100 * DAY_S, pictures=30 * DAY_S, texts=20 * DAY_S))
BASIS = Basis(PLAN, recurs_s=0.0, zone=timezone.utc)


def day(number: float) -> datetime:
    """So many days into the story."""
    return at(number * DAY_S)


def tell(store: Store, *events: AnyEvent, received: datetime, terms: Terms = PLACED) -> list[str]:
    """What each of them did."""
    address = NODE
    letters = [Letter(each.source, address.topic("event"), each.encode(), received) for each in events]
    told = [Told(letter, event) for letter, event in zip(letters, events, strict=True)]
    effects = [outcome.effect for outcome in take(store, told, terms=terms).outcomes]
    with store.write() as connection:
        connection.execute(update(receipts).values(sent=True))
    return effects


def somewhere(metres: float = 0.0) -> Location:
    """A place, so far to the north of the usual one."""
    point = Point(type="Point", coordinates=(116.7, 39.5 + metres / 111_320))
    return Location(geometry=point, accuracy_m=2.0, method="surveyed")


def kept(store: Store, shelf: Shelf, body: bytes, received: datetime, by: str = NODE.source) -> str:
    """A picture that is here, file and row; its name."""
    name = evidence(body).sha256
    shelf.path(name).parent.mkdir(parents=True, exist_ok=True)
    shelf.path(name).write_bytes(body)
    arrived(store, Arrival(name, len(body), "image/jpeg", received, by), shelf.has)
    return name


def shelf_in(folder: Path) -> Shelf:
    """An empty one."""
    return Shelf(folder / "evidence")


def files(shelf: Shelf) -> list[str]:
    """The names of all that lie there."""
    return sorted(path.name for path in shelf.folder.rglob("*") if path.is_file())


def freeze(store: Store, until: datetime) -> None:
    """As if a report of all that ended by then had been frozen."""
    row = {"name": f"{until:%Y-%m-%d}", "kind": "day", "since": day(0), "until": until, "edition": 1}
    with store.write() as connection:
        frozen = insert(connection, indicator_reports).values(**row, frozen=until, sums={}, evaluation={})
        connection.execute(frozen.on_conflict_do_nothing())


def sweep(store: Store, shelf: Shelf, now: datetime, basis: Basis = BASIS) -> None:
    """A whole round at that time, of which all reports are frozen."""
    freeze(store, now)
    Retaining(basis, shelf).whole_round(store, now)


def keeping(store: Store, now: datetime, basis: Basis = BASIS) -> Keeping:
    """By what is decided at that time."""
    with store.read() as connection:
        return keeping_of(connection, basis, now)


def count(store: Store, table: Table, *where: Any) -> int:
    """Rows of a table."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def set_ticket(store: Store, number: int, **values: Any) -> None:
    """As if people had worked on it."""
    with store.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == number).values(values))


class Cut(BaseException):
    """The process is killed here."""


def cut_at(monkeypatch: pytest.MonkeyPatch, where: str, after: int = 0) -> None:
    """Die at a call of a function, `after` calls of it having gone well."""
    path, _, name = where.rpartition(".")
    owner = resolve_name(path)
    real, calls = getattr(owner, name), [0]

    def dying(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] > after:
            raise Cut(where)
        return real(*given, **named)

    monkeypatch.setattr(owner, name, dying)
