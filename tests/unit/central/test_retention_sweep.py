"""What goes when its time is over, on both databases; what stays, and that a repeat founds nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from broker.events import SequenceRange
from central.people.asker import COMMAND_LINE
from central.retention.plan import DAY_S, PARTS
from central.store import queries
from central.store.audit import Asked, lines, noted
from central.store.bygone import bygone_spans
from central.store.database import Store
from central.store.holding import Wanted, add_hold, lift_hold
from central.store.keeping import verdicts
from central.store.people_tables import audit
from central.store.report_tables import reports
from central.store.retention_tables import bygone_events, bygone_situations, sweeps, tallies_kept
from central.store.schema import (
    evidence,
    evidence_links,
    inbox,
    quarantine,
    receipts,
    situations,
    ticket_log,
    tickets,
)
from central.store.tables import METADATA
from central.store.tally_tables import place_words
from central.vault import Shelf
from tests.unit.central.makers import NODE, at, event, health
from tests.unit.central.makers import evidence as named
from tests.unit.central.reports import keep, report
from tests.unit.central.retained import (
    CELL,
    count,
    day,
    files,
    keeping,
    kept,
    set_ticket,
    shelf_in,
    somewhere,
    sweep,
    tell,
)

OF_TICKETS = (tickets, situations, place_words, ticket_log, evidence_links, evidence, reports, receipts)
BODY = b"one picture"
BODY_NAME = named(BODY).sha256


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


def story(store: Store, shelf: Shelf) -> None:
    """A ticket of day 0 with a picture, cleared the same day."""
    opened = event("opened", 0, evidence=[named(BODY)], location=somewhere())
    assert tell(store, opened, received=day(0)) == ["opened"]
    kept(store, shelf, BODY, day(0))
    assert tell(store, event("cleared", 3, location=somewhere()), received=at(100)) == ["cleared"]


def test_pictures_go_first_and_the_ticket_with_everything_after_them(store: Store, shelf: Shelf) -> None:
    story(store, shelf)
    sweep(store, shelf, day(29))
    assert len(files(shelf)) == 1
    sweep(store, shelf, day(31))
    assert (files(shelf), count(store, evidence), count(store, evidence_links)) == ([], 0, 0)
    row = queries.find_ticket(store, "T-000001")
    assert row is not None
    assert row.pictures == ()
    told = [line for line in queries.log_of(store, 1) if line.effect == "erased"]
    assert [line.reason["text"] for line in told] == [
        "1 pictures were erased: it ended 31.0 days ago; pictures of illegal_parking are kept 30d"
    ]
    sweep(store, shelf, day(99))
    assert count(store, tickets) == 1
    sweep(store, shelf, day(101))
    assert {table.name: count(store, table) for table in OF_TICKETS} == dict.fromkeys(
        (table.name for table in OF_TICKETS), 0
    )
    with store.read() as connection:
        (tally,) = connection.execute(select(tallies_kept)).all()
        rows = connection.execute(select(inbox.c.id, inbox.c.body, inbox.c.sha256)).all()
    assert tuple(tally) == ("2026-03-01", CELL, "illegal_parking", "camera", "self_cleared", 1)
    assert {(row.id, row.body) for row in rows} == {("sit-1-0-opened", ""), ("sit-1-3-cleared", "")}
    assert all(len(row.sha256) == 64 for row in rows)


def test_a_second_round_finds_nothing_to_do(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    story(store, shelf)
    sweep(store, shelf, day(101))

    def everything() -> dict[str, Any]:
        with store.read() as connection:
            left_out = ("sweeps", "indicator_reports")
            tables = [table for table in METADATA.sorted_tables if table.name not in left_out]
            return {table.name: connection.execute(select(table)).all() for table in tables}

    before = everything()
    sweep(store, shelf, day(102))
    assert everything() == before
    with store.read() as connection:
        gone = {row.name: row.gone for row in connection.execute(select(sweeps))}
    assert (gone["tickets"], gone["identity"]) == (1, 0)


def test_a_late_repeat_founds_no_ticket_however_late_it_is(store: Store, shelf: Shelf) -> None:
    story(store, shelf)
    sweep(store, shelf, day(101))
    opened = event("opened", 0, evidence=[named(BODY)], location=somewhere())
    assert tell(store, opened, received=day(102)) == ["duplicate"]
    new = event("updated", 7, location=somewhere(), sequence=7)
    again = event("opened", 8, event_id="another", location=somewhere(), sequence=8)
    assert tell(store, new, again, received=day(102)) == ["bygone", "bygone"]
    assert tell(store, again, received=day(103)) == ["duplicate"], "its id is known"
    assert (count(store, tickets), count(store, situations), count(store, evidence_links)) == (0, 0, 0)

    sweep(store, shelf, day(2000))
    assert (count(store, inbox), count(store, bygone_situations), count(store, receipts)) == (0, 0, 0)
    with store.read() as connection:
        rows = connection.execute(select(bygone_events)).all()
    assert [tuple(row) for row in rows] == [
        (NODE.source, "boot-1", 0, 0),
        (NODE.source, "boot-1", 3, 3),
        (NODE.source, "boot-1", 7, 8),
    ]
    assert tell(store, opened, received=day(2001)) == ["bygone"]
    assert tell(store, event("opened", 0, subject="sit-2", sequence=9), received=day(2001)) == ["opened"]


def test_places_of_events_grow_together(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    for n in (1, 2, 4, 5, 3):
        tell(store, health("raised", n), received=day(n))
        sweep(store, shelf, day(1900 + n))
    with store.read() as connection:
        rows = connection.execute(select(bygone_events.c.first, bygone_events.c.last)).all()
    assert [tuple(row) for row in rows] == [(1001, 1005)]


def test_a_hold_stops_everything_from_its_commit_and_lets_go_when_lifted(store: Store, shelf: Shelf) -> None:
    story(store, shelf)
    noted(store, day(0), COMMAND_LINE.did("evidence.view", named(BODY).sha256, "T-000001"))
    noted(store, day(0), COMMAND_LINE.did("evidence.view", "f" * 64, "T-000002"))
    hold = add_hold(store, Wanted("case 7", ticket="T-000001"), COMMAND_LINE, day(1))
    sweep(store, shelf, day(2000))
    assert (len(files(shelf)), count(store, tickets), count(store, evidence_links)) == (1, 1, 1)
    assert count(store, inbox, inbox.c.body != "") == 2
    assert [line.about for line in lines(store, Asked(action="evidence.view"), limit=9)] == [
        named(BODY).sha256
    ]
    assert {each.code for each in verdict_of(store, 1)} == {"held"}
    lift_hold(store, hold.number, "over", COMMAND_LINE, day(2000))
    sweep(store, shelf, day(2001))
    assert (files(shelf), count(store, tickets)) == ([], 0)
    assert [line.action for line in lines(store, Asked(), limit=9)] == ["ticket.hold"], "the lifting"


def verdict_of(store: Store, number: int) -> list[Any]:
    found = keeping(store, day(2000))
    with store.read() as connection:
        return [verdicts(connection, found, part, [number])[number] for part in PARTS]


HELD = (
    ("131002001", None, None, True, True),
    ("all", day(-1), day(1), True, True),
    ("131002001", day(50), None, False, False),
    ("131003", None, None, False, True),
    (CELL, None, day(-1), False, False),
)


def test_a_hold_of_a_place_and_a_time(sqlite_store: Store, shelf: Shelf) -> None:
    story(sqlite_store, shelf)
    for area, since, until, ticket, loose in HELD:
        wanted = Wanted("case", area=area, since=since, until=until)
        hold = add_hold(sqlite_store, wanted, COMMAND_LINE, day(1))
        assert ({each.code for each in verdict_of(sqlite_store, 1)} == {"held"}) == ticket, area
        assert keeping(sqlite_store, day(500)).held_then(day(0)) == loose, area
        lift_hold(sqlite_store, hold.number, "over", COMMAND_LINE, day(1))


def test_what_belongs_to_no_ticket_is_held_by_its_time(sqlite_store: Store, shelf: Shelf) -> None:
    for number, when in enumerate((day(0), day(9)), 1):
        tell(sqlite_store, health("raised", number), received=when)
        noted(sqlite_store, when, COMMAND_LINE.did("sign-in", "li"))
    add_hold(sqlite_store, Wanted("case", area="99", since=day(8)), COMMAND_LINE, day(1))
    sweep(sqlite_store, shelf, day(500))
    assert count(sqlite_store, inbox, inbox.c.body != "") == 1
    assert count(sqlite_store, audit, audit.c.action == "sign-in") == 1


def test_what_is_open_stays_for_ever(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    tell(store, event("opened", 0, evidence=[named(BODY)]), received=day(0))
    kept(store, shelf, BODY, day(0))
    sweep(store, shelf, day(3000))
    assert (count(store, tickets), len(files(shelf))) == (1, 1)
    with store.read() as connection:
        waiting = {row.name: row.waiting for row in connection.execute(select(sweeps))}
    assert (waiting["tickets"], waiting["pictures"]) == (0, 1)


def test_merged_tickets_go_with_the_one_that_tells_them(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    for n, subject in enumerate(("a", "b", "c")):
        place = somewhere(200.0 * n)
        tell(store, event("opened", 0, subject=subject, location=place, sequence=n), received=day(0))
        tell(store, event("cleared", 1, subject=subject, location=place, sequence=10 + n), received=day(0))
    set_ticket(store, 1, state="merged", merged_into=2)
    set_ticket(store, 2, state="merged", merged_into=3)
    set_ticket(store, 3, state="handling")
    sweep(store, shelf, day(500))
    assert count(store, tickets) == 3
    set_ticket(store, 3, state="closed", closed_at=day(450))
    sweep(store, shelf, day(549))
    assert count(store, tickets) == 3
    hold = add_hold(store, Wanted("case", ticket="T-000001"), COMMAND_LINE, day(549))
    sweep(store, shelf, day(551))
    assert count(store, tickets) == 3, "one of them is held"
    lift_hold(store, hold.number, "over", COMMAND_LINE, day(551))
    sweep(store, shelf, day(551))
    assert count(store, tickets) == 0
    with store.read() as connection:
        assert connection.execute(select(tallies_kept.c.outcome, tallies_kept.c.tickets)).all() == [
            ("handled", 1)
        ]


def test_the_first_of_a_storm_waits_for_the_others(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    for n, subject in enumerate(("a", "b")):
        place = somewhere(200.0 * n)
        tell(store, event("opened", 0, subject=subject, location=place, sequence=n), received=day(0))
        tell(store, event("cleared", 1, subject=subject, location=place, sequence=10 + n), received=day(0))
    set_ticket(store, 2, parent=1, state="handling")
    sweep(store, shelf, day(500))
    assert count(store, tickets) == 2
    set_ticket(store, 2, state="withdrawn")
    sweep(store, shelf, day(500))
    sweep(store, shelf, day(500))
    assert count(store, tickets) == 0


def test_what_people_told_goes_word_by_word_and_then_whole(store: Store, shelf: Shelf) -> None:
    told = keep(store, report(0.0, text="Behind the kiosk"))
    set_ticket(store, told.number, state="false_alarm", entered_at=day(1))
    sweep(store, shelf, day(22))
    with store.read() as connection:
        assert connection.execute(select(reports.c.text)).scalars().all() == [""]
    assert "the words of reports were erased" in queries.log_of(store, told.number)[-1].reason["text"]
    sweep(store, shelf, day(102))
    assert count(store, reports) == 0
    with store.read() as connection:
        (tally,) = connection.execute(select(tallies_kept)).all()
    assert tuple(tally) == ("2026-03", "", "illegal_parking", "citizen", "false_alarm", 1)
    with pytest.raises(Exception, match="was made before, and what was kept of it is gone"):
        keep(store, report(102 * DAY_S), "another token")


def test_what_belongs_to_no_ticket(store: Store, shelf: Shelf) -> None:
    tell(store, health("raised", 1), received=day(0))
    tell(store, event("updated", 2, subject="early", evidence=[named(b"early")]), received=day(0))
    loose = kept(store, shelf, b"loose", day(0))
    kept(store, shelf, b"early", day(0))
    shown = kept(store, shelf, b"last of a camera", day(0))
    with store.write() as connection:
        connection.execute(METADATA.tables["nodes"].update().values(health=f'{{"sha256":"{shown}"}}'))
        values = {"topic": "t", "sha256": "0" * 64, "size": 1, "raw": b"x", "code": "c", "reason": "r"}
        connection.execute(quarantine.insert().values(first_received=day(0), last_received=day(5), **values))
    sweep(store, shelf, day(31))
    assert loose not in files(shelf)
    assert len(files(shelf)) == 2
    assert (count(store, situations), count(store, quarantine), count(store, ticket_log)) == (1, 1, 2)
    sweep(store, shelf, day(94))
    assert (count(store, situations), count(store, quarantine), count(store, ticket_log)) == (0, 1, 0)
    assert count(store, inbox, inbox.c.body == "") == 2
    sweep(store, shelf, day(96))
    assert (count(store, quarantine), files(shelf)) == (0, [shown])
    late = event("opened", 0, subject="early", sequence=9)
    assert tell(store, late, received=day(97)) == ["bygone"], "half of it is gone"


def test_a_gap_is_not_asked_for_because_its_events_were_erased(sqlite_store: Store, shelf: Shelf) -> None:
    store = sqlite_store
    story(store, shelf)
    sweep(store, shelf, day(1900))
    with store.read() as connection:
        place = SequenceRange(epoch="boot-1", first=0, last=9)
        assert [(s.first, s.last) for s in bygone_spans(connection, NODE.source, place)] == [(0, 0), (3, 3)]
