"""The whole way as real processes: film, node, broker, centre, ticket with its masked pictures."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Centre as Listener
from tests.nodes import Node, until
from tests.street import configuration, film

KILLED = -9


def test_one_car_is_one_ticket_with_pictures_through_a_kill_until_it_has_left(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    centre = Centre(tmp_path / "central", mosquitto_broker.url)
    centre.start()
    try:
        path = film(tmp_path / "stays.avi", 5, car=(0, 5), person=True)
        config = configuration(tmp_path, url=mosquitto_broker.url, path=path, central=centre.url)
        with Node(config, failpoint="after_publish") as node:
            assert node.ended() == KILLED
        with Node(config) as node:
            assert node.ended() == 0
        film(path, 18, car=(0, 2), person=True)
        with Node(config) as node:
            assert node.ended() == 0
        last = json.loads(node.lines[-1])
        assert (last["pending"], last["evidence_pending"]) == (0, 0)
        (ticket,) = centre.tickets()
        full = centre.get(f"/api/tickets/{ticket['id']}")
        assert full["state"] == "self_cleared"
        assert sorted(e["role"] for e in full["evidence"]) == ["after", "scene"]
        for item in full["evidence"]:
            with centre.client() as client:
                body = client.get(f"/api/evidence/{item['sha256']}").content
            assert hashlib.sha256(body).hexdigest() == item["sha256"]
            assert item["masked"] is True
    finally:
        centre.stop()


def test_a_source_that_fails_does_not_stop_the_others(mosquitto_broker: Mosquitto, tmp_path: Path) -> None:
    config = configuration(
        tmp_path, url=mosquitto_broker.url, path=film(tmp_path / "street.avi", 6, car=(0, 6))
    )
    settings = yaml.safe_load(config.read_text())
    good = settings["sources"][0]
    broken = {**good, "id": "cam-2", "path": str(tmp_path / "nowhere.avi")}
    settings["sources"] = [broken, good, {**good, "id": "cam-3"}]
    config.write_text(json.dumps(settings))
    with Listener(mosquitto_broker.url) as listener, Node(config) as node:
        assert node.ended() == 0
        opened = {event.data.source.id for event in listener.of("opened.v1")}  # type: ignore[union-attr]
        assert opened == {"cam-1", "cam-3"}
        (raised,) = listener.of("source.health.v1")
        assert (raised.subject, raised.data.condition, raised.data.state) == (  # type: ignore[union-attr]
            "cam-2",
            "signal_loss",
            "raised",
        )
        reports = {report["id"]: report for report in listener.said["health"][-1]["sources"]}
        until(lambda: "nowhere.avi" in node.text)
        assert reports["cam-2"]["state"] == "failed"


@pytest.mark.shared_data
def test_the_coach_behind_the_lorry_is_one_ticket(
    shared_data: Path, mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    clips = json.loads((shared_data / "clips.json").read_text())["clips"]
    (clip,) = (clip for clip in clips if clip["file"] == "video/tfl_jamcam_5.mp4")
    centre = Centre(tmp_path / "central", mosquitto_broker.url)
    centre.start()
    try:
        path = shared_data / clip["file"]
        config = configuration(tmp_path, url=mosquitto_broker.url, path=path, central=centre.url, dwell="5s")
        settings = yaml.safe_load(config.read_text())
        settings["model"] = {"name": "recommended", "directory": str(shared_data / "models")}
        size = (clip["width"], clip["height"])
        settings["sources"][0]["zones"][0]["polygon"] = [
            [x / size[0], y / size[1]] for x, y in clip["zones"][0]["polygon"]
        ]
        config.write_text(json.dumps(settings))
        with Node(config) as node:
            assert node.ended() == 0
        tickets = [centre.get(f"/api/tickets/{ticket['id']}") for ticket in centre.tickets()]
        x, y, w, h = clip["incidents"][0]["box_xywh"]
        coach = (x / size[0], y / size[1], (x + w) / size[0], (y + h) / size[1])
        (ticket,) = (ticket for ticket in tickets if overlap(boxes(ticket)[0], coach) > 0.5)
        assert len(ticket["evidence"]) == 1
    finally:
        centre.stop()


def boxes(ticket: Any) -> list[Any]:
    """Every box that a ticket tells of."""
    if isinstance(ticket, dict):
        found = [ticket["box"]] if isinstance(ticket.get("box"), list) else []
        return found + [box for value in ticket.values() for box in boxes(value)]
    return [box for value in ticket for box in boxes(value)] if isinstance(ticket, list) else []


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection over union."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0.0, w) * max(0.0, h)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return shared / (sum(areas) - shared)
