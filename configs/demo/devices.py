"""A cover's contact and a barrier, which the demonstration plays: messages as their makes send them."""

import json
import threading
from datetime import datetime, timezone
from typing import Any

import httpx

from broker.link import Link, LinkSettings
from broker.topics import Channel

CONTACT = "cover-17"  # its name in Zigbee2MQTT
PLAIN = Channel("contact", "node", 1, retained=False, expiry_s=None, carries="")
ROUND_S = 240.0
# Seconds into each round: what is said then. The cover stands open and the barrier up for most of a minute.
PLAY = (
    (3.0, "contact", True),
    (12.0, "contact", False),
    (20.0, "barrier", "active"),
    (70.0, "contact", True),
    (80.0, "barrier", "inactive"),
)
ALARM = """\
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<channelID>1</channelID><dateTime>{at}</dateTime><activePostCount>1</activePostCount>
<eventType>IO</eventType><eventState>{state}</eventState><eventDescription>IO alarm</eventDescription>
<inputIOPortID>1</inputIOPortID></EventNotificationAlert>
"""


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
                    "name": "Manhole cover 17",
                    "part": "rain_manhole",
                    "place": "Aimin Road 17",
                    "position": {"lon": 116.7012, "lat": 39.5201, "accuracy_m": 3},
                    "rules": [cover | soon],
                },
                {
                    "id": "north-gate",
                    "kind": "gate",
                    "name": "North gate",
                    "part": "barrier",
                    "place": "North gate of the yard",
                    "position": {"lon": 116.7034, "lat": 39.5214, "accuracy_m": 3},
                    "rules": [gate | soon],
                },
            ]
        },
    }


class Street(threading.Thread):
    """Plays both, round after round, until it is stopped."""

    def __init__(self, ports: dict[str, int]) -> None:
        super().__init__(name="devices", daemon=True)
        self._stopping = threading.Event()
        self._link = Link(LinkSettings(url=f"mqtt://127.0.0.1:{ports['broker']}"), client_id="zigbee2mqtt")
        self._gate = f"http://127.0.0.1:{ports['gates']}/"

    def run(self) -> None:
        """One round after the other."""
        self._link.start()
        while not self._stopping.is_set():
            began = 0.0
            for at, what, value in (*PLAY, (ROUND_S, "", None)):
                if self._stopping.wait(at - began):
                    break
                began = at
                self._say(what, value)

    def _say(self, what: str, value: Any) -> None:
        if what == "contact":
            body = json.dumps({"contact": value, "battery": 86, "linkquality": 112}).encode()
            self._link.publish(f"zigbee2mqtt/{CONTACT}", body, PLAIN)
        elif what == "barrier":
            at = datetime.now(timezone.utc).isoformat(timespec="seconds")
            try:
                httpx.post(self._gate, content=ALARM.format(at=at, state=value), timeout=5).raise_for_status()
            except httpx.HTTPError as error:
                print(f"   gates | the alarm server does not take it: {error}", flush=True)

    def stop(self) -> None:
        """No more."""
        self._stopping.set()
        self.join()
        self._link.stop()
