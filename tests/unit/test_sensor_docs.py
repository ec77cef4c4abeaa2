"""The page about sensors names every quantity, kind, setting and model, and its samples are without fault."""

import re
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

import edge.codecs
import edge.decoders
import edge.intakes
import edge.kinds
import edge.pollers
from broker.settings import kinds, loads
from edge.codecs import dingtek, dragino
from edge.frames import SourceClock
from edge.makes.milesight import MODELS
from edge.readings import QUANTITIES, Quantity

PAGE = (Path(__file__).parents[2] / "docs" / "sensors.md").read_text(encoding="utf-8")
OURS = {
    "chirpstack",
    "dragino",
    "homeassistant",
    "milesight",
    "plain",
    "tasmota",
    "the_things_stack",
    "zigbee2mqtt",
}
DECODERS = {name: module for name, module in kinds(edge.decoders) if name in OURS}
POLLERS = {name: module for name, module in kinds(edge.pollers) if name != "lilin"}  # gates.md tells of it
INTAKES = {"http": edge.kinds.INTAKES["http"]}
OTHERS = POLLERS | {name: module for name, module in kinds(edge.intakes) if name in INTAKES}
CLOCK = SourceClock(time.monotonic, time.time)
BLOCKS: list[str] = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.M | re.S)
SAMPLES: list[dict[str, Any]] = [yaml.safe_load(block) for block in BLOCKS]


def rows(title: str) -> list[list[str]]:
    section = re.split(r"^## ", PAGE.split(f"## {title}\n")[1], flags=re.M)[0]
    lines = [line.strip("| ") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def value_of(quantity: Quantity) -> str:
    if quantity.of == "state":
        return ", ".join(f"`{word}`" for word in quantity.words)
    return {"flag": "true or false", "number": "number"}[quantity.of]


def test_the_table_of_quantities_is_what_the_code_has() -> None:
    told = [[cell for cell in row if cell] for row in rows("Quantities")]
    known = [
        [f"`{name}`", value_of(quantity), *([quantity.unit] if quantity.unit else [])]
        for name, quantity in QUANTITIES.items()
    ]
    assert told == known


def test_the_table_of_codecs_is_what_the_code_has() -> None:
    told = {row[0].strip("`"): re.findall(r"`([a-z0-9-]+)`", row[1]) for row in rows("Codecs")}
    assert set(told) == {name for name, _ in kinds(edge.codecs)}
    assert told["milesight"] == sorted(MODELS)
    assert told["dragino"] == sorted(dragino.MODELS)
    assert told["dingtek"] == sorted(dingtek.MODELS)


def test_every_kind_has_its_part_and_a_sample_with_every_setting() -> None:
    assert set(DECODERS) == OURS
    sampled = {sample["kind"]: sample for sample in SAMPLES}
    assert set(sampled) == OURS | set(OTHERS)
    for kind in DECODERS:
        assert f"### `{kind}`" in PAGE
    for kind, module in (DECODERS | OTHERS).items():
        for key in module.Settings.model_fields:
            assert key in sampled[kind] or f"`{key}`" in PAGE, (kind, key)


@pytest.mark.parametrize("block", BLOCKS, ids=[sample["kind"] for sample in SAMPLES])
def test_every_sample_is_without_fault_and_builds(block: str) -> None:
    kind = yaml.safe_load(block)["kind"]
    module: ModuleType = (DECODERS | OTHERS)[kind]
    settings: BaseModel = loads(block, INTAKES.get(kind, module.Settings), name="sensors.md")
    more = (CLOCK,) if kind in INTAKES else ()
    assert module.build(settings, *more) is not None
