"""The drones page names every kind of telemetry, every setting and every reason."""

import re
from pathlib import Path

import pytest

from broker.settings import kinds
from edge import flight_rules, telemetry
from edge.flight.settings import BookSettings, GroundZoneSettings
from edge.flight.telling import TelemetrySettings
from edge.ground.settings import CameraSettings, GroundSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "drones.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))


@pytest.mark.parametrize("kind", [name for name, _ in kinds(telemetry)])
def test_every_kind_and_its_settings(kind: str) -> None:
    (module,) = [module for name, module in kinds(telemetry) if name == kind]

    assert kind in NAMED
    assert module.Settings.model_fields.keys() - {"kind"} <= NAMED
    assert module.Settings.model_fields["kind"].default == kind
    assert issubclass(module.Settings, TelemetrySettings)


def test_every_setting_of_the_ground() -> None:
    own = {f"camera.{name}" for name in CameraSettings.model_fields}

    assert (GroundSettings.model_fields.keys() - {"camera"}) | own <= NAMED


@pytest.mark.parametrize("kind", [name for name, _ in kinds(flight_rules)])
def test_every_kind_of_rule_over_flights(kind: str) -> None:
    (module,) = [module for name, module in kinds(flight_rules) if name == kind]

    assert kind in NAMED
    assert module.Settings.model_fields.keys() - {"kind", "id"} <= NAMED


def test_every_setting_of_the_book_and_its_zones() -> None:
    assert BookSettings.model_fields.keys() | GroundZoneSettings.model_fields.keys() <= NAMED


def test_every_reason_of_a_decision() -> None:
    words = ROOT / "edge" / "flight" / "words.py"
    rules = (ROOT / "edge" / "flight_rules").glob("*.py")
    texts = [path.read_text("utf-8") for path in (words, *rules)]
    codes = {code for text in texts for code in re.findall(r'code="(\w+)"', text)}
    plain = set(re.findall(r'^    "(\w+)": "', texts[0], re.M))

    assert len(codes | plain) > 20
    assert codes | plain <= NAMED


def test_every_reason_without_a_place() -> None:
    """Codes of the reasons that a look at the ground or the path of a flight may give."""
    sources = [*(ROOT / "edge" / "ground").glob("*.py"), ROOT / "edge" / "flight" / "path.py"]
    codes = {code for path in sources for code in re.findall(r'code="(\w+)"', path.read_text("utf-8"))}

    assert len(codes) > 8
    assert codes <= NAMED
