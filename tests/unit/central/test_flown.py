"""Handled tickets and drones: who is asked, what a pass decides, and what it does not."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from broker.events import SourceRef
from central.followers.verification import Follower
from central.letters import Told
from central.store import verifying
from central.store.database import Store, take_turn
from central.store.flying import MOST_PASSES
from central.store.pictures import Arrival, arrived
from central.store.queries import find_ticket
from central.store.schema import evidence_links, ticket_log, tickets
from central.store.tailing import Entry
from central.store.taking import take
from central.store.verify_tables import verifications
from central.store.verifying import Question
from central.terms import ground_of
from tests.unit.central.casework import BOX, NOW, STANDARD, do, later, lead_to, log, report, terms
from tests.unit.central.makers import NODE, at, event, evidence, letter
from tests.unit.central.pilots import ROOF, about, flown_answer, here, told_about, zone
from tests.unit.central.reports import HERE
from tests.unit.central.reports import keep as keep_report
from tests.unit.central.reports import report as told_report
from tests.unit.central.test_verification import SETTINGS
from tests.unit.central.test_verification import answer as camera_answer


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """With one ticket, of a car whose place is known, and a drone that flies there."""
    made = new_store()
    told_about(made, about(zone()))
    report(made, box=BOX, since=at(0), location=here())
    return made


class Centre:
    """What follows from what is written, by one follower that goes on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.follower = Follower(ground_of(SETTINGS, store))
        self.last = 0

    def follows(self, now: datetime = NOW) -> None:
        while True:
            with self.store.write() as connection:
                take_turn(connection)
                rows = connection.execute(select(ticket_log).where(ticket_log.c.seq > self.last)).all()
                if not rows:
                    return
                entries = [Entry(r.seq, r.ticket, r.effect, r.action) for r in rows if r.ticket]
                self.follower.follow(connection, entries, now)
                self.last = rows[-1].seq

    def asks(self, now: datetime = NOW) -> list[Question]:
        """The questions that are due, sent."""
        found = verifying.questions(self.store, now)
        verifying.asked(self.store, found, now)
        return found

    def tells(self, told: Any, now: datetime = NOW) -> None:
        body = letter(told.encode(), node=ROOF if told.source == ROOF.source else NODE)
        take(self.store, [Told(body, told)], terms=terms(STANDARD))
        self.follows(now)

    def ticket(self) -> Row[Any]:
        with self.store.read() as connection:
            return connection.execute(select(tickets).where(tickets.c.number == 1)).one()

    def rows(self) -> Sequence[Row[Any]]:
        with self.store.read() as connection:
            return connection.execute(select(verifications).order_by(verifications.c.made)).all()

    def words(self) -> list[str]:
        return [line.reason["text"] for line in log(self.store) if line.who is None]


@pytest.fixture
def centre(store: Store) -> Centre:
    made = Centre(store)
    lead_to(store, "fed_back")
    made.follows()
    return made


def of_drone(questions: Sequence[Question]) -> Question:
    (found,) = [each for each in questions if each.command.source is not None]
    return found


def test_camera_and_drone_are_asked_each_in_its_own_way(centre: Centre) -> None:
    questions = centre.asks()
    assert {each.node for each in questions} == {NODE.source, ROOF.source}
    flown = of_drone(questions).command
    assert (flown.source, flown.situations) == ("drone-1", ["sit-1"])
    assert flown.scenes is not None
    (scene,) = flown.scenes
    assert (scene.kind, scene.location.accuracy_m) == ("illegal_parking", 2.0)
    assert flown.until == NOW + timedelta(days=7)
    (camera,) = [each.command for each in questions if each.command.source is None]
    assert (camera.scenes, camera.until) == (None, NOW + timedelta(minutes=30))
    asked = f"asked drone-1 of {ROOF.source} to look on its next flight, within 7 days"
    assert centre.words().count(asked) == 1
    centre.follows()
    assert len(centre.rows()) == 2
    assert centre.asks() == []


@pytest.mark.parametrize(("outcome", "state"), [("clear", "closed"), ("occupied", "handling")])
def test_a_pass_decides_where_the_camera_cannot(centre: Centre, outcome: str, state: str) -> None:
    questions = centre.asks()
    (camera,) = [each.command for each in questions if each.command.source is None]
    centre.tells(camera_answer(camera.id, "not_in_view"))
    assert centre.ticket().state == "fed_back"
    waits = f"cannot see the place; drone-1 of {ROOF.source} will look on the next flight"
    assert any(waits in text for text in centre.words())
    told = flown_answer(of_drone(questions).command, [outcome], later(3000))
    centre.tells(told, later(3001))
    assert centre.ticket().state == state
    centre.tells(told, later(3002))
    assert centre.ticket().reworks == (1 if outcome == "occupied" else 0)


def test_what_both_say_is_done_once(centre: Centre) -> None:
    questions = centre.asks()
    (camera,) = [each.command for each in questions if each.command.source is None]
    centre.tells(camera_answer(camera.id, "clear"))
    assert centre.ticket().state == "closed"
    version = centre.ticket().version
    centre.tells(flown_answer(of_drone(questions).command, ["occupied"], later(60)), later(61))
    assert (centre.ticket().state, centre.ticket().version) == ("closed", version)
    assert all(row.state in ("acted", "given_up") for row in centre.rows())


@pytest.mark.parametrize("outcome", ["clear", "occupied"])
def test_what_was_flown_before_it_was_handled_does_not_count(centre: Centre, outcome: str) -> None:
    first = of_drone(centre.asks()).command
    centre.tells(flown_answer(first, [outcome], NOW - timedelta(minutes=5)), later(1))
    assert centre.ticket().state == "fed_back"
    assert any("before it was said to be handled: that does not count" in text for text in centre.words())
    second = of_drone(centre.asks(later(2))).command
    assert second.id != first.id
    assert second.until == first.until
    centre.tells(flown_answer(second, ["clear"], later(5), number=1), later(6))
    assert centre.ticket().state == "closed"


def test_a_pass_that_could_not_tell_is_followed_by_another_but_not_for_ever(centre: Centre) -> None:
    names = set()
    for n in range(MOST_PASSES + 2):
        questions = [each for each in centre.asks(later(n)) if each.command.source]
        names |= {each.command.id for each in questions}
        for each in questions:
            told = flown_answer(each.command, ["not_seen"], later(n), number=n, flight=f"f-{n}")
            centre.tells(told, later(n))
    assert len(names) == MOST_PASSES
    assert "could not see well enough to tell; people have to look" in centre.words()[-1]
    assert centre.ticket().state == "fed_back"


def test_what_was_refused_without_a_flight_is_not_asked_again(centre: Centre) -> None:
    command = of_drone(centre.asks()).command
    centre.tells(flown_answer(command, ["not_seen"], later(1), flight=None), later(1))
    assert [each for each in centre.asks(later(2)) if each.command.source] == []


def test_only_the_drone_that_was_asked_answers(centre: Centre) -> None:
    command = of_drone(centre.asks()).command
    told = flown_answer(command, ["clear"], later(1))
    other = told.data.model_copy(update={"source": SourceRef(id="drone-2", kind="drone")})
    centre.tells(told.model_copy(update={"data": other}), later(1))
    assert centre.ticket().state == "fed_back"


@pytest.mark.parametrize(("outcome", "state"), [("not_in_view", "acted"), ("clear", "asked")])
def test_that_it_cannot_look_its_node_may_say_for_it(centre: Centre, outcome: str, state: str) -> None:
    command = of_drone(centre.asks()).command
    told = flown_answer(command, [outcome], later(1), flight=None)
    node = told.data.model_copy(update={"source": SourceRef(id=ROOF.node, kind="camera")})
    centre.tells(told.model_copy(update={"data": node}), later(1))
    assert [row.state for row in centre.rows() if row.eye] == [state]


def test_its_picture_is_the_tickets_though_another_node_took_it(centre: Centre, store: Store) -> None:
    command, picture = of_drone(centre.asks()).command, evidence(b"from above", role="scene")
    centre.tells(flown_answer(command, ["clear"], later(1), evidence=[picture]), later(2))
    with store.read() as connection:
        links = connection.execute(select(evidence_links).where(evidence_links.c.sha256 == picture.sha256))
        (link,) = links.all()
    told = (link.source, link.subject, link.sent_by, link.role)
    assert told == (NODE.source, "sit-1", ROOF.source, "after")

    def there() -> list[bool]:
        found = find_ticket(store, "T-000001")
        assert found is not None
        return [each.here for each in found.pictures]

    size = len(b"from above")
    arrived(store, Arrival(picture.sha256, size, "image/jpeg", later(3), NODE.source))
    assert there() == [False], "the camera's node did not take it"
    arrived(store, Arrival(picture.sha256, size, "image/jpeg", later(3), ROOF.source))
    assert there() == [True]
    assert log(store)[-1].effect == "evidence"


def test_a_command_goes_once_more_while_it_is_not_flown(centre: Centre) -> None:
    first = of_drone(centre.asks()).command
    assert centre.asks(later(60)) == []
    assert of_drone(centre.asks(later(13 * 60))).command.id == first.id


def test_in_the_end_people_look(centre: Centre, store: Store) -> None:
    centre.asks()
    over = NOW + timedelta(days=7)
    for _ in range(2):
        with store.write() as connection:
            verifying.overdue(connection, over)
    said = [text for text in centre.words() if "people have to look" in text]
    assert f"drone-1 of {ROOF.source} did not fly over it in 7 days; people have to look" in said
    assert len(said) == 1, "the camera's silence says who will look instead"
    assert any("did not answer for 30 min; drone-1" in text for text in centre.words())


def test_what_people_have_verified_meanwhile_is_left_in_peace(centre: Centre, store: Store) -> None:
    do(store, "gao", "verify", moment=later(10))
    assert centre.ticket().state == "closed"
    assert centre.asks(later(11)) == []
    before, over = centre.words(), NOW + timedelta(days=7)
    with store.write() as connection:
        verifying.overdue(connection, over)
    assert centre.words() == before
    assert {row.state for row in centre.rows()} == {"given_up"}


def test_each_round_is_asked_for_anew_and_the_one_before_no_more(centre: Centre, store: Store) -> None:
    first = of_drone(centre.asks()).command
    do(store, "gao", "rework", moment=later(10))
    do(store, "dai", "feed_back", moment=later(20))
    centre.follows(later(20))
    second = of_drone(centre.asks(later(21))).command
    assert second.id != first.id
    assert [row.state for row in centre.rows() if row.id == first.id] == ["given_up"]
    centre.tells(flown_answer(first, ["clear"], later(15)), later(22))
    assert centre.ticket().state == "fed_back"
    centre.tells(flown_answer(second, ["clear"], later(30), number=1), later(31))
    assert centre.ticket().state == "closed"


def test_what_only_a_citizen_has_seen_is_verified_from_above(new_store: Callable[[], Store]) -> None:
    store = new_store()
    square = zone(lon=HERE[0], lat=HERE[1])
    told_about(store, about(square))
    keep_report(store, told_report(), terms=terms(STANDARD))
    lead_to(store, "fed_back")
    centre = Centre(store)
    centre.follows()
    command = of_drone(centre.asks()).command
    centre.tells(flown_answer(command, ["clear"], later(30)), later(31))
    assert centre.ticket().state == "closed"


def test_what_the_drone_itself_found_it_is_asked_for_by_its_own_name(new_store: Callable[[], Store]) -> None:
    store = new_store()
    seen = event("opened", 0, subject="sky-1", node=ROOF, source=SourceRef(id="drone-1", kind="drone"))
    take(store, [Told(letter(seen.encode(), node=ROOF), seen)], terms=terms(STANDARD))
    lead_to(store, "fed_back")
    centre = Centre(store)
    centre.follows()
    command = of_drone(centre.asks()).command
    assert (command.situations, command.scenes, command.source) == (["sky-1"], None, "drone-1")


def test_a_drone_that_is_new_is_known_as_soon_as_its_node_tells(store: Store) -> None:
    centre = Centre(store)
    told_about(store, about(zone(lon=0.0, lat=0.0)), seconds=2.0)
    lead_to(store, "fed_back")
    centre.follows()
    assert [each.command.source for each in centre.asks()] == [None], "it flies elsewhere now"
    with store.write() as connection:
        connection.execute(update(tickets).values(entered_at=later(5)))
        assert len(centre.follower._looks.drones.all(connection)) == 1
    told_about(store, about(zone(), drones=["a", "b"]), seconds=3.0)
    with store.read() as connection:
        assert [each.source for each in centre.follower._looks.drones.all(connection)] == ["a", "b"]
