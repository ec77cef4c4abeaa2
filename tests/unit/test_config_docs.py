"""What the pages say about a node's configuration is all there is, and the example is a good one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.settings import loads
from edge.config import EdgeSettings, load, notes
from edge.failpoint import Place
from edge.troubles import TABLE

ROOT = Path(__file__).parents[2]
NAMES = (
    "edge.md", "sources.md", "rules.md", "stalls.md", "debris.md", "sensors.md", "gates.md", "devices.md",
    "drones.md",
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


def test_what_the_example_comments_out_are_the_defaults() -> None:
    text = (ROOT / "configs" / "edge.example.yaml").read_text()
    assert "# keepalive: 30s" in text
    words = "keepalive|timeout|max_|snapshot|delivery|model|inference|journal|verify"
    shown = re.sub(rf"^(\s*)# ({words})", r"\1\2", text, flags=re.M)
    path = ROOT / "configs" / "edge.example.yaml"
    assert loads(shown, EdgeSettings, name=str(path)) == loads(text, EdgeSettings, name=str(path))
