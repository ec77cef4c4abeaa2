"""Sensors on a real broker, a real node without a camera, a real centre: readings become one ticket."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.link import Link, LinkSettings
from broker.topics import TABLE
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Node, until

READ = TABLE["event"]  # as sensors' networks send: at least once, not retained


def configuration(folder: Path, url: str) -> Path:
    """A node whose only sources are a cover's contact and a gate's barrier."""
    rule = {"kind": "state", "quantity": "contact", "value": False, "after": "1s", "clear_after": "1s"}
    settings = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": url},
        "storage": {"directory": str(folder / "data")},
        "intakes": [
            {
                "id": "zigbee",
                "kind": "mqtt",
                "broker": {"url": url},
                "topics": ["zigbee2mqtt/+"],
                "decoder": {"kind": "zigbee2mqtt"},
            }
        ],
        "devices": {
            "late": "0s",
            "profiles": {"cover": {"part": "rain_manhole", "rules": [rule | {"incident": "manhole_cover"}]}},
            "items": [
                {
                    "id": "cover-17",
                    "profile": "cover",
                    "place": "Aimin Road 17",
                    "position": {"lon": 116.7, "lat": 39.5, "accuracy_m": 3},
                    "match": {"names": ["cover_17"]},
                }
            ],
        },
    }
    path = folder / "edge.yaml"
    path.write_text(json.dumps(settings))
    return path


def test_a_cover_that_is_open_is_one_ticket_through_a_restart_until_it_is_closed(
    mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre], tmp_path: Path
) -> None:
    centre = make_centre(mosquitto_broker.url)
    centre.start()
    config = configuration(tmp_path, mosquitto_broker.url)
    with Node(config) as node:
        until(lambda: heard(mosquitto_broker.url, node, contact=False) and centre.tickets())
        node.process.kill()
        assert node.ended() != 0
    with Node(config) as node:
        until(lambda: node.text.count("connected to") >= 2)
        say(mosquitto_broker.url, contact=False)
        until(lambda: heard(mosquitto_broker.url, node, contact=True) and scene(centre) == "clear")
        assert node.stop() == 0
    (ticket,) = centre.tickets()
    assert (ticket["kind"]["word"], ticket["source"]["id"]) == ("manhole_cover", "cover-17")
    assert ticket["readings"][0]["quantity"] == "contact"
    centre.stop()


def say(url: str, **values: Any) -> None:
    """One message of the cover's contact."""
    link = Link(LinkSettings(url=url), client_id="zigbee2mqtt")
    link.start()
    try:
        assert link.wait(30)
        assert link.publish("zigbee2mqtt/cover_17", json.dumps(values).encode(), READ)
    finally:
        link.stop()


def heard(url: str, node: Node, **values: Any) -> bool:
    """Say it, once the node reads there; said again and again it is still one situation."""
    assert node.process.poll() is None, node.text
    if node.text.count("connected to") >= 2:
        say(url, **values)
    return True


def scene(centre: Centre) -> str:
    """Whether the thing is there, by what the only ticket says."""
    (ticket,) = centre.tickets()
    return str(ticket["scene"])
