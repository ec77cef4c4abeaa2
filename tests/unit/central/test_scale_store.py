"""What makes large databases quick says the same as counting and looking at every row."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from broker.events import Location, Point
from central.correlation.tiles import View, tile_number
from central.grid.areas import Area
from central.letters import Told, refusal
from central.people.asker import COMMAND_LINE
from central.store import queries
from central.store.aside import quarantined
from central.store.database import Store
from central.store.grids import import_cut
from central.store.mapping import Seen, seen_in
from central.store.schema import inbox, tickets
from central.store.searching import meant
from central.store.seating import Terms
from central.store.taking import take
from central.store.tally_tables import place_words, tallies
from tests.cities import DISTRICT, EAST, NORTH, SOUTH, WEST, city
from tests.unit.central.makers import START, Event, at, event, letter

CITY = View(WEST, SOUTH, EAST, NORTH)
CELL = f"{DISTRICT}001002003"


def placed(n: int, phase: str = "opened", revision: int = 0, **changes: Any) -> Event:
    """The n-th situation, each a kilometre from the last."""
    spot = Point(type="Point", coordinates=(WEST + 0.01 * (n % 20), SOUTH + 0.01 * (n // 20)))
    where = Location(geometry=spot, accuracy_m=2.0, method="calibrated")
    said = {"location": where, "kind": "bin_full" if n % 2 else "illegal_parking", **changes}
    return event(phase, revision, subject=f"sit-{n}", **said)


def told(store: Store, *events: Event) -> None:
    terms = Terms(
        place=lambda longitude, _latitude, _at: (CELL if longitude < WEST + 0.1 else None, None, None)
    )
    take(store, [Told(letter(each.encode()), each) for each in events], terms=terms)


def counted(store: Store) -> dict[str, int]:
    """By looking at every row."""
    with store.read() as connection:
        found = Counter(f"ticket {state}" for state in connection.execute(select(tickets.c.state)).scalars())
        for table in ("inbox", "evidence", "quarantine"):
            found[table] = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    return {name: number for name, number in found.items() if number}


def tallied(store: Store) -> dict[str, int]:
    with store.read() as connection:
        rows = connection.execute(select(tallies)).all()
    assert all(row.number >= 0 for row in rows)
    return {row.name: row.number for row in rows if row.number}


def test_tallies_are_what_counting_finds(store: Store) -> None:
    told(store, *(placed(n) for n in range(12)))
    told(store, *(placed(n, "cleared", 1) for n in range(5)))
    told(store, placed(0))  # once more
    spoilt = letter(b"no event")
    quarantined(store, spoilt, refusal(spoilt, "not_an_event", "no event"))
    assert tallied(store) == counted(store)
    assert counted(store) == {"inbox": 17, "ticket reported": 7, "ticket self_cleared": 5, "quarantine": 1}
    with store.write() as connection:
        connection.execute(update(tickets).where(tickets.c.state == "self_cleared").values(state="closed"))
        connection.execute(update(tickets).values(state=tickets.c.state))
        connection.execute(delete(inbox).where(inbox.c.subject == "sit-1"))
    assert tallied(store) == counted(store)
    summary = queries.counts(store)
    assert (summary["open"], summary["done"], summary["events"], summary["quarantined"]) == (7, 5, 15, 1)


def test_what_was_not_committed_is_not_counted(store: Store) -> None:
    told(store, placed(0))
    with suppress(ZeroDivisionError), store.write() as connection:
        connection.execute(update(tickets).values(state="closed"))
        raise ZeroDivisionError
    assert tallied(store) == {"inbox": 1, "ticket reported": 1}


def found(store: Store, words: str) -> list[int]:
    wanted = queries.Wanted(**meant(store, words))
    return [each.number for each in queries.list_tickets(store, wanted, limit=100).tickets]


def test_a_search_goes_by_number_area_alias_department_or_place(store: Store) -> None:
    here = {"place": "和平路 100 号_东"}
    told(store, *(placed(n, **(here if n == 11 else {})) for n in range(12)))
    areas = [each for each in city(40) if len(each.code) == 15]
    alias = [
        Area(CELL, "a cell", areas[0].shape, "Aa001"),
        Area(CELL[:-1] + "4", "b", areas[1].shape, "aA001"),
    ]
    import_cut(store, alias, valid_from=at(0), imported=at(0), by=COMMAND_LINE, title="t", sha256="0" * 64)
    with store.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == 5).values(department="sanitation"))
    numbers = {
        each.subject: each.number for each in queries.list_tickets(store, queries.Wanted(), limit=99).tickets
    }
    assert found(store, "T-000007") == found(store, "t7") == found(store, "7") == [7]
    in_cell = sorted((numbers[f"sit-{n}"] for n in range(12) if n < 10), reverse=True)
    assert found(store, CELL) == found(store, CELL[:12]) == found(store, DISTRICT) == in_cell
    assert found(store, "Aa001") == in_cell
    assert found(store, "aA001") == []
    assert found(store, "sanitation") == [5]
    assert found(store, "平路") == found(store, "号_东") == [numbers["sit-11"]]
    assert found(store, "号%东") == found(store, "路_1") == []
    assert len(found(store, "shoe STREET")) == 11


def test_a_place_that_is_called_otherwise_is_found_by_its_new_words(store: Store) -> None:
    told(store, placed(0))
    told(store, placed(0, "updated", 1, place="Hat Street"))
    told(store, placed(1, place="Hat Street"))
    assert sorted(found(store, "hat")) == [1, 2]
    assert found(store, "shoe") == []
    with store.read() as connection:
        known = connection.execute(select(place_words.c.words).order_by(place_words.c.number)).scalars().all()
    assert known == ["Shoe Street, at the crossing", "Hat Street"]


def shown(seen: Seen) -> list[int]:
    return [row.number for row in seen.points]


def test_a_map_shows_points_or_how_many_are_in_each_square(store: Store) -> None:
    told(store, *(placed(n) for n in range(60)))
    told(store, *(placed(n, "cleared", 1) for n in range(10)))
    view = View(WEST + 0.0101, SOUTH, WEST + 0.0302, SOUTH + 0.0199)
    with store.read() as connection:
        rows = connection.execute(select(tickets)).all()
    inside = [
        r for r in rows if view.west - 0.001 < r.longitude <= 0.001 + view.east and r.latitude < SOUTH + 0.02
    ]
    wanted = sorted((r.number for r in inside if r.state == "reported"), reverse=True)
    assert len(wanted) == 3
    assert shown(seen_in(store, view, most=100, since=None)) == wanted
    assert shown(seen_in(store, view, most=100, since=at(0))) == sorted(
        (r.number for r in inside), reverse=True
    )
    assert shown(seen_in(store, view, most=100, since=START + timedelta(days=1))) == []
    odd = seen_in(store, view, most=100, since=None, kind="bin_full")
    assert {row.kind for row in odd.points} == {"bin_full"}
    assert shown(seen_in(store, view, most=100, since=None, department="nobody")) == []
    many = seen_in(store, CITY, most=49, since=None)
    assert (many.points, many.total, sum(number for *_, number in many.squares)) == ([], 50, 50)
    assert len(seen_in(store, CITY, most=50, since=None).points) == 50


@given(
    st.lists(st.tuples(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9)), max_size=30),
    st.tuples(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9)),
)
def test_squares_hold_what_lies_in_them(
    points: list[tuple[float, float]], corner: tuple[float, float]
) -> None:
    squares = View(*corner, 180.0, 90.0).squares()
    found = squares.count((tile_number(*each), 1) for each in points)
    assert sum(many for *_, many in found) == len(points)
    for west, south, many in found:
        inside = [
            (x, y)
            for x, y in points
            if -1e-5 < x - west < squares.step + 1e-5 and -1e-5 < y - south < squares.step + 1e-5
        ]
        assert many <= len(inside)


def test_there_are_not_too_many_squares() -> None:
    for view in (CITY, View(-180, -90, 180, 90), View(116.6, 39.4, 116.6, 39.4)):
        side = view.squares().step
        across, up = ((b - a) / side + 1 for a, b in ((view.west, view.east), (view.south, view.north)))
        assert across * up <= 1024 + across + up
