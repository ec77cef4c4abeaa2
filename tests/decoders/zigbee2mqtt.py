"""Zigbee2MQTT: a contact, a leak sensor, a socket, a relay with two ends."""

from tests.decoders import body

SETTINGS = {"kind": "zigbee2mqtt"}
MESSAGES = [
    (
        "zigbee2mqtt/street/cover 7",
        body(
            {
                "battery": 91,
                "contact": False,
                "device_temperature": 23,
                "last_seen": "2026-03-01T08:00:00+01:00",
                "linkquality": 102,
                "power_outage_count": 4,
                "voltage": 3025,
            }
        ),
    ),
    (
        "zigbee2mqtt/cellar",
        body({"battery": 100, "battery_low": False, "linkquality": 255, "tamper": False, "water_leak": True}),
    ),
    (
        "zigbee2mqtt/kiosk socket",
        body(
            {"current": 1.52, "energy": 12.7, "linkquality": 51, "power": 341, "state": "ON", "voltage": 229}
        ),
    ),
    ("zigbee2mqtt/lamps", body({"state_l1": "ON", "state_l2": "OFF", "power_right": 40.5})),
]
