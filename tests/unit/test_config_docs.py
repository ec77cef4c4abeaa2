"""What the pages say about a node's configuration is all there is, and the example is a good one."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.settings import loads
from edge.config import load
from edge.config_notes import notes
from edge.configured import EdgeSettings
from edge.failpoint import Place
from edge.troubles import TABLE

ROOT = Path(__file__).parents[2]
NAMES = (
    "edge.md", "sources.md", "rules.md", "stalls.md", "debris.md", "sensors.md", "gates.md", "devices.md",
    "analytics.md", "drones.md",
)  # fmt: skip
PAGES = "\n".join((ROOT / "docs" / name).read_text() for name in NAMES)


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for part in [schema, *schema.get("$defs", {}).values()]:
        yield from part.get("properties", {})


@pytest.mark.parametrize("key", sorted(set(keys(EdgeSettings.model_json_schema()))))
def test_every_key_is_in_the_pages(key: str) -> None:
    assert re.search(rf"`(?:[a-z\[\]]+\.)*{key}[`.]", PAGES), f"docs/edge.md does not tell of {key}"


def test_every_key_that_the_page_names_exists() -> None:
    known = set(keys(EdgeSettings.model_json_schema()))
    page = (ROOT / "docs" / "edge.md").read_text()
    table = page[page.index("## Configuration") : page.index("## What happens")]
    named = {
        m.rpartition(".")[2]
        for m in re.findall(r"^\| (`[^|]+`) \|", table, re.M)
        for m in re.findall(r"`([^`]+)`", m)
    }
    assert named <= known


def test_every_condition_and_failpoint_is_in_the_page() -> None:
    page = (ROOT / "docs" / "edge.md").read_text()
    for word in {condition for condition, _ in TABLE.values()} | set(Place.__args__):  # type: ignore[attr-defined]
        assert f"`{word}`" in page


def test_the_example_is_a_good_configuration_without_notes() -> None:
    configuration = load(ROOT / "configs" / "edge.example.yaml")
    assert list(notes(configuration.settings)) == []
    assert {source.kind for source in configuration.settings.sources} == {"rtsp", "file"}


def test_the_example_for_sensors_is_a_good_configuration_and_tells_every_way_of_sensors() -> None:
    settings = load(ROOT / "configs" / "sensors.example.yaml").settings
    assert list(notes(settings)) == []
    assert not settings.sources
    assert {intake.kind for intake in settings.intakes} == {"mqtt", "http", "alarm_server"}
    assert {poller.kind for poller in settings.pollers} == {"modbus"}


WITHOUT_CAMERAS = """
import json, sys
from edge.cli import main
code = main(["run", sys.argv[1], "--seconds", "0.3"])
print(json.dumps([code, "onnxruntime" in sys.modules]))
"""


def test_a_node_without_cameras_runs_where_there_is_no_model(tmp_path: Path) -> None:
    given = yaml.safe_load((ROOT / "configs" / "sensors.example.yaml").read_text())
    nobody = {"broker": {"url": "mqtt://127.0.0.1:9"}}
    given |= nobody | {"storage": {"directory": str(tmp_path / "data")}, "pollers": []}
    path = tmp_path / "sensors.yaml"
    path.write_text(json.dumps(given | {"intakes": [given["intakes"][0] | nobody]}))
    environment = os.environ | {"GEWU_MODELS": str(tmp_path / "none")}
    words = [sys.executable, "-c", WITHOUT_CAMERAS, str(path)]
    ran = subprocess.run(words, env=environment, check=True, timeout=60, capture_output=True, text=True)
    assert json.loads(ran.stdout.splitlines()[-1]) == [0, False]


def test_what_the_example_comments_out_are_the_defaults() -> None:
    text = (ROOT / "configs" / "edge.example.yaml").read_text()
    assert "# keepalive: 30s" in text
    words = "keepalive|timeout|max_|snapshot|delivery|model|inference|journal|verify"
    shown = re.sub(rf"^(\s*)# ({words})", r"\1\2", text, flags=re.M)
    path = ROOT / "configs" / "edge.example.yaml"
    assert loads(shown, EdgeSettings, name=str(path)) == loads(text, EdgeSettings, name=str(path))
