"""Every ticket with a place knows its cell, by the cut of its day."""

from datetime import datetime, timezone

import pytest
from shapely.geometry import box

from broker.events import Location, Point
from central import terms as terms_module
from central.grid.areas import Area
from central.letters import Told
from central.people.asker import COMMAND_LINE
from central.store import grids, queries
from central.store.database import Store
from central.store.seating import Terms
from central.store.taking import take
from central.terms import HELD, GridBook
from tests.unit.central.makers import START, event, letter

EAST, WEST = "131002001001001", "131002001001002"
NEVER = datetime(2020, 1, 1, tzinfo=timezone.utc)


def bring(store: Store, since: datetime, code: str) -> int:
    area = Area(code, "", box(116.70, 39.50, 116.72, 39.52))
    said = {"imported": since, "by": COMMAND_LINE, "title": "", "sha256": "0" * 64}
    return grids.import_cut(store, [area], valid_from=since, **said).number  # type: ignore[arg-type]


def at(longitude: float) -> Location:
    point = Point(type="Point", coordinates=(longitude, 39.51))
    return Location(geometry=point, accuracy_m=2.0, method="calibrated")


def test_a_ticket_knows_its_cell_by_the_cut_of_its_day(store: Store) -> None:
    old = bring(store, datetime(2026, 1, 1, tzinfo=timezone.utc), EAST)
    bring(store, datetime(2027, 1, 1, tzinfo=timezone.utc), WEST)
    places = {"in": at(116.71), "near": at(116.7205), "nowhere": None}
    told = [event(subject=name, location=place) for name, place in places.items()]
    book = Terms(place=GridBook(store).place)
    take(store, [Told(letter(each.encode()), each) for each in told], terms=book)
    nowhere, close, inside = queries.list_tickets(store, queries.Wanted(), limit=9).tickets
    assert (inside.cell, inside.community) == (EAST, "131002001001")
    assert (close.cell, close.community) == (None, "131002001001")
    assert (nowhere.cell, nowhere.community) == (None, None)
    assert GridBook(store).place(116.71, 39.51, START) == (EAST, "131002001001", old)


def test_a_new_cut_is_seen_soon_and_few_are_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    book = GridBook(store)
    assert book.place(116.71, 39.51, START) == (None, None, None)
    numbers = [bring(store, datetime(2020 + n, 1, 1, tzinfo=timezone.utc), EAST) for n in range(HELD + 2)]
    assert book.place(116.71, 39.51, START) == (None, None, None)  # it looked a moment ago
    monkeypatch.setattr(terms_module, "LOOKS_AGAIN_S", -1.0)
    for n, number in enumerate(numbers):
        day = datetime(2020 + n, 6, 1, tzinfo=timezone.utc)
        assert book.place(116.71, 39.51, day) == (EAST, "131002001001", number)
    assert len(book._grids) == HELD
    assert book.place(116.71, 39.51, NEVER - (START - NEVER)) == (None, None, None)
