"""Marks: what people say of tickets and situations, kept with its history, independent of the casework."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from broker.events import RuleRef, SourceRef, ZoneRef
from central.feedback.precision import Judged
from central.people.asker import Asker
from central.store.database import Store
from central.store.erasing import erase_tickets
from central.store.feedback import (
    MarksWanted,
    Missed,
    NotMarked,
    Said,
    current_marks,
    list_marks,
    mark_ticket,
    say_missed,
    take_back,
)
from central.store.feedback_tables import feedback
from central.store.judging import JudgedWanted, judged
from central.store.people_tables import audit
from tests.unit.central.casework import NOW, do, facts, later, log, report
from tests.unit.central.makers import NODE, at, event, letter, take_event
from tests.unit.central.retained import BASIS

OLGA = Asker("olga", "session", "loopback")
BOX = (0.1, 0.2, 0.3, 0.4)
MISSED = Missed("request-1", NODE.source, "cam-1", "illegal_parking", at(0), at(300), "kerb", BOX, "a van")
ALWAYS = JudgedWanted(at(0) - timedelta(days=1), at(0) + timedelta(days=1))


@pytest.fixture
def told(store: Store) -> Store:
    """One ticket that two cameras see, and another of the first camera."""
    report(store, "sit-1", box=BOX)
    report(store, "sit-2", box=(0.6, 0.6, 0.7, 0.7), zone=ZoneRef(id="gate", version="v3"))
    return store


def say(store: Store, mark: Any, number: int = 1, minutes: float = 0, **more: Any) -> Any:
    return mark_ticket(store, number, Said(mark, **more), OLGA, later(minutes))


def marks(store: Store) -> list[tuple[str | None, str | None]]:
    """What counts of everything that was told."""
    found = [(each.zone, each.mark) for each in judged(store, ALWAYS)]
    return sorted(found, key=lambda each: (each[0] or "", each[1] or ""))


def test_a_ticket_is_marked_and_the_mark_knows_by_what_it_was_opened(told: Store) -> None:
    row = say(told, "false_alarm", why="queue", words="they wait for the light")
    assert (row.mark, row.reason, row.zone, row.zone_version) == ("false_alarm", "queue", "kerb", "v1")
    assert (row.rule, row.source, row.kind, row.since) == ("kerb-cars", "cam-1", "illegal_parking", at(5))
    assert row.box == list(BOX)
    assert facts(told).state == "reported", "a mark changes no state"
    assert marks(told) == [("gate", None), ("kerb", "false_alarm")]
    line = log(told)[-1]
    assert (line.effect, line.who, line.details["why"]) == ("marked", "olga", "queue")
    assert line.reason["text"] == "olga says false_alarm (queue): they wait for the light"


def test_the_last_word_counts_and_all_of_them_are_kept(told: Store) -> None:
    first = say(told, "false_alarm", why="queue")
    assert say(told, "false_alarm", why="queue", minutes=1).number == first.number, "said already"
    say(told, "right", minutes=2)
    assert marks(told) == [("gate", None), ("kerb", "right")]
    assert say(told, None, minutes=3) is None
    assert marks(told) == [("gate", None), ("kerb", None)]
    history = list_marks(told, MarksWanted(history=True), limit=9)
    assert [(row.mark, row.ended) for row in history] == [("right", later(3)), ("false_alarm", later(2))]
    assert list_marks(told, MarksWanted(), limit=9) == []
    with told.read() as connection:
        said = connection.execute(select(audit.c.why).where(audit.c.action == "ticket.mark")).scalars().all()
    assert said == ["olga says false_alarm (queue)", "olga says right", "olga says unmarked"]


def test_what_is_said_of_one_situation_counts_before_what_is_said_of_its_ticket(told: Store) -> None:
    report(told, "sit-3", box=BOX, source=SourceRef(id="cam-1", kind="camera"), since=at(4))
    say(told, "right")
    say(told, "false_alarm", why="seen_wrongly", situation="sit-1", node=NODE.source)
    found = {each.mark for each in judged(told, replace(ALWAYS, zone="kerb"))}
    assert "false_alarm" in found
    assert {row.subject for row in current_marks(told, 1)} == {"", "sit-1"}


def test_rejecting_a_ticket_says_that_it_was_a_false_alarm(told: Store) -> None:
    do(told, "olga", "reject", reason="a shadow")
    (row,) = current_marks(told, 1)
    assert (row.mark, row.reason, row.words, row.who) == ("false_alarm", "other", "a shadow", "olga")
    say(told, "false_alarm", number=2, why="queue")
    do(told, "olga", "reject", number=2, reason="as I said")
    (row,) = current_marks(told, 2)
    assert row.reason == "queue", "the reason that was given is the better one"


def test_marking_right_what_was_rejected_is_possible(told: Store) -> None:
    do(told, "olga", "reject", reason="a shadow")
    say(told, "right", minutes=5)
    assert facts(told).state == "false_alarm"
    assert [row.mark for row in current_marks(told, 1)] == ["right"]


def test_something_was_missed(told: Store) -> None:
    row = say_missed(told, MISSED, OLGA, NOW)
    assert say_missed(told, MISSED, OLGA, later(1)).number == row.number
    with pytest.raises(NotMarked) as refused:
        say_missed(told, replace(MISSED, kind="stall"), OLGA, later(1))
    assert refused.value.code == "request_reused"
    assert marks(told) == [("gate", None), ("kerb", None), ("kerb", "missed")]
    take_back(told, row.number, OLGA, later(2))
    assert marks(told) == [("gate", None), ("kerb", None)]
    with pytest.raises(NotMarked, match="nothing missed"):
        take_back(told, row.number, OLGA, later(3))


def test_marks_are_found_by_place_kind_and_time(told: Store) -> None:
    say(told, "right")
    say(told, "false_alarm", number=2, why="test")
    say_missed(told, MISSED, OLGA, NOW)

    def found(**wanted: Any) -> list[str]:
        return [row.mark for row in list_marks(told, MarksWanted(**wanted), limit=9)]

    assert found() == ["missed", "false_alarm", "right"]
    assert found(zone="gate") == ["false_alarm"]
    assert found(mark="right", source="cam-1", kind="illegal_parking") == ["right"]
    assert found(since=at(1)) == ["false_alarm", "right"]
    assert found(until=at(1)) == ["missed"]
    assert found(node="gewu://131002/other") == []


def test_what_cannot_be_marked_is_refused(told: Store) -> None:
    with pytest.raises(NotMarked, match="has no situation nobody"):
        say(told, "right", situation="nobody")
    do(told, "olga", "merge", number=2, into=1)
    with pytest.raises(NotMarked) as refused:
        say(told, "right", number=2)
    assert (refused.value.code, refused.value.allowed) == ("merged", "T-000001")


def test_a_later_version_of_the_zone_does_not_take_over_what_an_earlier_one_opened(told: Store) -> None:
    new = {
        "zone": ZoneRef(id="kerb", version="v2"),
        "rule": RuleRef(id="kerb-cars", kind="dwell", version="v2"),
    }
    updated = event("updated", 1, subject="sit-1", box=BOX, **new)
    take_event(told, letter(updated.encode()), updated)
    (one,) = (each for each in judged(told, ALWAYS) if each.zone == "kerb")
    assert isinstance(one, Judged)
    assert (one.zone_version, one.rule_version) == ("v1", "v1")


def test_marks_go_with_their_ticket(told: Store) -> None:
    say(told, "right")
    say_missed(told, MISSED, OLGA, NOW)
    with told.write() as connection:
        erase_tickets(connection, [1, 2], NOW, BASIS.zone)
    with told.read() as connection:
        assert [row.mark for row in connection.execute(select(feedback))] == ["missed"]
