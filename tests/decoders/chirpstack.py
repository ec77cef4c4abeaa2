"""ChirpStack v4: bytes for a codec here, fields of its own codec, and a device's status."""

import base64

from tests.decoders import body

SETTINGS = {
    "kind": "chirpstack",
    "codecs": [
        {"profile": "EM300-MCS*", "codec": {"kind": "milesight", "model": "EM300-MCS"}},
        {"profile": "LDDS75*", "codec": {"kind": "dragino", "model": "LDDS75"}},
        {"profile": "DC600*", "codec": {"kind": "dingtek", "model": "dc600"}},
        {
            "devices": ["70b3d5*"],
            "codec": {"kind": "mapped", "readings": [{"quantity": "fill", "path": "level"}]},
        },
    ],
}


def uplink(eui: str, profile: str, payload: bytes, **more: object) -> bytes:
    """An event `up`."""
    said = {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": "2026-03-01T07:59:58.123456789+00:00",
        "deviceInfo": {
            "applicationName": "covers",
            "deviceProfileName": profile,
            "deviceName": "c7",
            "devEui": eui,
        },
        "devAddr": "00189440",
        "fPort": 85,
        "data": base64.b64encode(payload).decode(),
        "rxInfo": [
            {"gatewayId": "0016c001f153a14c", "rssi": -91, "snr": 5.5, "location": {"latitude": 1.0}},
            {"gatewayId": "0016c001f153a14d", "rssi": -57},
        ],
    }
    return body(said | more)


TOPIC = "application/1/device/24e124136b502217/event/up"
MESSAGES = [
    (TOPIC, uplink("24e124136b502217", "EM300-MCS EU868", bytes.fromhex("01755c03673401046865060001"))),
    (TOPIC, uplink("a84041ffff123456", "LDDS75", bytes.fromhex("0ce4059d00010501"), fPort=2)),
    (TOPIC, uplink("70b3d57ed0000001", "bins", b"\x01\x02", object={"level": 83, "status": {"lid": "open"}})),
    (
        "application/1/device/24e124136b502217/event/status",
        body({"deviceInfo": {"devEui": "24e124136b502217"}, "margin": 14, "batteryLevel": 88.5}),
    ),
    (
        TOPIC,
        uplink("7cf95720fc015fef", "DC600", bytes.fromhex("8000010111000000190000 00d000000081"), fPort=3),
    ),
]
