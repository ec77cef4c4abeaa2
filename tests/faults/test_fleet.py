"""The fleet at the centre, over a real broker, centre and node: inventory, groups, the same asked of many."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typing_extensions import Self

from broker.messages import NodeState
from broker.topics import Address
from edge.exits import ANEW
from tests.brokers import Mosquitto
from tests.centre import Centre, Wire, until
from tests.nodes import Node
from tests.street import configuration, film

NODE, GONE = "131002/edge-01", "131002/yard-9"
SECRETS = ("Sommer-2026", "a-token-of-the-centre", "viewer-of-gate", "from-a-file-77")


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path / "centre", mosquitto_broker.url)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def config(centre: Centre, mosquitto_broker: Mosquitto, tmp_path: Path) -> Path:
    """A node with a film, and a camera that is not there; secrets in all the places where they may be."""
    path = film(tmp_path / "street.avi", 4, car=(0, 4))
    made = configuration(tmp_path, url=mosquitto_broker.url, path=path, central=centre.url)
    settings = yaml.safe_load(made.read_text())
    settings["node"]["labels"] = ["kerbside"]
    settings["sources"][0] |= {"repeat": "loop", "idle": "500ms"}
    (tmp_path / "gate.password").write_text(f"{SECRETS[3]}\n")
    gate = {
        "id": "gate",
        "kind": "rtsp",
        "url": f"rtsp://{SECRETS[2]}:{SECRETS[0]}@127.0.0.1:9/main?key=zz99",
    }
    mast = {"id": "mast", "kind": "rtsp", "url": "rtsp://127.0.0.1:9/sub", "username": "mastuser"}
    settings["sources"] += [gate, mast | {"password_file": str(tmp_path / "gate.password")}]
    (tmp_path / "upload.token").write_text(SECRETS[1])
    settings["central"]["token_file"] = str(tmp_path / "upload.token")
    made.write_text(yaml.safe_dump(settings))
    return made


class Chief:
    """The administrator, and what he has nodes do."""

    def __init__(self, centre: Centre) -> None:
        self.http = centre.client()
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def begin(self, deed: str, **asked: Any) -> int:
        self._asked += 1
        wanted = {"request": f"request-{self._asked}", "deed": deed, "nodes": [NODE]} | asked
        answer = self.http.post("/api/fleet/actions", json=wanted)
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["id"]
        return number

    def of(self, number: int) -> Any:
        return self.http.get(f"/api/fleet/actions/{number}").json()

    def ended(self, number: int) -> Any:
        """The action, once nobody is under way any more."""
        return until(
            lambda: (it := self.of(number))["state"] in ("done", "stopped") and it, f"action {number}"
        )

    def does(self, deed: str, **asked: Any) -> Any:
        """What became of the one node."""
        (each,) = self.ended(self.begin(deed, **asked))["each"]
        return each

    def node(self) -> Any:
        return self.http.get(f"/api/fleet/nodes/{NODE}").json()


def test_an_operator_sees_groups_and_asks_his_nodes(
    centre: Centre, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEWU_SUPERVISED", "1")
    with Chief(centre) as chief, Node(config) as node:
        until(lambda: chief.node().get("began"), "it tells what it is")
        _is_told(chief.node())
        group = {"name": "新华路", "about": "first of all", "labels": ["kerbside"]}
        made = chief.http.post("/api/fleet/groups", json=group).json()
        assert made["members"] == [f"gewu://{NODE}"]
        assert chief.node()["groups"] == [made["id"]]

        each = chief.does("examine", nodes=[], groups=[made["id"]], only=["cameras"], language="zh")
        assert each["state"] == "done", each
        assert sum(each["result"]["counts"].values()) >= 1
        found = {one["subject"]: one for one in each["result"]["findings"]}
        assert (found["gate"]["code"], found["gate"]["means"]) == (
            "camera_port",
            "那里有设备，但这个端口不是 RTSP",
        )
        assert chief.does("reread")["state"] == "done"
        tidied = chief.does("tidy")
        assert (tidied["state"], tidied["reason"]["code"]) == ("done", "tidied")
        refused = chief.does("renew")
        assert (refused["state"], refused["reason"]["code"]) == ("refused", "not_enrolled_here")

        bundle = chief.does("diagnose")
        assert bundle["state"] == "done", bundle
        _holds_no_secret(chief.http, bundle["result"]["bundle"]["sha256"])
        assert node.process.poll() is None

        began = chief.node()["began"]
        number = chief.begin("restart", why="a new kernel")
        assert node.ended() == ANEW
        assert chief.of(number)["each"][0]["state"] in ("asked", "returning")
        with Node(config) as again:
            (each,) = chief.ended(number)["each"]
            assert (each["state"], each["reason"]["code"]) == ("done", "runs_again")
            now = chief.node()
            assert now["before"] == "restart"
            assert now["began"] > began
            assert again.process.poll() is None
            again.stop()
    said = {line["action"] for line in centre.get("/api/audit", limit=200)["items"]}
    assert {"fleet.restart", "fleet.diagnose", "diagnostics.view", "group.make"} <= said


def _is_told(told: Any) -> None:
    assert told["online"] is True
    assert told["supervised"] is True
    assert told["before"] == "first"
    assert told["labels"] == ["kerbside"]
    assert told["machine"]["cores"] >= 1
    assert told["machine"]["memory_mb"] > 100
    assert told["runs_on"]["packages"]["onnxruntime"]
    assert "CPUExecutionProvider" in told["runs_on"]["providers"]
    assert [ref["role"] for ref in told["models"]] == ["detector"]


def _holds_no_secret(http: httpx.Client, sha256: str) -> None:
    listed = http.get("/api/diagnostics").json()["items"]
    assert [(each["sha256"], each["node"]) for each in listed] == [(sha256, f"gewu://{NODE}")]
    answer = http.get(f"/api/diagnostics/{NODE}/{sha256}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    head = json.loads(parts["bundle.json"])
    assert (head["schema"], head["node"], head["left_out"]) == ("gewu.diagnostics.v1", NODE, {})
    assert set(parts) == {
        *("bundle.json", "configuration.json", "findings.json", "log.txt", "storage.json", "lastrun.json"),
        *("inventory.json", "health.json", "threads.txt"),
    }
    for name, text in parts.items():
        assert not [secret for secret in (*SECRETS, "mastuser", "zz99") if secret in text], name
    assert "rtsp://127.0.0.1:9/main" in parts["configuration.json"]
    assert any(one["state"] == "fault" for one in json.loads(parts["findings.json"]))
    assert "gate" in parts["log.txt"]


def test_a_node_that_nobody_would_begin_again_is_not_ended(
    centre: Centre, config: Path, mosquitto_broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEWU_SUPERVISED", "0")
    wire = Wire(mosquitto_broker.url, Address("131002", "yard-9"), name="yard-9")
    wire.send(NodeState(online=False, epoch="boot-1", highest=0).encode(), channel="state")
    with Chief(centre) as chief, Node(config) as node:
        until(lambda: chief.node().get("began") and chief.http.get(f"/api/fleet/nodes/{GONE}").is_success)
        number = chief.begin("restart", nodes=[GONE, NODE], patience="2s")
        ended = chief.ended(number)
        states = {each["node"]: (each["state"], each["reason"]["code"]) for each in ended["each"]}
        assert states[f"gewu://{NODE}"] == ("refused", "not_supervised")
        assert states[f"gewu://{GONE}"] == ("away", "not_connected")
        assert ended["state"] == "done"
        assert node.process.poll() is None
        assert node.stop() == 0
    wire.close()
