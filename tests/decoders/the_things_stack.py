"""The Things Stack v3: fields of its own codec, from which zeros are missing, and bytes."""

import base64

from tests.decoders import body

SETTINGS = {
    "kind": "the_things_stack",
    "codecs": [
        {"devices": ["door-*"], "codec": {"kind": "dragino", "model": "lds02"}},
        {"devices": ["bin-*"], "codec": {"kind": "milesight", "model": "em400-mud"}},
    ],
}


def uplink(device: str, message: dict[str, object]) -> bytes:
    """A message `up`."""
    return body(
        {
            "end_device_ids": {"device_id": device, "application_ids": {"application_id": "app1"}},
            "correlation_ids": ["as:up:01E0"],
            "received_at": "2026-03-01T08:00:01.5Z",
            "uplink_message": {
                "rx_metadata": [{"gateway_ids": {"gateway_id": "gtw1"}, "rssi": -35, "snr": 5.2}],
                "received_at": "2026-03-01T08:00:00.25Z",
            }
            | message,
        }
    )


MESSAGES = [
    (
        "v3/app1@t/devices/door-1/up",
        uplink("door-1", {"f_port": 10, "decoded_payload": {"BAT_V": 2.952, "MOD": 1}}),
    ),
    (
        "v3/app1@t/devices/bin-1/up",
        uplink(
            "bin-1",
            {"f_port": 85, "frm_payload": base64.b64encode(bytes.fromhex("8367e800018482410601")).decode()},
        ),
    ),
    ("v3/app1@t/devices/door-1/join", body({"end_device_ids": {"device_id": "door-1"}, "join_accept": {}})),
]
