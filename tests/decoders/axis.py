"""Axis's messages for fuzzing and benches, after what tests/unit/gates/samples.py says."""

from typing import Any

from tests.unit.gates.bodies import BODIES

SETTINGS: dict[str, Any] = {
    "kind": "axis",
    "scenarios": {"Device1Scenario1": "occupied", "Device1Scenario2": "queue"},
}
MESSAGES: list[tuple[str, bytes]] = [("", body) for body in BODIES["axis"]]
