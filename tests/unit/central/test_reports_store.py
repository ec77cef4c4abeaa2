"""Reports become tickets by the road of what machines find, on both databases."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from broker.events import Location, Point
from central.correlation.bonds import Closeness, Kinds
from central.letters import Told
from central.reports.events import TOLD
from central.reports.report import NotTaken
from central.store import explaining, queries, reports_view
from central.store.database import Store, sqlite_url
from central.store.delivery_tables import epochs
from central.store.fingerprint import ticket_state_hash
from central.store.pictures import Arrival, arrived
from central.store.report_tables import reports
from central.store.reports_ending import end_reports
from central.store.schema import inbox, nodes, receipts, tickets
from central.store.seating import Terms
from central.store.taking import take
from central.store.uploads import Upload, expected
from tests.databases import new_sqlite
from tests.unit.central.desk import find_upload
from tests.unit.central.makers import at, event, evidence, letter, take_event
from tests.unit.central.reports import HERE, WORKER, keep, moved, report

TERMS = Terms(Kinds(Closeness(reach_m=5.0)))


def seen(store: Store, phase: str, revision: int = 0, *, subject: str = "sit-1") -> None:
    """What a camera says of the same place."""
    where = Location(geometry=Point(type="Point", coordinates=HERE), accuracy_m=3.0, method="calibrated")
    said = event(phase, revision, subject=subject, location=where)
    take(store, [Told(letter(said.encode()), said)], terms=TERMS)


def numbers(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(select(tickets.c.number).order_by(tickets.c.number)).scalars())


def merged(store: Store) -> int:
    """How many tickets turned out to be another one."""
    with store.read() as connection:
        return len(connection.execute(select(tickets.c.number).where(tickets.c.state == "merged")).all())


def scene(store: Store, number: int = 1) -> tuple[str, str]:
    with store.read() as connection:
        row = connection.execute(select(tickets).where(tickets.c.number == number)).one()
    return row.state, row.scene


def put(store: Store, state: str, number: int = 1) -> None:
    """As people would."""
    with store.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == number).values(state=state))


def test_a_report_opens_a_ticket_that_says_who_saw_it(store: Store) -> None:
    kept = keep(store, report(text="挡住了消防通道"))
    assert (kept.number, kept.state, kept.fresh, kept.reason.code) == (1, "reported", True, "told_by_citizen")
    found = queries.find_ticket(store, "T-000001")
    assert found is not None
    assert (found.incident.source.kind, found.incident.source.id) == ("citizen", "phone")
    assert found.incident.location is not None
    (member,) = queries.members_of(store, 1, most=9)
    assert (member.origin, member.eye) == ("citizen", f"{TOLD} phone {kept.id}")
    (line,) = queries.log_of(store, 1)
    assert (line.effect, line.event, line.reason["text"]) == (
        "opened",
        f"{kept.id}-seen",
        "a citizen reported it",
    )


def test_no_node_is_made_of_it(sqlite_store: Store) -> None:
    keep(sqlite_store, report())
    with sqlite_store.read() as connection:
        assert connection.execute(select(inbox.c.source)).scalars().all() == [TOLD]
        for table in (nodes, receipts, epochs):
            assert connection.execute(select(table)).all() == []


def test_the_same_report_again_changes_nothing(store: Store) -> None:
    first = keep(store, report())
    again = keep(store, report(300.0), mark="another")
    assert (again.id, again.token, again.number, again.fresh) == (first.id, first.token, 1, False)
    assert len(queries.log_of(store, 1)) == 1
    with pytest.raises(NotTaken) as error:
        keep(store, report(text="something else"))
    assert error.value.code == "id_reused"


def test_without_a_name_the_same_words_soon_after_are_the_same(sqlite_store: Store) -> None:
    first = keep(sqlite_store, report(id=None))
    assert keep(sqlite_store, report(300.0, id=None)).id == first.id
    assert keep(sqlite_store, report(300.0, id=None, teller=WORKER)).fresh
    assert keep(sqlite_store, report(700.0, id=None)).fresh
    assert numbers(sqlite_store) == [1]


def test_two_people_who_see_one_thing_have_one_ticket(sqlite_store: Store) -> None:
    keep(sqlite_store, report(), terms=TERMS)
    second = keep(sqlite_store, report(60.0, id="phone-0002", teller=WORKER, **moved(10)), terms=TERMS)
    assert (second.number, second.reason.code) == (1, "seen_by_two")
    far = keep(sqlite_store, report(90.0, id="phone-0003", **moved(60)), terms=TERMS)
    other = keep(sqlite_store, report(90.0, id="phone-0004", kind="bin_full"), terms=TERMS)
    assert (far.number, other.number) == (2, 3)


def test_a_report_joins_what_a_camera_sees_and_the_other_way_round(store: Store) -> None:
    seen(store, "opened")
    joined = keep(store, report(120.0), terms=TERMS)
    assert (joined.number, joined.reason.code) == (1, "seen_by_two")
    found = queries.find_ticket(store, "T-000001")
    assert found is not None
    assert (found.situations, found.incident.source.kind) == (2, "camera")


def test_what_was_seen_long_ago_changes_nothing_that_was_decided(sqlite_store: Store) -> None:
    seen(sqlite_store, "opened")
    keep(sqlite_store, report(60.0, **moved(26)), terms=TERMS)
    assert numbers(sqlite_store) == [1, 2]
    late = report(600.0, id="phone-0002", seen=at(-9000), **(moved(13) | {"accuracy_m": 15.0}))
    assert keep(sqlite_store, late, terms=TERMS).number in (1, 2), (
        "it joins one, and does not make one of two"
    )
    assert numbers(sqlite_store) == [1, 2]
    assert queries.members_of(sqlite_store, 1, most=9)[0].origin == "camera"


def test_the_order_of_commits_does_not_matter(tmp_path: Path) -> None:
    deeds: list[Callable[[Store], object]] = [
        lambda store: seen(store, "opened"),
        lambda store: seen(store, "updated", 4),
        lambda store: keep(store, report(60.0, **moved(6)), terms=TERMS),
        lambda store: keep(store, report(90.0, id="phone-0002", **moved(-6)), terms=TERMS),
    ]
    hashes = set()
    for order in ((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)):
        with closing(Store(sqlite_url(new_sqlite(tmp_path / f"{order}.db")))) as store:
            for number in order:
                deeds[number](store)
            hashes.add(ticket_state_hash(store))
            assert len(numbers(store)) - merged(store) == 1
    assert len(hashes) == 1


def test_what_the_camera_saw_clear_ends_the_report_too(store: Store) -> None:
    keep(store, report(), terms=TERMS)
    seen(store, "opened")
    assert end_reports(store, at(50), TERMS) == []
    seen(store, "cleared", 9)
    assert scene(store) == ("reported", "present"), "a report says that it is there"
    (ended,) = end_reports(store, at(200), TERMS)
    assert (ended.event.time, ended.outcome.effect, ended.outcome.number) == (at(95), "cleared", 1)
    assert scene(store) == ("self_cleared", "clear")
    assert end_reports(store, at(300), TERMS) == []


def test_what_was_seen_clear_before_is_seen_again(sqlite_store: Store) -> None:
    seen(sqlite_store, "opened")
    seen(sqlite_store, "cleared", 2)
    keep(sqlite_store, report(60.0), terms=TERMS)
    assert end_reports(sqlite_store, at(200), TERMS) == []
    assert scene(sqlite_store) == ("reported", "present")


def test_a_second_camera_that_still_sees_it_keeps_it(sqlite_store: Store) -> None:
    keep(sqlite_store, report(), terms=TERMS)
    seen(sqlite_store, "opened")
    seen(sqlite_store, "opened", 1, subject="sit-2")
    seen(sqlite_store, "cleared", 9)
    assert len(queries.members_of(sqlite_store, 1, most=9)) == 2, "of one camera two things are two"


def test_people_who_are_done_end_it_and_a_new_one_is_a_new_one(sqlite_store: Store) -> None:
    keep(sqlite_store, report())
    put(sqlite_store, "closed")
    (ended,) = end_reports(sqlite_store, at(3600), Terms())
    (*_, line) = queries.log_of(sqlite_store, 1)
    assert (ended.event.time, line.reason["code"]) == (at(3600), "people_are_done")
    assert scene(sqlite_store) == ("closed", "clear")
    later = keep(sqlite_store, report(90_000.0, id="phone-0002"))
    assert later.number == 2


@pytest.mark.parametrize(("state", "ends"), [("reported", True), ("handling", False), ("deferred", False)])
def test_its_time_ends_only_what_nobody_works_on(sqlite_store: Store, state: str, ends: bool) -> None:
    keep(sqlite_store, report())
    put(sqlite_store, state)
    late = at(13 * 3600)
    assert end_reports(sqlite_store, at(11 * 3600), Terms()) == []
    ended = end_reports(sqlite_store, late, Terms())
    assert [each.event.time for each in ended] == [at(12 * 3600)] * ends
    assert scene(sqlite_store)[0] == ("self_cleared" if ends else state)


def test_many_end_a_few_at_a_time(store: Store) -> None:
    for number in range(5):
        keep(store, report(float(number), id=f"phone-000{number}", **moved(100.0 * number)))
    late = at(40 * 3600)
    assert [len(end_reports(store, late, Terms(), most=2)) for _ in range(4)] == [2, 2, 1, 0]
    with store.read() as connection:
        ended = connection.execute(select(reports.c.ended, reports.c.why)).all()
    assert all(row.ended is not None and row.why["code"] == "time_is_over" for row in ended)


def test_pictures_are_those_that_were_uploaded_for_reports(store: Store) -> None:
    picture = evidence(b"masked")
    with_it = report(pictures=[picture.sha256])
    with pytest.raises(NotTaken, match="there is no picture"):
        keep(store, with_it)
    arrived(store, Arrival(picture.sha256, 6, "image/jpeg", at(0), "gewu://131002/yard-7"))
    with pytest.raises(NotTaken, match="there is no picture"):
        keep(store, with_it)
    assert numbers(store) == []
    size, kind = (9, 9), "image/jpeg"
    upload = Upload(picture.sha256, 6, kind, *size, "report", at(0), "edge 0.1.0", [], 0, 0, 0)
    expected(store, replace(upload, purpose="ticket"))
    with pytest.raises(NotTaken, match="there is no picture"):
        keep(store, with_it)
    expected(store, upload)
    keep(store, with_it)
    kept = find_upload(store, picture.sha256)
    assert kept is not None
    assert kept.linked == at(0), "so it is not swept away"
    found = queries.find_ticket(store, "T-000001")
    assert found is not None
    assert [(each.sha256, each.here) for each in found.pictures] == [(picture.sha256, True)]


def test_what_became_of_it_follows_its_ticket(store: Store) -> None:
    kept = keep(store, report(), mark="mark-1")
    found = reports_view.by_token(store, "mark-1")
    assert found is not None
    assert (found.number, found.state, found.updated) == (1, "reported", at(0))
    assert reports_view.by_token(store, "another") is None
    other = keep(store, report(9.0, id="phone-0002", kind="bin_full"))
    with store.write() as connection:
        merged = update(tickets).where(tickets.c.number == 1).values(state="merged", merged_into=2)
        connection.execute(merged)
    put(store, "handling", other.number)
    found = reports_view.by_id(store, kept.id)
    assert found is not None
    assert (found.number, found.state) == (2, "handling")
    asked = reports_view.Asked(open=True)
    assert [each.report.id for each in reports_view.listed(store, asked, page=1, size=9)] == [
        other.id,
        kept.id,
    ]
    put(store, "closed", other.number)
    assert reports_view.listed(store, asked, page=1, size=9) == []
    assert len(reports_view.listed(store, replace(asked, open=False), page=1, size=1)) == 1


def test_a_report_can_be_explained(store: Store) -> None:
    kept = keep(store, report())
    (found,) = explaining.events_named(store, f"{kept.id}-seen")
    assert (found.ticket, found.event.source) == (1, TOLD)
    assert explaining.tickets_of_situation(store, kept.id) == [1]
    take_event(store, letter(event().encode()), event())
    assert len(explaining.events_named(store, "sit-1-0-opened")) == 1
