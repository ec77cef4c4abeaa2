"""A cover's contact and a barrier of the demonstration; `street.yaml` beside this file is what they say."""

from pathlib import Path
from typing import Any

CONTACT = "cover-17"  # its name in Zigbee2MQTT
SCRIPT = Path(__file__).with_name("street.yaml")


def settings(ports: dict[str, int]) -> dict[str, Any]:
    """What the node's configuration says of them."""
    cover = {"kind": "state", "incident": "manhole_cover", "quantity": "contact", "value": False}
    gate = {"kind": "state", "incident": "barrier_held_open", "quantity": "barrier", "value": "held_open"}
    soon = {"after": "5s", "clear_after": "10s"}
    return {
        "intakes": [
            {
                "id": "zigbee",
                "kind": "mqtt",
                "broker": {"url": f"mqtt://127.0.0.1:{ports['broker']}"},
                "topics": ["zigbee2mqtt/+"],
                "decoder": {"kind": "zigbee2mqtt"},
            },
            {
                "id": "gates",
                "kind": "alarm_server",
                "host": "127.0.0.1",
                "port": ports["gates"],
                "senders": ["127.0.0.1/32"],
                "decoder": {
                    "kind": "hikvision",
                    "device": "north-gate",
                    "inputs": {"1": "barrier_held_open"},
                },
            },
        ],
        "devices": {
            "items": [
                {
                    "id": CONTACT,
                    "name": "17号井盖 Manhole cover 17",
                    "part": "rain_manhole",
                    "place": "爱民道17号 17 Aimin Road",
                    "position": {"lon": 116.7012, "lat": 39.5201, "accuracy_m": 3},
                    "rules": [cover | soon],
                },
                {
                    "id": "north-gate",
                    "kind": "gate",
                    "name": "北门 North gate",
                    "part": "barrier",
                    "place": "小院北门 North gate of the yard",
                    "position": {"lon": 116.7034, "lat": 39.5214, "accuracy_m": 3},
                    "rules": [gate | soon],
                },
            ]
        },
    }
