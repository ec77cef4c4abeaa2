"""LILIN's messages for fuzzing and benches, after what tests/unit/gates/samples.py says."""

from typing import Any

from tests.unit.gates.bodies import BODIES

SETTINGS: dict[str, Any] = {"kind": "lilin"}
MESSAGES: list[tuple[str, bytes]] = [("", body) for body in BODIES["lilin"]]
