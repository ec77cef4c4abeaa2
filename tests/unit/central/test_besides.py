"""What a stream tells besides tickets: to whom it may be told, once each, and nothing is held for ever."""

import json
from datetime import timedelta

from broker.asks import Look
from central.api.besides import ASKS_BACK, LATE, Besides
from central.people.asker import Asker, Who
from central.store.asking import Wanted, ask_node, run_out
from central.store.configuring import Saving, save
from central.store.database import Store
from central.wall import Wall
from tests.unit.central.makers import NODE, at
from tests.unit.central.test_health_wall import there

OLGA = Asker("olga", "session", "private")


def who(account: int, role: str = "operator", scopes: frozenset[str] | None = None) -> Who:
    return Who(account, "x", "x", role, "-", scopes)  # type: ignore[arg-type]


def test_an_ask_is_told_to_its_account_alone_and_each_change_once(sqlite_store: Store) -> None:
    there(sqlite_store)
    now = at(100)
    mine, other = Besides(who(1), Wall(), now), Besides(who(2), Wall(), now)
    look = Look(id="ask-1", expires=now + timedelta(seconds=30), source="cam-1")
    ask_node(sqlite_store, Wanted(NODE.source, look, 1, "looked live"), OLGA, now)
    ((name, said),) = mine.look(sqlite_store, now)
    assert (name, json.loads(said)["status"]) == ("ask", "waiting")
    assert mine.look(sqlite_store, now + timedelta(seconds=1)) == []
    assert other.look(sqlite_store, now) == []
    late = now + timedelta(seconds=40)
    run_out(sqlite_store, late)
    ((_, said),) = mine.look(sqlite_store, late)
    assert json.loads(said) == {"id": "ask-1", "status": "expired", "progress": None, "parts": 0}
    mine.look(sqlite_store, late)
    mine.look(sqlite_store, late + LATE + timedelta(seconds=1))
    assert mine.look(sqlite_store, late + ASKS_BACK) == []
    assert len(mine) == 0


def test_a_saved_zone_is_told_to_who_may_tune_zones(sqlite_store: Store) -> None:
    there(sqlite_store)
    now = at(100)
    listeners = [
        Besides(who(1), Wall(), now),
        Besides(who(2, "viewer"), Wall(), now),
        Besides(who(3, scopes=frozenset({"ticket.view"})), Wall(), now),
    ]
    saving = Saving(NODE.source, {"sources/cam-1": {"name": "North"}}, "")
    save(sqlite_store, saving, OLGA.did("zone.edit", "cam-1"), now + timedelta(seconds=1))
    told = [each.look(sqlite_store, now + timedelta(seconds=2)) for each in listeners]
    assert [len(each) for each in told] == [1, 0, 0]
    assert json.loads(told[0][0][1]) == {
        "district": "131002", "node": "yard-7", "part": "sources/cam-1", "source": "cam-1",
        "version": 1, "status": "wanted",
    }  # fmt: skip
    later = now + LATE + timedelta(minutes=1)
    assert [listeners[0].look(sqlite_store, later) for _ in range(2)] == [[], []]
    assert len(listeners[0]) == 0
