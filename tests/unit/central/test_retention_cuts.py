"""The sweep is cut off at every step; a picture comes again while it goes; a hold comes in between."""

import os
import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from central.following import all_followers
from central.people.asker import COMMAND_LINE
from central.retaining import ROUND_S, WATCH_S, Retaining, parts
from central.retention.plan import DAY_S
from central.settings import CentralSettings
from central.store import sweeping
from central.store.database import Store, StoreAway, take_turn
from central.store.holding import NotHeld, Wanted, add_hold, all_holds, lift_hold
from central.store.pictures import Arrival, arrived
from central.store.retention_tables import sweeps, unlinking
from central.store.schema import evidence, inbox, tickets
from central.store.unlinking import unlink
from central.store.upload_tables import uploads
from central.terms import ground_of
from central.vault import Shelf
from tests.unit.central.makers import event
from tests.unit.central.makers import evidence as named
from tests.unit.central.retained import (
    BASIS,
    Cut,
    count,
    cut_at,
    day,
    freeze,
    kept,
    shelf_in,
    somewhere,
    sweep,
    tell,
)

# And how many calls go well before.
STEPS = (
    ("central.retaining.began", 2),
    ("central.retaining.keeping_of", 2),
    ("central.store.sweeps.tickets.erase_tickets", 0),
    ("central.store.erasing.tally", 0),
    ("central.store.erasing.erase_links", 0),
    ("central.store.erasing.erase_events", 0),
    ("central.store.erasing.forget_situations", 0),
    ("central.store.erasing.put_down", 0),
    ("central.store.sweeps.pictures.erase_pictures", 0),
    ("central.store.sweeps.pictures.tell", 1),
    ("central.retaining.counted", 2),
    ("central.retaining.ended", 2),
    ("central.retaining.unlink", 0),
    ("central.store.unlinking.has_row", 1),
    ("central.vault.Shelf.drop", 0),
    ("central.vault.Shelf.drop", 2),
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


def two_tickets(store: Store, shelf: Shelf, of: str = "") -> None:
    """Each with a picture of its own and one that both show."""
    for n, subject in enumerate((f"{of}a", f"{of}b")):
        pictures = [named(subject.encode()), named(b"both")]
        place = somewhere(200.0 * n)
        opened = event("opened", 0, subject=subject, sequence=n, location=place, evidence=pictures)
        cleared = event("cleared", 1, subject=subject, sequence=10 + n, location=place)
        tell(store, opened, cleared, received=day(0))
        kept(store, shelf, subject.encode(), day(0))
    kept(store, shelf, b"both", day(0))


def files(shelf: Shelf) -> set[str]:
    return {path.name for path in shelf.folder.rglob("*") if path.is_file()}


def names(store: Store, *tables: object) -> set[str]:
    with store.read() as connection:
        return {name for each in tables for name in connection.execute(select(each.c.sha256)).scalars()}  # type: ignore[attr-defined]


def test_cut_off_anywhere_nothing_is_orphaned_and_the_next_round_ends_it(
    sqlite_store: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_there = [
        (where, after)
        for n, (where, after) in enumerate(STEPS)
        if not cut_off(sqlite_store, shelf, monkeypatch, (where, after), f"{n}-")
    ]
    assert not_there == []


def cut_off(
    store: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, step: tuple[str, int], name: str
) -> bool:
    """Whether it was."""
    two_tickets(store, shelf, name)
    happened = False
    with monkeypatch.context() as patching:
        cut_at(patching, *step)
        for when in (day(31), day(101)):
            try:
                sweep(store, shelf, when)
            except Cut:
                happened = True
                break
    assert names(store, evidence) <= files(shelf), "no row without its file"
    assert files(shelf) <= names(store, evidence, uploads, unlinking), (
        "no file without a row that tells of it"
    )
    sweep(store, shelf, day(101))
    assert (files(shelf), count(store, tickets), count(store, unlinking)) == (set(), 0, 0)
    assert count(store, inbox, inbox.c.body != "") == 0
    return happened


def test_a_picture_that_both_show_goes_with_the_second(sqlite_store: Store, shelf: Shelf) -> None:
    two_tickets(sqlite_store, shelf)
    hold = add_hold(sqlite_store, Wanted("case", ticket="T-000002"), COMMAND_LINE, day(1))
    sweep(sqlite_store, shelf, day(31))
    assert files(shelf) == {named(b"b").sha256, named(b"both").sha256}
    sweep(sqlite_store, shelf, day(101))
    assert files(shelf) == {named(b"b").sha256, named(b"both").sha256}
    lift_hold(sqlite_store, hold.number, "over", COMMAND_LINE, day(101))
    sweep(sqlite_store, shelf, day(101))
    assert files(shelf) == set()


def test_a_picture_that_comes_again_while_it_goes_is_here_or_refused(
    sqlite_store: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sqlite_store
    two_tickets(store, shelf)
    with monkeypatch.context() as patching:
        cut_at(patching, "central.retaining.unlink")
        with pytest.raises(Cut):
            sweep(store, shelf, day(31))
    assert len(files(shelf)) == 3
    again = kept(store, shelf, b"both", day(32))
    while unlink(store, shelf.drop):
        pass
    assert files(shelf) == {again}, "its row was there before the file went"

    with store.write() as connection:
        connection.execute(unlinking.insert().values(sha256=named(b"c").sha256, since=day(31)))
    with pytest.raises(StoreAway, match="it has to be sent again"):
        late(store, shelf)
    kept(store, shelf, b"c", day(33))
    assert names(store, evidence) == files(shelf)


def late(store: Store, shelf: Shelf) -> None:
    """The file lies in its place, and just before its row is written it goes."""
    name = named(b"c").sha256
    shelf.path(name).parent.mkdir(parents=True, exist_ok=True)
    shelf.path(name).write_bytes(b"c")
    unlink(store, shelf.drop)
    arrived(store, Arrival(name, 1, "image/jpeg", day(33), ""), shelf.has)


def test_files_that_no_row_knows_are_found(sqlite_store: Store, shelf: Shelf) -> None:
    stray, young = shelf.path("0" * 64), shelf.path("01" + "0" * 62)
    for path in (stray, young):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    (shelf.folder / "00" / "notes.txt").write_text("not ours")
    now = day(10)
    os.utime(stray, (now.timestamp() - 2 * DAY_S,) * 2)
    os.utime(young, (now.timestamp() - 60.0,) * 2)
    known = kept(sqlite_store, shelf, b"known", day(0))
    os.utime(shelf.path(known), (0.0, 0.0))
    does = Retaining(BASIS, shelf)
    for minute in range(257):
        does.look(sqlite_store, datetime.fromtimestamp(now.timestamp() + 61 * minute, tz=now.tzinfo))
    assert files(shelf) == {"01" + "0" * 62, known, "notes.txt"}


def test_one_portion_a_look_and_none_by_a_clock_that_is_new(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    two_tickets(store, shelf)
    freeze(store, day(200))
    does, now = Retaining(BASIS, shelf), day(200).timestamp()

    def look(seconds: float) -> None:
        nonlocal now
        now += seconds
        does.look(store, datetime.fromtimestamp(now, tz=day(0).tzinfo))

    for _ in range(int(DAY_S / WATCH_S) - 1):
        look(WATCH_S)
    assert count(store, tickets) == 2
    assert count(store, sweeps) == 0
    look(WATCH_S)
    look(WATCH_S)
    assert (count(store, tickets), count(store, sweeps)) == (0, 1), "one part"
    for _ in range(2 * len(parts())):
        look(1.0)
    rows, files_left = sweeping.progress(store)
    assert {row.name for row in rows if row.ended is not None} == {name for name, _ in parts()}
    assert files_left == 0
    look(30 * DAY_S)
    look(ROUND_S)
    with store.read() as connection:
        last = max(row.began for row in connection.execute(select(sweeps)))
    assert last < day(205), "a pause of a month is a new clock"


def test_the_follower_goes_by_the_configuration(sqlite_store: Store, tmp_path: Path) -> None:
    settings = CentralSettings.model_validate(
        {
            "broker": {"url": "mqtt://127.0.0.1"},
            "storage": {"directory": str(tmp_path)},
            "retention": {
                "settles": "0s",
                "usual": {"tickets": "40d"},
                "kinds": {"bin_full": {"texts": "3d"}},
            },
        }
    )
    shelf = Shelf(settings.evidence_directory)
    two_tickets(sqlite_store, shelf)
    freeze(sqlite_store, day(2))
    (follower,) = [
        each for each in all_followers(ground_of(settings, sqlite_store)) if each.name == "retention"
    ]
    for second in range(3 * len(parts())):
        follower.tick(sqlite_store, day(41 + second / DAY_S))
    follower.close()
    assert (count(sqlite_store, tickets), files(shelf)) == (0, set())


def test_a_part_that_stumbles_is_told_and_holds_up_no_other(
    sqlite_store: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    two_tickets(sqlite_store, shelf)

    def broken(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr("central.store.sweeps.tickets.verdicts", broken)
    sweep(sqlite_store, shelf, day(101))
    assert "retention: tickets stumbled" in caplog.text
    rows, _ = sweeping.progress(sqlite_store)
    assert [row.name for row in rows if row.failed is not None] == ["tickets"]
    assert (count(sqlite_store, tickets), files(shelf)) == (2, set()), "pictures went all the same"
    sweep(sqlite_store, shelf, day(102))
    rows, _ = sweeping.progress(sqlite_store)
    assert {row.failed for row in rows if row.name == "tickets"} == {day(101)}, "since when it fails"
    monkeypatch.undo()
    sweep(sqlite_store, shelf, day(103))
    rows, _ = sweeping.progress(sqlite_store)
    assert ({row.failed for row in rows}, count(sqlite_store, tickets)) == ({None}, 0)


def test_sweep_and_hold_take_the_same_turn(store: Store) -> None:
    tell(store, event("opened", 0), received=day(0))
    done = threading.Event()

    def hold() -> None:
        add_hold(store, Wanted("case", ticket="T-000001"), COMMAND_LINE, day(1))
        done.set()

    with store.write() as connection:
        take_turn(connection)
        thread = threading.Thread(target=hold)
        thread.start()
        assert not done.wait(0.2), "it waits for the portion to end"
        connection.execute(update(tickets).values(version=2))
    thread.join()
    assert [row.ticket for row in all_holds(store)] == [1]


UNSOUND = [
    (Wanted("case"), "ticket", "one of the two"),
    (Wanted("case", ticket="T-000001", area="13"), "ticket", "one of the two"),
    (Wanted("case", ticket="T-000009"), "ticket", "there is no ticket"),
    (Wanted("case", ticket="T-000001", since=day(0)), "since", "held whole"),
    (Wanted("case", area="street"), "area", "is no area"),
    (Wanted("case", area="13", since=day(2), until=day(1)), "until", "ends before it begins"),
]


def test_holds_that_cannot_be_made(sqlite_store: Store) -> None:
    tell(sqlite_store, event("opened", 0), received=day(0))
    for wanted, where, words in UNSOUND:
        with pytest.raises(NotHeld, match=words) as error:
            add_hold(sqlite_store, wanted, COMMAND_LINE, day(1))
        assert error.value.where == where
    with pytest.raises(NotHeld, match="there is no hold 7"):
        lift_hold(sqlite_store, 7, "over", COMMAND_LINE, day(1))
    assert all_holds(sqlite_store, lifted=True) == []
