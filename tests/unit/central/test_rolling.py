"""Roll-outs over a database: a step at a time, stopped by what nodes say, taken back, resumed, aborted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from broker.messages import NodeState, ReportedConfiguration
from broker.topics import Address
from central.people.asker import Asker
from central.store.audit import Asked, lines
from central.store.configuration_tables import configurations
from central.store.configuring import Saving, body_of, save
from central.store.database import Store
from central.store.publishing import newest_of
from central.store.rolling import NotDone, Wanted, any_running, drive, make_rollout, step_by_people
from central.store.rollouts_view import find_rollout, list_rollouts
from central.wall import Wall
from tests.unit.central.desk import Desk
from tests.unit.central.makers import at
from tests.unit.central.test_health_wall import pulse, says, there

CHIEF = Asker("chief", "session", "private")
NODES = [Address("131002", f"yard-{n}") for n in range(1, 5)]
SOAK = 100.0


class City:
    """Four nodes that do as they are told, and a clock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = 1000.0
        self.wall = Wall(iter(range(0, 100_000, 100)).__next__)
        self.fps = {node.source: 5.0 for node in NODES}
        self.refuses: set[str] = set()
        self.began: dict[str, float] = {}
        for node in NODES:
            there(store, node, cameras=2)
        self.beat()

    def beat(self) -> None:
        """Every node says how it fares."""
        for node in NODES:
            uptime_s = self.now - self.began.get(node.source, 0.0)
            pulse(self.store, self.now, node, fps=self.fps[node.source], uptime_s=uptime_s)

    def answer(self) -> None:
        """What is wanted is applied, or refused."""
        with self.store.read() as connection:
            wanted = select(configurations).where(configurations.c.status == "wanted")
            rows = connection.execute(wanted.order_by(configurations.c.node, configurations.c.number)).all()
        for row in rows:
            status: Any = "refused" if row.node in self.refuses else "applied"
            told = ReportedConfiguration(
                version=f"v{row.number}", sha256=row.sha256, status=status, at=at(self.now)
            )
            says(self.store, told, "reported", Address.of(row.node), self.now)

    def go(self, seconds: float = 10.0, times: int = 1) -> None:
        """So much later, everybody spoke, and the roll-outs took a step."""
        for _ in range(times):
            self.now += seconds
            self.beat()
            views = {view.words.node: view for view in self.wall.views(self.store)}
            for number in any_running(self.store):
                drive(self.store, number, views, at(self.now))
            self.answer()

    def begin(self, **changes: Any) -> int:
        given: dict[str, Any] = {"request": "request-1", "why": "a faster model", "soak_s": SOAK}
        given |= {"change": {"model": {"name": "street-l"}}, "nodes": [n.source for n in NODES]}
        given |= {"stages": ["1", "50%", "100%"], "patience_s": 50.0}
        return make_rollout(self.store, Wanted(**(given | changes)), CHIEF, at(self.now))

    def states(self, number: int = 1) -> tuple[str, list[str]]:
        found = find_rollout(self.store, number)
        assert found is not None
        return found[0].state, [row.state for row in found[1]]

    def wanted(self, n: int) -> Any:
        row = newest_of(self.store, NODES[n].source)
        return None if row is None else body_of(row)

    def step(self, step: Any, **more: Any) -> None:
        version = list_rollouts(self.store, limit=1)[0][0].version
        step_by_people(self.store, 1, step, version, CHIEF, "", at(self.now), **more)


@pytest.fixture
def city(sqlite_store: Store) -> City:
    return City(sqlite_store)


def test_it_goes_on_stage_by_stage_while_all_fare_well(new_store: Callable[[], Store]) -> None:
    city = City(new_store())
    assert city.begin() == city.begin() == 1, "asked twice is once"
    city.go()
    assert city.states() == ("applying", ["sent", "waiting", "waiting", "waiting"])
    city.go()
    assert city.states()[0] == "soaking"
    city.go(SOAK)
    assert city.states() == ("applying", ["well", "waiting", "waiting", "waiting"])
    assert (city.wanted(0), city.wanted(1)) == ({"model": {"name": "street-l"}}, None)
    city.go(times=2)
    city.go(SOAK)
    city.go(times=2)
    city.go(SOAK)
    assert city.states() == ("done", ["well"] * 4)
    assert any_running(city.store) == []
    assert [line.about for line in lines(city.store, Asked(action="rollout.make"), limit=9)] == ["roll-out 1"]


def test_a_model_that_ends_its_node_is_taken_back(city: City) -> None:
    city.begin()
    city.go(times=2)
    assert city.states()[0] == "soaking"
    city.began[NODES[0].source] = city.now  # it is back at once
    city.go(times=2)
    assert city.states()[1][0] == "doubtful"
    city.go(SOAK / 2)
    assert city.states() == ("stopped", ["taken_back", "waiting", "waiting", "waiting"])
    assert city.wanted(0) == {}


def test_worse_health_stops_it_and_takes_back_the_failing_stage_alone(city: City) -> None:
    before = {"model": {"name": "street-s"}}
    said = CHIEF.did("configuration.save", "yard-2")
    save(city.store, Saving(NODES[1].source, before, "the usual"), said, at(city.now))
    city.go()
    city.begin()
    city.go(times=2)
    city.go(SOAK)
    city.go(times=2)
    assert city.wanted(1) == {"model": {"name": "street-l"}}
    city.fps[NODES[1].source] = 1.0
    city.go(times=2)
    assert city.states() == ("soaking", ["well", "doubtful", "waiting", "waiting"])
    city.go(SOAK / 2)
    assert city.states() == ("stopped", ["well", "taken_back", "waiting", "waiting"])
    assert (city.wanted(1), city.wanted(0)) == (before, {"model": {"name": "street-l"}})
    found = find_rollout(city.store, 1)
    assert found is not None
    assert "cam-1 looks at 1 frames a second and did at 5" in found[0].reason["text"]
    assert found[1][1].after["sources"]["cam-1"]["fps"] == 1.0
    (line,) = lines(city.store, Asked(action="rollout.stop"), limit=9)
    assert line.who == "centre"
    city.fps[NODES[1].source] = 5.0
    city.step("resume")
    city.go(times=2)
    city.go(SOAK)
    assert city.states()[1][:2] == ["well", "well"]


def test_a_node_that_refuses_stops_it_and_abort_takes_back_everything(city: City) -> None:
    city.begin(stages=["1", "2", "4"])
    city.refuses = {NODES[1].source}
    city.go(times=2)
    city.go(SOAK)
    city.go(times=2)
    assert city.states() == ("stopped", ["well", "taken_back", "waiting", "waiting"])
    with pytest.raises(NotDone, match="stop is not allowed in the state stopped; allowed: resume, abort"):
        city.step("stop")
    city.step("abort", take_back=True)
    assert city.states() == ("aborted", ["taken_back", "taken_back", "waiting", "waiting"])
    assert city.wanted(0) == {}
    with pytest.raises(NotDone, match="it has changed meanwhile"):
        step_by_people(city.store, 1, "resume", 1, CHIEF, "", at(city.now))


def test_cameras_get_it_each_and_what_others_saved_since_stays(city: City) -> None:
    city.begin(change={"sources": {"sample": 1.0}}, stages=["100%"])
    city.go()
    assert city.wanted(0) == {"sources": [{"id": "cam-1", "sample": 1.0}, {"id": "cam-2", "sample": 1.0}]}
    said = CHIEF.did("zone.edit", "yard-1")
    mine = {"sources/cam-1": {"sample": 9.0}}
    save(city.store, Saving(NODES[0].source, mine, "by hand"), said, at(city.now))
    city.step("stop")
    assert city.wanted(0) == {"sources": [{"id": "cam-1", "sample": 9.0}]}
    assert city.wanted(1) == {}


def test_nodes_that_are_away_are_left_out(city: City) -> None:
    says(city.store, NodeState(online=False), "state", NODES[0], city.now)
    city.begin(stages=["1", "100%"])
    city.go()
    assert city.states()[1][0] == "waiting"
    city.go(60)
    assert city.states() == ("soaking", ["away", "waiting", "waiting", "waiting"])
    assert city.wanted(0) is None


def test_what_cannot_be_begun_says_why(city: City) -> None:
    city.begin()
    for changes, code in (
        ({"request": "request-2"}, "busy"),
        ({"why": "x", "change": {"model": {}}}, "request_reused"),
        ({"request": "request-3", "nodes": ["gewu://131002/yard-99"]}, "no_node"),
    ):
        with pytest.raises(NotDone) as told:
            city.begin(**changes)
        assert told.value.code == code
    assert [counts for _, counts in list_rollouts(city.store, limit=9)] == [{"waiting": 4}]


def test_over_http_it_is_begun_looked_at_and_stopped(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for node in NODES:
        there(desk.store, node)
    chief = desk.as_role("administrator")
    asked = {"request": "request-1", "why": "a faster model", "nodes": [node.name for node in NODES]}
    asked |= {"change": {"model": {"name": "street-l"}}}
    for change in ({"trust": {}}, {"sources": {"url": "rtsp://a:b@cam"}}, {}):
        bad = desk.ask("POST", "/api/rollouts", headers=chief, json=asked | {"change": change})
        assert bad.status_code == 422, change
    made = desk.ask("POST", "/api/rollouts", headers=chief, json=asked)
    assert (made.status_code, made.json()["stages"]) == (201, [1, 4]), made.text
    path = f"/api/rollouts/{made.json()['id']}"
    assert [each["state"] for each in desk.ask("GET", path, headers=chief).json()["each"]] == ["waiting"] * 4
    drive(desk.store, 1, {view.words.node: view for view in Wall().views(desk.store)}, at(5000.0))
    stale = desk.ask("POST", f"{path}/stop", headers=chief, json={"version": 9})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_since")
    stopped = desk.ask("POST", f"{path}/stop", headers=chief, json={"version": 1, "why": "not today"}).json()
    assert (stopped["state"], stopped["reason"]["text"]) == ("stopped", "not today")
    assert stopped["nodes"] == {"taken_back": 1, "waiting": 3}
    again = desk.ask("POST", f"{path}/stop", headers=chief, json={"version": 2})
    assert (again.status_code, again.json()["code"]) == (409, "state")
    (item,) = desk.ask("GET", "/api/rollouts", headers=desk.as_role("operator")).json()["items"]
    assert item["by"] == "administrator"
    desk.close()
