"""What a node told of a source's settings: what of that is its own file's, and what a version's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from broker.asks import Answer, Inspect
from broker.messages import NodeState, ReportedConfiguration
from central.letters import Letter, Word
from central.people.asker import Asker
from central.store.asking import Wanted, ask_node
from central.store.configuring import Saving, configurations_of, save
from central.store.database import Store
from central.store.inspected import settings_told
from central.store.marked import zones_of
from central.store.taking import take
from tests.unit.central.makers import NODE, at

OLGA = Asker("olga", "session", "private")
FILE = {"id": "cam-1", "zones": [{"id": "lane"}], "ground": {"points": [1, 2, 3, 4]}, "sample": 5}
TAKEN = {"points": []}


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """With a node that is there."""
    made = new_store()
    hears(made, "state", NodeState(online=True, epoch="boot-1", highest=0, at=at(0)), 0)
    return made


def hears(store: Store, channel: Any, message: Any, seconds: float) -> None:
    take(store, [Word(Letter(NODE.source, NODE.topic("answer"), b"{}", at(seconds)), channel, message)])


def saved(store: Store, body: Any, seconds: float) -> int:
    said = OLGA.did("zone.edit", "131002/yard-7/cam-1")
    return save(store, Saving(NODE.source, {"sources/cam-1": body}, "tried", None), said, at(seconds))


def applied(store: Store, number: int, seconds: float) -> None:
    row = next(each for each in configurations_of(store, NODE.source, limit=9) if each.number == number)
    told = {"version": f"v{number}", "sha256": row.sha256, "status": "applied", "at": at(seconds)}
    hears(store, "reported", ReportedConfiguration.model_validate(told), seconds)


def inspected(store: Store, settings: Any, asked: float, answered: float) -> None:
    """The node is asked what it does, and says it."""
    ask = Inspect(id=f"ask-{asked:g}", expires=at(asked) + timedelta(seconds=60), source="cam-1")
    ask_node(store, Wanted(NODE.source, ask, 1, "read"), OLGA, at(asked))
    facts = {"id": ask.id, "number": 0, "at": at(answered), "status": "done", "settings": settings}
    hears(store, "answer", Answer.model_validate(facts), answered)


def test_what_a_node_tells_without_a_version_is_its_own_files(store: Store) -> None:
    assert settings_told(store, NODE.source, "cam-1") is None
    inspected(store, FILE, 10, 11)
    assert settings_told(store, NODE.source, "cam-1") == FILE


def test_what_it_told_while_a_version_ran_is_not_taken_for_its_own_files_once_that_is_taken_back(
    store: Store,
) -> None:
    applied(store, saved(store, {"ground": TAKEN}, 10), 12)
    back = saved(store, None, 20)
    inspected(store, FILE | {"ground": TAKEN}, 21, 22)  # it has not heard of it yet
    applied(store, back, 25)
    assert settings_told(store, NODE.source, "cam-1") == {
        "id": "cam-1",
        "zones": [{"id": "lane"}],
        "sample": 5,
    }, "whether its own file has a calibration is not known"
    inspected(store, FILE, 30, 31)
    assert settings_told(store, NODE.source, "cam-1") == FILE


def test_a_version_that_was_taken_back_long_before_says_nothing_of_what_is_told_since(store: Store) -> None:
    applied(store, saved(store, {"ground": TAKEN}, 10), 12)
    applied(store, saved(store, {"sample": 2}, 20), 25)
    inspected(store, FILE | {"sample": 2}, 30, 31)
    saved(store, None, 40)
    told = {key: FILE[key] for key in FILE if key != "sample"}
    assert settings_told(store, NODE.source, "cam-1") == told


def test_a_version_that_came_while_it_answered_counts_too(store: Store) -> None:
    ask = Inspect(id="ask-10", expires=at(90), source="cam-1")
    ask_node(store, Wanted(NODE.source, ask, 1, "read"), OLGA, at(10))
    applied(store, saved(store, {"ground": TAKEN}, 11), 12)
    facts = {"id": ask.id, "number": 0, "at": at(13), "status": "done", "settings": FILE | {"ground": TAKEN}}
    hears(store, "answer", Answer.model_validate(facts), 13)
    applied(store, saved(store, None, 20), 22)
    told = settings_told(store, NODE.source, "cam-1")
    assert told is not None
    assert "ground" not in told


def test_zones_of_a_version_that_was_taken_back_are_not_tried(store: Store) -> None:
    applied(store, saved(store, {"zones": [{"id": "drawn"}]}, 10), 12)
    inspected(store, FILE | {"zones": [{"id": "drawn"}]}, 14, 15)
    known = zones_of(store, NODE.source, "cam-1")
    assert known is not None
    assert known.zones == [{"id": "drawn"}]
    applied(store, saved(store, None, 20), 22)
    assert zones_of(store, NODE.source, "cam-1") is None
    inspected(store, FILE, 30, 31)
    known = zones_of(store, NODE.source, "cam-1")
    assert known is not None
    assert known.zones == [{"id": "lane"}]
