"""Frigate's messages for fuzzing and benches, after what tests/unit/gates/samples.py says."""

from typing import Any

from tests.unit.gates.bodies import BODIES

SETTINGS: dict[str, Any] = {"kind": "frigate", "cameras": {"front_gate": {}}}
MESSAGES: list[tuple[str, bytes]] = [("", body) for body in BODIES["frigate"]]
MESSAGES += [
    ("frigate/available", b"online"),
    ("frigate/front_gate/car", b"3"),
    ("frigate/front_gate/detect/state", b"OFF"),
    ("frigate/front_gate/status/detect", b"offline"),
    ("frigate/stats", b'{"cameras": {"front_gate": {"camera_fps": 5.1}}, "detectors": {}}'),
    ("frigate/tracked_object_update", b'{"type": "lpr", "plate": "ABC1234", "camera": "front_gate"}'),
    *(("frigate/events", body) for body in BODIES["frigate"]),
]
