"""Asking nodes through a live centre: over real HTTP, a real broker, and a node's end of the wire."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.brokers import Mosquitto
from tests.centre import Centre, until
from tests.e2e.asking import AskedNode
from tests.unit.central.makers import NODE
from tests.workers import Worker


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre]) -> Centre:
    made = make_centre(mosquitto_broker.url)
    made.start()
    return made


@pytest.fixture
def node(mosquitto_broker: Mosquitto, centre: Centre) -> Iterator[AskedNode]:
    with AskedNode(mosquitto_broker.url, NODE) as made:
        until(lambda: any(each["node"] == NODE.source for each in centre.get("/api/sources")["nodes"]))
        yield made


@pytest.fixture
def olga(centre: Centre) -> Iterator[httpx.Client]:
    worker = Worker(centre, "olga", "operator")
    yield worker.client
    worker.close()


def messages(lines: Iterator[str], name: str) -> Iterator[dict[str, Any]]:
    """The data of each event of this name."""
    for line in lines:
        if line == f"event: {name}":
            yield json.loads(next(lines).removeprefix("data: "))


def test_a_question_goes_to_the_node_and_its_answer_is_read_and_heard_of(
    centre: Centre, node: AskedNode, olga: httpx.Client
) -> None:
    asked = {"node": NODE.name, "command": "inspect", "source": "cam-1"}
    with olga.stream("GET", "/api/stream") as stream:
        told = messages(stream.iter_lines(), "ask")
        made = olga.post("/api/asks", json=asked)
        assert made.status_code == 202, made.text
        name = made.json()["id"]
        command = node.next()
        assert (command.id, command.command, command.source) == (name, "inspect", "cam-1")
        node.answer(command, 0, "working", progress=0.5)
        node.answer(command, 1, "done", settings={"id": "cam-1", "zones": []})
        heard = next(each for each in told if each["status"] == "done")
        assert heard == {"id": name, "status": "done", "progress": 1.0, "parts": 2}
    answer = olga.get(f"/api/asks/{name}").json()
    assert answer["status"] == "done"
    assert answer["result"] == {"settings": {"id": "cam-1", "zones": []}}
    assert centre.get("/api/audit", action="ask.inspect")["items"][0]["why"] == "read the settings of cam-1"
    with centre.client() as chief:
        assert chief.get(f"/api/asks/{name}").status_code == 404, "it is olga's"


def test_who_may_not_is_told_so_and_what_is_wrong_is_named(
    centre: Centre, node: AskedNode, olga: httpx.Client
) -> None:
    discover = {"node": NODE.name, "command": "discover"}
    refused = olga.post("/api/asks", json=discover)
    assert (refused.status_code, refused.json()["where"]) == (403, "body.command")
    with centre.client() as chief:
        assert chief.post("/api/asks", json=discover).status_code == 202
    for asked, status in (
        ({"node": NODE.name, "command": "dance"}, 422),
        ({"node": "nowhere", "command": "look", "source": "cam-1"}, 422),
        ({"node": "131002/yard-99", "command": "look", "source": "cam-1"}, 404),
        ({"node": NODE.name, "command": "look", "source": "cam-1", "width": 9}, 422),
        ({"node": NODE.name, "command": "look", "source": "cam-1", "id": "mine"}, 422),
    ):
        assert olga.post("/api/asks", json=asked).status_code == status, asked
    look = {"node": NODE.name, "command": "look", "source": "cam-1"}
    answers = [olga.post("/api/asks", json=look) for _ in range(9)]
    assert [each.status_code for each in answers] == [202] * 8 + [429]
    assert answers[-1].headers["retry-after"] == "5"
