"""Hikvision's messages for fuzzing and benches, after what tests/unit/gates/samples.py says."""

from typing import Any

from tests.unit.gates.bodies import BODIES

SETTINGS: dict[str, Any] = {
    "kind": "hikvision",
    "inputs": {"2": "contact_open"},
    "regions": {"2": "vehicle_standing"},
}
MESSAGES: list[tuple[str, bytes]] = [("", body) for body in BODIES["hikvision"]]
