"""Asks as rows: asked once, answered in any order, gone after an hour; on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from broker.asks import Answer, Film, Look, SeenLook, SeenThing
from broker.messages import NodeState
from broker.topics import Address
from central.asking.rules import KEPT_S, MOST_OF_ONE
from central.letters import Letter, Word
from central.people.asker import Asker
from central.store import asking
from central.store.ask_tables import ask_answers, asks
from central.store.asking import NotAsked, Wanted, ask_node, find_ask, result_of, run_out, to_send
from central.store.audit import Asked, lines
from central.store.database import Store
from central.store.taking import take
from tests.unit.central.makers import NODE, at

OLGA = Asker("olga", "session", "private")
OTHER = Address("131002", "yard-8")
NOW = at(100)


def said(store: Store, message: object, topic: str, node: Address = NODE) -> tuple[str, str]:
    letter = Letter(node.source, node.topic(topic), b"{}", NOW)
    found = take(store, [Word(letter, topic, message)]).outcomes[0]  # type: ignore[arg-type]
    return found.effect, found.reason.code


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """With a node that is there."""
    made = new_store()
    said(made, NodeState(online=True, epoch="boot-1", highest=0, at=NOW), "state")
    return made


def look(name: str = "ask-1", account: int = 1) -> Wanted:
    command = Look(id=name, expires=NOW + timedelta(seconds=30), source="cam-1")
    return Wanted(NODE.source, command, account, "looked live at cam-1")


def answer(store: Store, number: int, node: Address = NODE, **fields: object) -> tuple[str, str]:
    told = {"id": "ask-1", "number": number, "at": NOW, "status": "part"} | fields
    return said(store, Answer.model_validate(told), "answer", node)


def rows(store: Store) -> tuple[int, int]:
    with store.read() as connection:
        first, second = (select(func.count()).select_from(table) for table in (asks, ask_answers))
        return connection.execute(first).scalar_one(), connection.execute(second).scalar_one()


def test_an_ask_of_which_nothing_is_heard_is_sent_again_ever_more_seldom(store: Store) -> None:
    ask_node(store, look(), OLGA, NOW)
    later = [NOW + timedelta(seconds=n / 2) for n in range(61)]
    assert asking.claimed(store, *to_send(store, NOW), NOW)
    sent = []
    for now in later:
        for row in to_send(store, now):
            claims = [asking.claimed(store, row, now) for _ in range(2)]
            assert claims == [True, False], "by one of several processes"
            sent.append((now - NOW).total_seconds())
    assert sent == [3.0, 6.0, 12.0, 24.0]
    assert not to_send(store, NOW + timedelta(seconds=48)), "nobody waits any more"


def test_an_ask_that_is_answered_is_not_sent_again(store: Store) -> None:
    ask_node(store, look(), OLGA, NOW)
    assert asking.claimed(store, *to_send(store, NOW), NOW)
    answer(store, 0, status="refused", reasons=[{"code": "no", "text": "no"}])
    assert not to_send(store, NOW + timedelta(seconds=20))


def test_an_ask_is_in_the_audit_is_sent_once_and_its_answers_are_one_result(store: Store) -> None:
    film = Film(id="ask-1", expires=NOW + timedelta(seconds=60), source="cam-1", since=at(0), until=at(50))
    ask_node(store, Wanted(NODE.source, film, 1, "went through the boxes of cam-1"), OLGA, NOW)
    (line,) = lines(store, Asked(), limit=9)
    assert (line.who, line.action, line.about) == ("olga", "ask.film", "131002/yard-7/cam-1")
    (sent,) = to_send(store, NOW)
    assert Film.model_validate_json(sent.body) == film
    assert [asking.claimed(store, sent, NOW) for _ in range(2)] == [True, False]
    assert not to_send(store, NOW)
    looks = [SeenLook(at=at(n), things=[SeenThing(box=(0, 0, 1, 1), label="car", score=0.9)]) for n in (1, 2)]
    assert answer(store, 1, status="done", looks=[looks[1]]) == ("answered", "answer_taken")
    assert find_ask(store, "ask-1", 1).status == "working"  # type: ignore[union-attr]
    assert answer(store, 0, looks=[looks[0]], progress=0.5) == ("answered", "answer_taken")
    assert answer(store, 0, looks=[looks[0]]) == ("answered", "answer_known")
    row = find_ask(store, "ask-1", 1)
    assert row is not None
    assert (row.status, row.parts, row.progress) == ("done", 2, 1.0)
    told = result_of(store, "ask-1")["looks"]
    assert [each["at"][17:19] for each in told] == ["01", "02"]
    assert len(result_of(store, "ask-1", after=1)["looks"]) == 1
    assert find_ask(store, "ask-1", 2) is None, "it is nobody else's"


def test_another_node_s_answer_is_not_taken(store: Store) -> None:
    ask_node(store, look(), OLGA, NOW)
    assert answer(store, 0, OTHER, status="done") == ("unanswered", "not_asked")
    assert answer(store, 0, id="ask-2", status="done") == ("unanswered", "no_ask")
    assert find_ask(store, "ask-1", 1).status == "waiting"  # type: ignore[union-attr]
    assert rows(store) == (1, 0)


def test_what_nobody_answered_is_expired_and_an_hour_later_nothing_is_left(store: Store) -> None:
    ask_node(store, look(), OLGA, NOW)
    answer(store, 0, progress=0.1)
    assert run_out(store, NOW) == 0
    late = NOW + timedelta(seconds=31)
    assert asking.status_of(find_ask(store, "ask-1", 1), late) == "expired"  # type: ignore[arg-type]
    assert run_out(store, late) == 1
    (told,) = asking.changed_since(store, 1, late, limit=10)
    assert (told.id, told.status) == ("ask-1", "expired")
    run_out(store, NOW + timedelta(seconds=KEPT_S + 1))
    assert rows(store) == (0, 0)


def test_there_are_only_so_many_at_once(store: Store) -> None:
    for n in range(MOST_OF_ONE):
        ask_node(store, look(f"ask-{n}"), OLGA, NOW)
    with pytest.raises(NotAsked, match="8 of your asks"):
        ask_node(store, look("ask-x"), OLGA, NOW)
    ask_node(store, look("ask-y", account=2), OLGA, NOW)
    later = NOW + timedelta(seconds=40)
    ask_node(store, look("ask-z"), OLGA, later)


def test_a_node_that_is_not_there_is_not_asked(store: Store) -> None:
    with pytest.raises(NotAsked, match="there is no node"):
        ask_node(store, replace(look(), node=OTHER.source), OLGA, NOW)
    said(store, NodeState(online=False), "state")
    with pytest.raises(NotAsked, match="is not connected"):
        ask_node(store, look(), OLGA, NOW)
    assert rows(store) == (0, 0)
