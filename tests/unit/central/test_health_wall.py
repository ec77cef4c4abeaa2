"""How sources and nodes fare: pages, filters, figures of a day, and what a stream tells of changes."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from broker.events import Reason, SourceRef
from broker.messages import About, NodeHealth, NodeState, SourceAbout, SourceReport
from broker.topics import Address
from central.api import guard
from central.api.besides import THINNED, Besides
from central.letters import Letter, Word
from central.people.asker import Who
from central.store.configuration_tables import health_slots
from central.store.database import Store
from central.store.pulses import SLOT_S, SLOTS, drop_pulses, pulses_of
from central.store.still_rows import Arrived, keep_still
from central.store.taking import take
from central.wall import FRESH_S, Wall
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, at, health, letter, take_event

OTHER, BARE = Address("131002", "yard-8"), Address("131002", "yard-9")
FULL = Reason(code="disk_full", text="the disk is full")


def says(store: Store, message: Any, channel: str, node: Address, seconds: float) -> None:
    topic = node.topic("config/reported" if channel == "reported" else channel)
    take(store, [Word(Letter(node.source, topic, b"", at(seconds)), channel, message)])  # type: ignore[arg-type]


def pulse(
    store: Store, seconds: float = 10, node: Address = NODE, *, state: str = "ok", fps: float = 5, **more: Any
) -> None:
    report = SourceReport(id="cam-1", state=state, frames=9, dropped=1, fps=fps, delay_s=0.4)  # type: ignore[arg-type]
    told = {"at": at(seconds), "uptime_s": 5, "pending": 3, "evidence_pending": 1, "disk_free_mb": 900}
    says(store, NodeHealth(sources=[report], **(told | more)), "health", node, seconds)


def there(store: Store, node: Address = NODE, *, online: bool = True, cameras: int = 1) -> None:
    says(store, NodeState(online=online, epoch="boot-1", highest=0), "state", node, 1)
    refs = [SourceRef(id=f"cam-{n + 1}", kind="camera", name=f"Mast {n + 1}") for n in range(cameras)]
    sources = [SourceAbout(source=ref, place="Shoe Street") for ref in refs]
    said = About(at=at(1), software="0.1.0", configuration="0" * 64, model="street-s", sources=sources)
    says(store, said, "about", node, 1)


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    there(made.store, cameras=2)
    there(made.store, OTHER, online=False)
    pulse(made.store, temperature_c=61.5, troubles=[FULL])
    yield made
    made.close()


def asked(ours: Desk, **parameters: Any) -> dict[str, Any]:
    ours.parts.wall._looked = float("-inf")
    answer = ours.ask("GET", "/api/health/sources", params=parameters, headers=ours.as_role("viewer"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["node"].rpartition("/")[2], item["id"]) for item in answer["items"]]


def test_every_source_is_on_one_page_or_the_next_with_its_node(ours: Desk) -> None:
    keep_still(ours.store, Arrived("a" * 64, NODE.source, "cam-1", at(2), at(3), 1000))
    whole = asked(ours)
    assert names(whole) == [("yard-7", "cam-1"), ("yard-7", "cam-2"), ("yard-8", "cam-1")]
    first, second, third = whole["items"]
    assert [each["fares"] for each in (first, second, third)] == ["well", "unknown", "unknown"]
    assert (first["report"]["fps"], first["still"]["sha256"], second["still"]) == (5, "a" * 64, None)
    node, other = whole["nodes"]
    assert (node["temperature_c"], node["troubles"][0]["code"], node["pending"]) == (61.5, "disk_full", 3)
    assert (node["model"], node["online"], other["online"]) == ("street-s", True, False)
    assert whole["totals"] == {"sources": 3, "well": 1, "unwell": 0, "unknown": 2, "nodes": 2, "offline": 1}
    one = asked(ours, limit=2)
    rest = asked(ours, limit=2, cursor=one["next"])
    assert (names(one) + names(rest), rest["next"]) == (names(whole), None)


def test_a_node_without_any_source_is_told_of_once(ours: Desk) -> None:
    says(ours.store, NodeState(online=True, epoch="boot-1", highest=0), "state", BARE, 1)
    first = asked(ours, limit=2)
    assert [each["node"].rpartition("/")[2] for each in first["nodes"]] == ["yard-7", "yard-9"]
    assert (first["totals"]["nodes"], first["totals"]["sources"]) == (3, 3)
    assert [each["node"] for each in asked(ours, limit=2, cursor=first["next"])["nodes"]] == [OTHER.source]
    for none in ({"kind": "camera"}, {"fares": "well"}, {"online": False}, {"q": "mast"}):
        assert BARE.source not in [each["node"] for each in asked(ours, **none)["nodes"]]
    assert asked(ours, node="131002/yard-9")["totals"]["nodes"] == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"fares": "well"}, [("yard-7", "cam-1")]),
        ({"fares": "unwell"}, []),
        ({"online": False}, [("yard-8", "cam-1")]),
        ({"node": "131002/yard-8"}, [("yard-8", "cam-1")]),
        ({"q": "mast 2"}, [("yard-7", "cam-2")]),
        ({"q": "shoe", "kind": "drone"}, []),
    ],
)
def test_filters(ours: Desk, filters: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert names(asked(ours, **filters)) == found


def test_what_stands_makes_a_source_unwell(ours: Desk) -> None:
    raised = health("raised", 1)
    take_event(ours.store, letter(raised.encode()), raised)
    (found,) = asked(ours, fares="unwell")["items"]
    assert (found["id"], found["conditions"][0]["condition"]) == ("cam-1", "signal_loss")
    assert names(asked(ours, q="signal_l")) == [("yard-7", "cam-1")]


def test_figures_of_a_day_are_one_row_a_quarter_and_bounded(new_store: Callable[[], Store]) -> None:
    store = new_store()

    def rows() -> int:
        with store.read() as connection:
            return connection.execute(select(func.count()).select_from(health_slots)).scalar_one()

    for quarter in range(SLOTS + 4):
        pulse(store, quarter * SLOT_S + 5, fps=quarter)
        pulse(store, quarter * SLOT_S + 65, fps=99)
    assert rows() == SLOTS
    last = (SLOTS + 3) * SLOT_S + 100
    told = pulses_of(store, [NODE.source], at(last))[NODE.source]
    assert [row.body["sources"]["cam-1"][0] for row in told] == list(range(4, SLOTS + 4))
    assert (told[0].body["queue"], told[0].body["disk"]) == (3, 900)
    drop_pulses(store, at(last))
    assert rows() == SLOTS
    drop_pulses(store, at(last + 3 * 86_400))
    assert rows() == 0, "a silent node's figures go"


def test_history_is_given_where_it_is_asked_for(ours: Desk) -> None:
    pulse(ours.store, (guard.now() - at(0)).total_seconds())
    item = asked(ours, history=True)["items"][0]
    assert (item["history"]["fps"], item["history"]["delay_s"]) == ([5.0], [0.4])
    node = asked(ours, history=True)["nodes"][0]
    assert (node["history"]["queue"], len(node["history"]["at"])) == ([3], 1)
    assert asked(ours)["items"][0]["history"] is None


def test_a_stream_is_told_of_nodes_that_changed_now_and_then(ours: Desk) -> None:
    clock = iter(n * (FRESH_S + 1) for n in range(99))
    wall, now = Wall(lambda: next(clock)), guard.now()
    viewer = Who(1, "viewer", "viewer", "viewer", "-")
    besides = Besides(viewer, wall, now)
    assert besides.look(ours.store, now) == [], "the page reads what is so itself"
    pulse(ours.store, 20, troubles=[FULL])
    assert besides.look(ours.store, now + THINNED) == [], "nothing that matters changed"
    pulse(ours.store, 30, state="lost")
    assert besides.look(ours.store, now + THINNED + timedelta(seconds=1)) == [], "not so soon again"
    ((name, said),) = besides.look(ours.store, now + 2 * THINNED)
    assert name == "health"
    assert json.loads(said) == {
        "node": NODE.source, "online": True, "unwell": 1, "troubles": [], "sources": ["cam-1"],
    }  # fmt: skip
    assert len(wall) == 2


def test_what_changes_before_the_first_look_is_told_too(ours: Desk) -> None:
    clock = iter(n * (FRESH_S + 1) for n in range(99))
    wall, now = Wall(lambda: next(clock)), guard.now()
    besides = Besides(Who(1, "viewer", "viewer", "viewer", "-"), wall, now)
    besides.begin(ours.store)
    pulse(ours.store, 30, state="lost")
    ((name, _),) = besides.look(ours.store, now)
    assert name == "health"
