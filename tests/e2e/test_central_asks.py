"""What people want of a node, through a live centre and a real broker: asks, zones, new sources."""

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest

from broker.events import SourceRef, ZoneRef
from broker.messages import About, DesiredConfiguration, ReportedConfiguration, SourceAbout, ZoneAbout
from tests.centre import Centre, Wire, until
from tests.e2e.asking import AskedNode, Street, messages, street
from tests.unit.central.makers import NODE, event
from tests.unit.central.test_configuration import zone

PATH = f"/api/zones/{NODE.name}/cam-1"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with street(tmp_path_factory.mktemp("street")) as made:
        yield made


@pytest.fixture
def node(standing: Street) -> AskedNode:
    standing.node.asked.clear()
    standing.node.wanted.clear()
    return standing.node


@pytest.fixture
def centre(standing: Street) -> Centre:
    return standing.centre


@pytest.fixture
def olga(standing: Street) -> httpx.Client:
    return standing.olga


def tells(node: AskedNode, version: str) -> None:
    told = ZoneAbout(id="kerb", version=version, polygon=[(0, 0), (1, 0), (1, 1)], kinds=["illegal_parking"])
    sources = [SourceAbout(source=SourceRef(id="cam-1", kind="camera"), zones=[told])]
    at = datetime.now(timezone.utc)
    node.say("about", About(at=at, software="1", configuration="0" * 64, sources=sources))


def reports(node: AskedNode, wanted: DesiredConfiguration, status: str, **more: Any) -> None:
    said = {"version": wanted.version, "sha256": wanted.sha256, "status": status} | more
    at = datetime.now(timezone.utc)
    node.say("config/reported", ReportedConfiguration.model_validate(said | {"at": at}))


def wanted(node: AskedNode, version: str) -> DesiredConfiguration:
    found: DesiredConfiguration = until(
        lambda: next((each for each in node.wanted if each.version == version), None), version
    )
    return found


def status(olga: httpx.Client) -> tuple[int, str]:
    answer = olga.get(PATH).json()
    return answer["version"], answer["status"]


def test_a_question_goes_to_the_node_and_its_answer_is_read_and_heard_of(
    centre: Centre, node: AskedNode, olga: httpx.Client
) -> None:
    asked = {"node": NODE.name, "command": "inspect", "source": "cam-1"}
    with olga.stream("GET", "/api/stream") as stream:
        told = messages(stream.iter_lines(), "ask")
        made = olga.post("/api/asks", json=asked)
        assert made.status_code == 202, made.text
        name = made.json()["id"]
        assert node.next(1) == node.next(), "it comes again while nothing is heard"
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


def test_a_saved_zone_reaches_the_node_and_what_became_of_it_is_seen(
    centre: Centre, node: AskedNode, olga: httpx.Client
) -> None:
    tells(node, "v1")
    until(lambda: olga.get("/api/zones").json()["items"])
    (brief,) = olga.get("/api/zones").json()["items"]
    assert (brief["source"], brief["version"], brief["status"]) == ("cam-1", None, "file")
    start = olga.get(PATH).json()
    assert (start["version"], start["origin"], start["runs"]) == (0, "node", {"kerb": "v1"})
    with olga.stream("GET", "/api/stream") as stream:
        told = messages(stream.iter_lines(), "zones")
        saved = olga.put(PATH, json={"base": 0, "zones": [zone()], "why": "the bus stop"})
        assert saved.status_code == 200, saved.text
        assert (saved.json()["version"], saved.json()["origin"]) == (1, "version")
        first = wanted(node, "v1")
        assert first.body == {"sources": [{"id": "cam-1", "zones": [zone()]}]}
        reports(node, first, "applied")
        assert next(each for each in told if each["status"] == "applied")["version"] == 1
    assert status(olga) == (1, "applied")
    tells(node, "h-1")
    stale = olga.put(PATH, json={"base": 0, "zones": []})
    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    (since,) = stale.json()["since"]
    assert (since["by"], since["why"], since["diff"]) == ("olga", "the bus stop", ["zone kerb: is new"])
    crossed = zone(polygon=[[0, 0], [1, 1], [1, 0], [0, 1]])
    refused = olga.put(PATH, json={"base": 1, "zones": [crossed]})
    assert (refused.status_code, refused.json()["where"]) == (422, "body.zones[0].polygon")
    assert olga.put(PATH, json={"base": 1, "zones": [zone(), zone("gate")]}).json()["version"] == 2
    bad = {"code": "no_such_rule", "text": "zones[1].rules[0].kind: none", "where": "zones[1].rules[0].kind"}
    reports(node, wanted(node, "v2"), "refused", reasons=[bad])
    until(lambda: status(olga) == (2, "refused"))
    assert olga.get(PATH).json()["reasons"] == [bad | {"values": None, "words": None}]
    back = olga.post(f"{PATH}/versions/1/rollback", json={"base": 2})
    assert (back.json()["version"], back.json()["body"]["zones"]) == (3, [zone()])
    versions = olga.get(f"{PATH}/versions").json()["items"]
    assert [(each["version"], each["status"]) for each in versions][1:] == [(2, "refused"), (1, "applied")]
    assert olga.get(f"{PATH}/diff", params={"from": 1, "to": 2}).json() == {"diff": ["zone gate: is new"]}
    assert olga.get(f"{PATH}/versions/2").json()["body"] == {"zones": [zone(), zone("gate")]}


def test_a_source_is_added_and_taken_away_and_a_ticket_names_its_version(
    standing: Street, node: AskedNode
) -> None:
    path = f"/api/configurations/{NODE.name}/sources/cam-9"
    with standing.centre.client() as chief:
        new = {"kind": "rtsp", "url": "rtsp://cam-9/1", "zones": [zone()]}
        first = chief.put(path, json={"base": 0, "settings": new, "why": "new camera"}).json()["version"]
        exposed = {"base": first, "settings": {"url": "rtsp://admin:hush@cam-9/1"}}
        assert chief.put(path, json=exposed).status_code == 422
        reports(node, wanted(node, f"v{first}"), "applied")
        until(lambda: chief.get(f"/api/configurations/{NODE.name}").json()["applied"] == first)
        tells(node, "h-9")
        made = event(zone=ZoneRef(id="kerb", version="h-9"))
        wire = Wire(standing.broker.url, NODE)
        wire.insist(made.encode(), made.id)
        wire.close()
        until(lambda: chief.get("/api/tickets/T-000001").json()["zone_versions"][0]["version"] == first)
        gone = chief.delete(path, params={"base": first, "why": "gone"}).json()["version"]
        assert wanted(node, f"v{gone}").body["removed"] == ["cam-9"]
        told = chief.get(f"/api/configurations/{NODE.name}").json()
        assert told["bases"]["sources/cam-9"] == gone
        assert [each["parts"][0]["diff"] for each in told["versions"]][:2] == [
            ["the source is taken away"],
            ["kind: set to rtsp", "url: set to rtsp://cam-9/1", "zone kerb: is new"],
        ]
        lines = chief.get("/api/audit", params={"action": "configuration.save"}).json()["items"]
        assert [each["about"] for each in lines] == [f"{NODE.name}/cam-9"] * 2


def test_what_is_wanted_is_never_lost(standing: Street, node: AskedNode, olga: httpx.Client) -> None:
    broker = standing.broker
    broker.kill()
    for left in broker.folder.rglob("*.db*"):
        left.unlink()
    base = olga.get(PATH).json()["version"]
    saved = olga.put(PATH, json={"base": base, "zones": [zone("lane")]}).json()
    assert saved["status"] == "wanted"
    version = f"v{saved['version']}"
    broker.start()
    wanted(node, version)
    until(lambda: olga.get(PATH).json()["status"] == "sent")
    broker.kill()  # and it forgets what it kept
    for left in broker.folder.rglob("*.db*"):
        left.unlink()
    node.wanted.clear()
    broker.start()
    assert wanted(node, version).body["sources"]
