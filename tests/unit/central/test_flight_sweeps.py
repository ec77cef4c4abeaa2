"""Sweeps: what a drone is asked to look at, and what its answers do to tickets, and what not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from broker.events import SourceRef
from broker.messages import Verify
from central.letters import Told
from central.people.asker import COMMAND_LINE
from central.store import flight_sweeps
from central.store.database import Store
from central.store.erasing import erase_tickets
from central.store.flight_sweeps import MOST_OPEN, NotAsked, SweepWanted, ask_sweep
from central.store.flight_tables import flight_sweep_commands, flight_sweep_tickets
from central.store.flight_tables import flight_sweeps as table
from central.store.people_tables import audit
from central.store.schema import evidence_links
from central.store.sweeps_view import find_sweep, places_of
from central.store.taking import take
from central.verification import Standing, swept
from tests.unit.central.casework import BOX, NOW, STANDARD, later, lead_to, log, report, terms
from tests.unit.central.makers import NODE, at, event, evidence, letter
from tests.unit.central.pilots import ROOF, about, flown_answer, here, told_about, zone
from tests.unit.central.reports import HERE
from tests.unit.central.reports import keep as keep_report
from tests.unit.central.reports import report as told_report
from tests.unit.central.retained import BASIS
from tests.unit.central.test_flown import Centre

WANTED = SweepWanted("request-1", "131002/roof-1", "before the holiday", 7 * 86_400.0)


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """With one open ticket, seen by a camera, and a drone that flies there."""
    made = new_store()
    told_about(made, about(zone()))
    report(made, box=BOX, since=at(0), location=here())
    return made


def many(store: Store, number: int) -> None:
    """So many tickets along a street."""
    seen = [
        event("opened", 0, subject=f"sit-{n}", sequence=n, location=here(metres=40.0 * n), box=None)
        for n in range(2, number + 1)
    ]
    take(store, [Told(letter(each.encode()), each) for each in seen], terms=terms(STANDARD))


def ask(store: Store, *names: str, now: datetime = NOW, **changes: Any) -> int:
    return ask_sweep(store, replace(WANTED, tickets=names, **changes), COMMAND_LINE, now)


def sent(store: Store, now: datetime = NOW) -> list[Verify]:
    found = flight_sweeps.sweep_questions(store, now)
    flight_sweeps.sweeps_asked(store, found, now)
    assert {each.node for each in found} <= {ROOF.source}
    return [each.command for each in found]


def places(store: Store, number: int = 1) -> list[tuple[int, str, str | None]]:
    return [(row.ticket, row.state, row.outcome) for row in places_of(store, number)]


def texts(store: Store, ticket: int = 1) -> list[str]:
    return [line.reason["text"] for line in log(store, ticket) if line.who is None]


def test_of_three_hundred_tickets_each_is_asked_once_in_two_commands(store: Store) -> None:
    many(store, 300)
    number = ask(store, kind="illegal_parking")
    commands = sent(store)
    assert sorted(len(each.situations) for each in commands) == [44, 256]
    named = [name for each in commands for name in each.situations]
    assert len(set(named)) == 300
    assert all(each.source == "drone-1" and each.until == NOW + timedelta(days=7) for each in commands)
    assert sent(store) == []
    assert texts(store)[-1] == (
        f"asked drone-1 of {ROOF.source} to look on its next flight, within 7 days (sweep {number})"
    )
    centre = Centre(store)
    for n, command in enumerate(commands):
        outcomes = ["occupied"] * len(command.situations)
        centre.tells(flown_answer(command, outcomes, later(10), number=n), later(11))
    found = find_sweep(store, number)
    assert found is not None
    assert (found[1], found[2]) == ({"acted": 300}, {"occupied": 300})
    assert sent(store, later(60 * 24)) == [], "all is answered"


def test_the_same_request_asks_nothing_twice_and_another_under_its_name_is_refused(store: Store) -> None:
    assert ask(store, "T-000001") == ask(store, "T-000001", now=later(5)) == 1
    assert len(sent(store)) == 1
    with pytest.raises(NotAsked) as refused:
        ask(store, "T-000001", source="drone-1")
    assert refused.value.code == "request_reused"
    with store.read() as connection:
        lines = connection.execute(select(audit.c.why).where(audit.c.action == "sweep.ask")).scalars().all()
    assert lines == [f"sweep 1: drone-1 of {ROOF.source}, 1 tickets: before the holiday"]


@pytest.mark.parametrize(
    ("changes", "names", "code", "where"),
    [
        ({"node": "131002/nobody"}, ("T-000001",), "no_drone", "node"),
        ({"node": "../etc"}, ("T-000001",), "no_node", "node"),
        ({"source": "cam-1"}, ("T-000001",), "no_drone", "source"),
        ({}, ("T-000001", "T-000099"), "no_ticket", "tickets"),
        ({}, ("T-" + "9" * 30,), "no_ticket", "tickets"),
        ({}, (), "nothing_named", "tickets"),
        ({"area": "999999"}, (), "no_ticket", "area"),
        ({}, tuple(f"T-{n:06}" for n in range(1001)), "too_wide", "tickets"),
    ],
)
def test_what_cannot_be_asked_says_why(
    store: Store, changes: Any, names: Sequence[str], code: str, where: str
) -> None:
    with pytest.raises(NotAsked) as refused:
        ask(store, *names, **changes)
    assert (refused.value.code, refused.value.where) == (code, where)
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_of_several_drones_one_is_named(store: Store) -> None:
    told_about(store, about(zone(), drones=["a", "b"]), seconds=2)
    with pytest.raises(NotAsked, match="2 drones; say which"):
        ask(store, "T-000001")
    ask(store, "T-000001", source="b")
    assert [each.source for each in sent(store)] == ["b"]


def test_no_more_than_some_are_under_way(store: Store) -> None:
    for n in range(MOST_OPEN):
        ask(store, "T-000001", request=f"request-{n:02}")
    with pytest.raises(NotAsked, match="under way"):
        ask(store, "T-000001", request="one-more")
    ask(store, "T-000001", request="one-more", now=NOW + timedelta(days=8))


def test_what_is_done_with_or_nowhere_is_left_out_and_says_why(store: Store) -> None:
    report(store, "sit-2", since=at(0), box=(0.8, 0.8, 0.9, 0.9))
    report(store, "sit-3", since=at(0), location=here(metres=500))
    lead_to(store, "closed", 3)
    ask(store, "T-000001", "T-000002", "T-000003")
    assert places(store) == [(1, "asked", None), (2, "left_out", None), (3, "left_out", None)]
    reasons = [row.reason["code"] for row in places_of(store, 1) if row.reason]
    assert reasons == ["no_place", "done_with"]
    assert [each.situations for each in sent(store)] == [["sit-1"]]


def test_situations_of_one_name_go_in_commands_of_their_own(store: Store) -> None:
    other = replace(NODE, node="yard-8")
    seen = event("opened", 0, subject="sit-1", node=other, location=here(metres=300), box=None)
    take(store, [Told(letter(seen.encode(), node=other), seen)], terms=terms(STANDARD))
    ask(store, kind="illegal_parking")
    assert [each.situations for each in sent(store)] == [["sit-1"], ["sit-1"]]
    assert len(places(store)) == 2


def test_a_clear_place_that_a_camera_still_sees_stays_open_and_says_so(store: Store) -> None:
    ask(store, "T-000001")
    centre, (command,) = Centre(store), sent(store)
    picture = evidence(b"from above", role="after")
    centre.tells(flown_answer(command, ["clear"], later(1), evidence=[picture]), later(2))
    assert centre.ticket().state == "reported"
    assert texts(store)[-1] == (
        f"drone-1 of {ROOF.source} looked and saw the place clear, but cam-1 of {NODE.source} still sees it: "
        "nothing is changed"
    )
    (row,) = places_of(store, 1)
    assert (row.state, row.outcome, row.picture, row.flight) == ("acted", "clear", picture.sha256, "f-1")
    with store.read() as connection:
        (link,) = connection.execute(select(evidence_links)).all()
    assert (link.role, link.sent_by) == ("scene", ROOF.source), "nobody said that it was handled"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("occupied", "looked, and it is there"),
        ("not_seen", "could not see well enough to tell"),
        ("not_in_view", "cannot see the place"),
    ],
)
def test_what_else_it_answers_is_told_once(store: Store, outcome: str, words: str) -> None:
    ask(store, "T-000001")
    centre, (command,) = Centre(store), sent(store)
    told = flown_answer(command, [outcome], later(1))
    for n in range(2):
        centre.tells(told, later(2 + n))
    assert [text for text in texts(store) if words in text] == [f"drone-1 of {ROOF.source} {words}"]
    assert centre.ticket().state == "reported"


def test_what_only_people_reported_ends_when_it_is_seen_gone(new_store: Callable[[], Store]) -> None:
    store = new_store()
    told_about(store, about(zone(lon=HERE[0], lat=HERE[1])))
    keep_report(store, told_report(), terms=terms(STANDARD))
    ask(store, "T-000001", now=at(60))
    centre, (command,) = Centre(store), sent(store, at(60))
    centre.tells(flown_answer(command, ["clear"], at(-60)), at(90))
    assert centre.ticket().state == "reported", "that was before it was reported"
    ask(store, "T-000001", now=at(120), request="request-2")
    (again,) = sent(store, at(120))
    centre.tells(flown_answer(again, ["clear"], at(150), number=1), at(160))
    assert (centre.ticket().state, centre.ticket().scene) == ("self_cleared", "clear")


def test_what_waits_for_verification_is_verified_by_a_sweep_as_well(store: Store) -> None:
    lead_to(store, "fed_back")
    ask(store, "T-000001")
    centre, (command,) = Centre(store), sent(store)
    centre.tells(flown_answer(command, ["clear"], later(1)), later(2))
    assert centre.ticket().state == "closed"


def test_another_drone_answers_nothing(store: Store) -> None:
    ask(store, "T-000001")
    centre, (command,) = Centre(store), sent(store)
    told = flown_answer(command, ["clear"], later(1))
    other = told.data.model_copy(update={"source": SourceRef(id="drone-2", kind="drone")})
    centre.tells(told.model_copy(update={"data": other}), later(2))
    assert places(store) == [(1, "asked", None)]


def test_what_nobody_flew_over_is_given_up(store: Store) -> None:
    ask(store, "T-000001")
    (command,) = sent(store)
    over = NOW + timedelta(days=7, minutes=10)
    assert not flight_sweeps.any_sweeps_overdue(store, over - timedelta(seconds=1))
    assert flight_sweeps.any_sweeps_overdue(store, over)
    for _ in range(2):
        with store.write() as connection:
            flight_sweeps.sweeps_overdue(connection, over)
    assert places(store) == [(1, "given_up", None)]
    said = f"drone-1 of {ROOF.source} did not look in 7 days (sweep 1)"
    assert texts(store).count(said) == 1
    centre = Centre(store)
    centre.tells(flown_answer(command, ["clear"], over), over)
    assert places(store) == [(1, "given_up", None)]


def test_what_is_done_with_meanwhile_is_left_in_peace(store: Store) -> None:
    ask(store, "T-000001")
    lead_to(store, "closed")
    before = texts(store)
    with store.write() as connection:
        flight_sweeps.sweeps_overdue(connection, NOW + timedelta(days=8))
    assert (places(store), texts(store)) == ([(1, "given_up", None)], before)


def test_of_an_erased_ticket_nothing_stays_in_a_sweep(store: Store) -> None:
    ask(store, "T-000001")
    with store.write() as connection:
        erase_tickets(connection, [1], NOW, BASIS.zone)
    with store.read() as connection:
        left = connection.execute(select(func.count()).select_from(flight_sweep_tickets)).scalar_one()
        commands = connection.execute(select(func.count()).select_from(flight_sweep_commands)).scalar_one()
    assert (left, commands) == (0, 1)


STANDINGS = st.lists(
    st.builds(Standing, st.sampled_from(["cam-1", "x"]), own=st.booleans(), people=st.booleans())
)


@given(st.sampled_from(["clear", "occupied", "not_seen", "not_in_view"]), STANDINGS, st.booleans())
def test_only_a_clear_place_that_nobody_else_sees_ends_reports(
    outcome: Any, standing: list[Standing], early: bool
) -> None:
    found = swept(outcome, "drone-1", standing, early=early)
    machines = any(not each.own and not each.people for each in standing)
    people = any(each.people for each in standing)
    assert found.ends_reports == (outcome == "clear" and people and not machines and not early)
    assert "drone-1" in found.reason.text
