"""Milesight: a gateway's own message, a narrow-band frame, and the same as JSON."""

import base64

from tests.decoders import body

SETTINGS = {
    "kind": "milesight",
    "codecs": [
        {"devices": ["24e124*"], "codec": {"kind": "milesight", "model": "em310-tilt"}},
        {"codec": {"kind": "milesight", "model": "em400-tld"}},
    ],
}
DATA = bytes.fromhex("01756403670b0104823b01050001")
FRAME = (
    bytes.fromhex("020001006400000001")
    + b"01010110"
    + b"6749D00000000001"
    + b"0" * 15
    + b"9" * 15
    + b"8" * 20
    + bytes([9])
    + len(DATA).to_bytes(2, "big")
    + DATA
)
TILT = base64.b64encode(bytes.fromhex("01756403cf00000000282307")).decode()
MESSAGES = [
    (
        "uplink",
        body({"devEUI": "24E124713C000001", "fPort": 85, "data": TILT, "time": "2026-03-01T08:00:00Z"}),
    ),
    ("nb", FRAME),
    (
        "nb",
        body(
            {
                "startFlag": 2,
                "id": 1,
                "sn": "6749D00000000001",
                "imei": "0" * 15,
                "imsi": "9" * 15,
                "csq": 9,
                "data": [{"battery": 100, "temperature": 26.7, "distance": 315, "position": "tilt"}],
            }
        ),
    ),
]
