"""A real node and a real centre: somebody looks and sees, and a zone that is saved runs at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from tests.brokers import Mosquitto
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film
from tests.workers import Worker

CAMERA = "131002/edge-01/cam-1"


@pytest.fixture
def olga(mosquitto_broker: Mosquitto, tmp_path: Path) -> Iterator[Worker]:
    """At a centre of her own, with a node whose film of a standing car does not end."""
    centre = Centre(tmp_path / "central", mosquitto_broker.url)
    centre.start()
    worker = Worker(centre, "olga", "operator")
    with _node(tmp_path, mosquitto_broker.url, centre.url):
        until(lambda: worker.client.get("/api/zones").json()["items"], "the node tells of its camera")
        yield worker
    worker.close()
    centre.stop()


@contextmanager
def _node(folder: Path, url: str, central: str) -> Iterator[Node]:
    path = film(folder / "street.avi", 4, car=(0, 4))
    config = configuration(folder, url=url, path=path, central=central)
    settings = yaml.safe_load(config.read_text())
    settings["sources"][0] |= {"repeat": "loop", "idle": "500ms"}
    config.write_text(yaml.safe_dump(settings))
    with Node(config) as node:
        yield node


def asked(olga: Worker, **ask: Any) -> dict[str, Any]:
    """What the node answers."""
    made = olga.client.post("/api/asks", json={"node": "131002/edge-01", "source": "cam-1"} | ask)
    assert made.status_code == 202, made.text
    path = f"/api/asks/{made.json()['id']}"
    until(lambda: olga.client.get(path).json()["status"] not in ("waiting", "sent", "working"), "an answer")
    found: dict[str, Any] = olga.client.get(path).json()
    assert found["status"] == "done", found
    return found


def test_somebody_looks_and_sees_and_a_saved_zone_runs(olga: Worker) -> None:
    (still,) = asked(olga, command="look", width=320)["result"]["stills"]
    seen = olga.client.get(f"/api/stills/{still['sha256']}")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg"), seen.text
    picture = cv2.imdecode(np.frombuffer(seen.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (240, 320, 3)
    assert olga.client.get(f"/api/sources/{CAMERA}/still").content == seen.content

    settings = asked(olga, command="inspect")["result"]["settings"]
    start = olga.client.get(f"/api/zones/{CAMERA}").json()
    assert (start["origin"], start["body"]["zones"]) == ("node", settings["zones"])
    until(lambda: olga.client.get("/api/tickets").json()["items"], "the car is found")

    moved = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    zones = [{**settings["zones"][0], "polygon": moved}]
    saved = olga.client.put(f"/api/zones/{CAMERA}", json={"base": 0, "zones": zones, "why": "the kerb"})
    assert saved.status_code == 200, saved.text
    until(lambda: olga.client.get(f"/api/zones/{CAMERA}").json()["status"] == "applied", "it is applied")
    (version,) = olga.client.get(f"/api/zones/{CAMERA}/versions").json()["items"]
    assert (version["diff"], version["reasons"]) == (["zone kerb: is new"], [])
    assert version["applied_s"] < 5
    until(
        lambda: olga.client.get(f"/api/zones/{CAMERA}").json()["runs"] != start["runs"],
        "the node tells of the zone by another hash",
    )
    bad = olga.client.put(f"/api/zones/{CAMERA}", json={"base": 1, "zones": [{**zones[0], "colour": "red"}]})
    assert bad.status_code == 200, "that this key is unknown is the node's to say"
    until(lambda: olga.client.get(f"/api/zones/{CAMERA}").json()["status"] == "refused", "it is refused")
    (reason,) = olga.client.get(f"/api/zones/{CAMERA}").json()["reasons"]
    assert "colour" in reason["text"]

    known = [
        {"picture": [0.1, 0.9], "position": [114.05, 22.54]},
        {"picture": [0.9, 0.9], "position": [114.0501, 22.54]},
        {"picture": [0.7, 0.3], "position": [114.0501, 22.5403]},
        {"picture": [0.3, 0.3], "position": [114.05, 22.5403]},
    ]
    placed = [[114.05001, 22.54001], [114.05009, 22.54001], [114.05009, 22.5402], [114.05001, 22.5402]]
    lane = {"id": "lane", "ground": placed, "rules": zones[0]["rules"]}
    drawn = {"base": 2, "zones": [*zones, lane], "ground": {"points": known}, "why": "calibrated"}
    assert olga.client.put(f"/api/zones/{CAMERA}", json=drawn).status_code == 200
    until(lambda: olga.client.get(f"/api/zones/{CAMERA}").json()["status"] == "applied", "it is applied")
    (newest, *_) = olga.client.get(f"/api/zones/{CAMERA}/versions").json()["items"]
    assert newest["diff"][0] == "ground: calibrated by 4 points"
    until(lambda: "lane" in olga.client.get(f"/api/zones/{CAMERA}").json()["runs"], "it tells of the lane")
    line = [{**each, "picture": [0.1 + n / 10, 0.9]} for n, each in enumerate(known)]
    olga.client.put(f"/api/zones/{CAMERA}", json={"base": 3, "ground": {"points": line}})
    until(lambda: olga.client.get(f"/api/zones/{CAMERA}").json()["status"] == "refused", "it is refused")
    reasons = olga.client.get(f"/api/zones/{CAMERA}").json()["reasons"]
    assert any("one line" in each["text"] for each in reasons), reasons
