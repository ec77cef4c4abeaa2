"""Whether a handled place is clear: by what sources see, by asking them, and never by one that cannot see."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Row, select, update

from broker.events import Reason, SceneAnswer, SceneVerification, SceneVerified, SourceRef
from broker.messages import NodeState
from broker.topics import Address
from central.casework.machine import STATES, allowed
from central.followers.verification import Follower
from central.letters import Told
from central.settings import CentralSettings
from central.store import verifying
from central.store.acting import perform
from central.store.database import Store, take_turn
from central.store.gaps import note_state
from central.store.schema import evidence_links, ticket_log, tickets
from central.store.tailing import Entry
from central.store.taking import take
from central.store.verify_tables import verifications
from central.terms import ground_of
from central.verification import Outcome, by_the_scene, judged, together
from tests.unit.central.casework import BOX, NOW, STANDARD, asked, later, lead_to, report, terms
from tests.unit.central.makers import AUDIT, NODE, Event, at, event, evidence, letter

SETTINGS = CentralSettings.model_validate(
    {"broker": {"url": "mqtt://127.0.0.1:1"}, "storage": {"directory": "x"}}
)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_answer_decides_only_for_a_ticket_that_waits_for_it(state: Any, outcome: Outcome) -> None:
    verdict = judged(state, outcome, "cam-1")
    wanted = {"clear": "verify", "occupied": "rework"}.get(outcome) if state == "fed_back" else None
    assert verdict.action == wanted
    assert verdict.action is None or verdict.action in allowed(state)
    assert "cam-1" in verdict.reason.text


@given(st.lists(st.sampled_from(OUTCOMES)))
def test_clear_is_what_all_say_and_occupied_what_one_says(outcomes: list[Outcome]) -> None:
    found = together(outcomes)
    assert (found == "clear") == (set(outcomes) == {"clear"})
    assert (found == "occupied") == ("occupied" in outcomes)


def test_the_scene_decides_nothing_before_it_was_handled() -> None:
    assert by_the_scene("handling", clear=True, seen_again=True) is None
    assert by_the_scene("fed_back", clear=False, seen_again=False) is None


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """With one ticket, of a car that stands at the kerb."""
    made = new_store()
    report(made, box=BOX, since=at(0))
    return made


def told(made: Any, seconds: float = 100.0) -> Told:
    return Told(letter(made.encode(), received=seconds), made)


def tell(store: Store, *events: Event | SceneVerification, seconds: float = 100.0) -> Sequence[Any]:
    return take(store, [told(each, seconds) for each in events], terms=terms(STANDARD)).outcomes


def answer(command: str, outcome: Outcome, *, node: Address = NODE, revision: int = 0) -> SceneVerification:
    said = SceneAnswer(
        situation="sit-1",
        outcome=outcome,
        reasons=[Reason(code=outcome, text=f"the place is {outcome}")],
        evidence=[evidence(b"after", role="after")],
    )
    return SceneVerification(
        id=f"answer-{revision}",
        source=node.source,
        subject="sit-1",
        time=NOW,
        recordedtime=NOW,
        epoch="boot-1",
        sequence=f"{100 + revision:012d}",
        data=SceneVerified(
            command=command, source=SourceRef(id="cam-1", kind="camera"), answers=[said], audit=AUDIT
        ),
    )


def followed(store: Store, after: int = 0, at: datetime = NOW) -> int:
    """Let it follow what was written since; the last line."""
    with store.write() as connection:
        take_turn(connection)
        rows = connection.execute(select(ticket_log).where(ticket_log.c.seq > after)).all()
        entries = [Entry(r.seq, r.ticket, r.effect, r.action) for r in rows if r.ticket]
        Follower(ground_of(SETTINGS, store)).follow(connection, entries, at)
        return max([row.seq for row in rows], default=after)


def ticket(store: Store) -> Row[Any]:
    with store.read() as connection:
        return connection.execute(select(tickets).where(tickets.c.number == 1)).one()


def rows(store: Store) -> Sequence[Row[Any]]:
    with store.read() as connection:
        return connection.execute(select(verifications).order_by(verifications.c.id)).all()


def handled(store: Store) -> str:
    """A ticket that waits for verification; the command by which its camera is asked."""
    lead_to(store, "fed_back")
    followed(store)
    (question,) = verifying.questions(store, NOW)
    verifying.asked(store, [question], NOW)
    assert question.node == NODE.source
    assert question.command.situations == ["sit-1"]
    return question.command.id


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("clear", "closed"), ("occupied", "handling"), ("not_seen", "fed_back"), ("not_in_view", "fed_back")],
)
def test_what_the_camera_answers_moves_the_ticket(store: Store, outcome: Outcome, state: str) -> None:
    command = handled(store)
    (said,) = tell(store, answer(command, outcome))
    assert (said.effect, said.number) == ("looked", 1)
    last = followed(store)
    assert ticket(store).state == state
    (row,) = rows(store)
    assert (row.state, row.outcome, row.event) == ("acted", outcome, "answer-0")
    with store.read() as connection:
        pictures = connection.execute(select(evidence_links.c.role)).scalars().all()
        log = connection.execute(select(ticket_log).order_by(ticket_log.c.seq)).all()
    assert "after" in pictures
    assert any("cam-1 of gewu://131002/yard-7" in line.reason["text"] for line in log if line.who is None)
    followed(store, last)
    (again,) = tell(store, answer(command, "occupied", revision=1))  # too late
    followed(store, last)
    assert (again.effect, ticket(store).state) == ("looked", state)


def test_what_a_device_has_told_its_node_is_asked_for(new_store: Callable[[], Store]) -> None:
    """A cover that is still open when it is said to be closed."""
    store = new_store()
    report(store, kind="manhole_cover", source=SourceRef(id="cover-17", kind="sensor"), since=at(0))
    command = handled(store)
    (row,) = rows(store)
    assert (row.node, row.situations) == (NODE.source, ["sit-1"])
    tell(store, answer(command, "occupied"))
    followed(store)
    assert ticket(store).state == "handling"


def test_of_several_situations_all_must_be_answered_or_one_be_occupied(store: Store) -> None:
    for outcome, state in (("clear", "asked"), ("occupied", "acted")):
        with store.write() as connection:
            connection.execute(update(verifications).values(state="asked", answers=None, outcome=None))
        command = handled(store) if outcome == "clear" else rows(store)[0].id
        with store.write() as connection:
            connection.execute(update(verifications).values(situations=["sit-1", "sit-2"]))
        tell(store, answer(command, outcome, revision=("clear", "occupied").index(outcome)))  # type: ignore[arg-type]
        followed(store)
        assert rows(store)[0].state == state
    assert ticket(store).state == "handling"


def test_each_time_it_is_said_to_be_handled_it_is_asked_anew_and_once(store: Store) -> None:
    command = handled(store)
    followed(store)
    assert len(rows(store)) == 1
    tell(store, answer(command, "occupied"))
    followed(store)
    verifying_again = asked(store, "dai", "feed_back")
    perform(store, STANDARD, verifying_again, later(60))
    followed(store, at=later(60))
    assert len(rows(store)) == 2
    assert len(verifying.questions(store, later(60))) == 1


def test_only_who_was_asked_answers(store: Store) -> None:
    command = handled(store)
    other = Address("131002", "other-1")
    (said,) = tell(store, answer(command, "clear", node=other))
    assert (said.effect, said.reason.code) == ("kept", "not_asked")
    (said,) = tell(store, answer("verify-unknown", "clear", revision=3))
    assert said.reason.code == "not_asked"
    followed(store)
    assert ticket(store).state == "fed_back"


def test_a_node_that_is_away_is_not_asked_and_in_the_end_people_look(store: Store) -> None:
    lead_to(store, "fed_back")
    with store.write() as connection:
        note_state(connection, NODE.source, NodeState(online=False, at=NOW), NOW)
    followed(store)
    assert verifying.questions(store, NOW) == []
    over = NOW + timedelta(minutes=30)
    assert not verifying.any_overdue(store, later(29))
    assert verifying.any_overdue(store, over)
    for _ in range(2):
        with store.write() as connection:
            verifying.overdue(connection, over)
    (row,) = rows(store)
    assert row.state == "given_up"
    with store.read() as connection:
        said = connection.execute(select(ticket_log.c.reason).where(ticket_log.c.effect == "stays")).all()
    assert len(said) == 1
    assert "was away for 30 min; people have to look" in said[0].reason["text"]
    assert ticket(store).state == "fed_back"


def test_what_the_camera_sees_clear_by_itself_is_verified(store: Store) -> None:
    handled(store)
    tell(store, event("cleared", 1, box=BOX))
    followed(store)
    assert ticket(store).state == "closed"
    (row,) = rows(store)
    assert row.state == "given_up"  # nobody needs to look any more


def test_what_was_clear_before_it_was_said_to_be_handled_is_verified_at_once(store: Store) -> None:
    lead_to(store, "handling")
    tell(store, event("cleared", 1, box=BOX))
    assert ticket(store).state == "handling"
    perform(store, STANDARD, asked(store, "dai", "feed_back"), later(5))
    followed(store)
    assert (ticket(store).state, rows(store)) == ("closed", [])


def test_what_is_found_again_after_it_was_said_to_be_handled_is_sent_back(store: Store) -> None:
    handled(store)
    handled_at = ticket(store).entered_at
    gone = event("cleared", 1, box=BOX).model_copy(update={"time": handled_at + timedelta(seconds=10)})
    back = handled_at + timedelta(seconds=30)
    again = event(subject="sit-2", box=BOX, since=back, last_seen=back).model_copy(update={"time": back})
    tell(store, gone, again)
    followed(store)
    assert ticket(store).situations == 2
    assert ticket(store).state == "handling"
    assert ticket(store).reworks == 1
