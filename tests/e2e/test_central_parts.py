"""Several processes on one PostgreSQL: two that take events, two that answer, one way of seeing it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.embedded import EmbeddedBroker
from broker.topics import Address
from tests.centre import Centre, Wire, until
from tests.e2e.asking import AskedNode
from tests.unit.central.makers import NODE, event

TICKETS = 40


@pytest.fixture
def parts(
    make_centre: Callable[..., Centre], embedded_broker: EmbeddedBroker, postgres_url: str, tmp_path: Path
) -> tuple[list[Centre], list[Centre]]:
    """Two that take events, and two that answer. They share a folder, as they share a volume."""
    shared = {"storage": {"directory": str(tmp_path / "shared")}, "database": {"url": postgres_url}}
    made = [make_centre(embedded_broker.url, **shared) for _ in range(4)]
    for centre, only in zip(made, ("ingest", "ingest", "api", "api"), strict=True):
        centre.start("--only", only, well=False)
    for centre in made:
        until(centre.well, centre.said())
    return made[:2], made[2:]


def test_two_that_take_and_two_that_answer_are_one_centre(
    parts: tuple[list[Centre], list[Centre]], embedded_broker: EmbeddedBroker, make_wire: Callable[..., Wire]
) -> None:
    takers, answering = parts
    wire = make_wire(embedded_broker.url, NODE)
    told = [event("opened", 0, subject=f"sit-{n}") for n in range(TICKETS)]
    wire.send(*(each.encode() for each in told), *(each.encode() for each in told[:5]))
    for each in told:
        assert wire.receipt(each.id).status == "committed"
    one, other = answering
    with one.client() as first:
        other._session = dict(first.headers)  # one sign-in holds at both
        seen = [each.get("/api/tickets", limit=200) for each in answering]
        assert seen[0] == seen[1]
        assert len(seen[0]["items"]) == TICKETS
        assert one.get("/api/summary") == other.get("/api/summary")
        number = seen[0]["items"][-1]["number"]
        assert one.get(f"/api/tickets/{number}") == other.get(f"/api/tickets/{number}")
    taken = [_count(each) for each in takers]
    assert sum(taken) == TICKETS + 5
    assert all(taken), "each took some"
    leads = [each for each in takers if "this process leads" in each.said()]
    assert len(leads) == 1, "of two that take events one does what follows"
    _each_answers_its_own(takers, answering)
    with AskedNode(embedded_broker.url, Address("131002", "yard-9")) as node:
        _a_question_comes_back_and_a_configuration_goes_out(node, one, other)
    embedded_broker.stop()
    assert one.well(), "who answers needs no broker"
    embedded_broker.start()
    last = event("opened", 0, subject="sit-last")
    assert wire.insist(last.encode(), last.id).status == "committed"
    assert other.tickets()[0]["number"] == f"T-{TICKETS + 1:06d}"
    assert [each.stop() for each in (*takers, *answering)] == [0, 0, 0, 0]


def _a_question_comes_back_and_a_configuration_goes_out(node: AskedNode, one: Centre, other: Centre) -> None:
    """Asked at one process, sent once by another, answered in parts at any, read at a fourth."""
    asked = {"node": node.address.name, "command": "discover"}
    with one.client() as client:
        made = until(lambda: (a := client.post("/api/asks", json=asked)).status_code == 202 and a, "asked")
        path = f"/api/asks/{made.json()['id']}"
        command = node.next()
        for n in range(20):
            cameras = [{"address": f"http://192.0.2.{n}/"}]
            node.answer(command, n, "done" if n == 19 else "part", cameras=cameras)
        until(lambda: client.get(path).json()["status"] == "done", "answered")
        found = [each["address"] for each in other.get(path)["result"]["cameras"]]
        assert found == [f"http://192.0.2.{n}/" for n in range(20)]
        assert len(node.asked) == 1
        saved = {"base": 0, "settings": {"name": "street-s"}}
        where = f"/api/configurations/{node.address.name}/sections/model"
        assert client.put(where, json=saved).status_code == 200
        until(lambda: [each.version for each in node.wanted] == ["v1"], "published")


def _each_answers_its_own(takers: list[Centre], answering: list[Centre]) -> None:
    assert "set-up" not in takers[0].said()
    assert [httpx.get(f"{takers[0].url}{path}").status_code for path in ("/", "/api/tickets")] == [404, 404]
    checks = [set(httpx.get(f"{each.url}/healthz").json()["checks"]) for each in (takers[0], answering[0])]
    assert checks == [{"database", "broker", "disk", "retention"}, {"database", "disk", "retention"}]


def _count(taker: Centre) -> float:
    lines = httpx.get(f"{taker.url}/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2]) for line in lines if line.startswith("gewu_central_events_total")
    )


def test_a_part_alone_needs_a_server(
    make_centre: Callable[..., Centre], embedded_broker: EmbeddedBroker
) -> None:
    centre: Any = make_centre(embedded_broker.url)
    centre.start("--only", "api", well=False)
    assert centre.died() == 1
    assert "--only api: several processes need PostgreSQL (database.url)" in centre.said()
