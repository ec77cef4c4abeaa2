"""The page about gates: each name in its tables is in the code, and none of the code's is missing."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import edge.decoders
import edge.intakes
from broker.settings import Settings as Base
from broker.settings import kinds, loads
from edge.decoders import axis, dahua, frigate, hikvision, lilin, onvif
from edge.gates.doors import DOORS
from edge.gates.inputs import MEANINGS, GateSettings, Meaning
from edge.gates.leaving import _WORDS
from edge.pollers.lilin import Settings as LogSettings
from edge.readings import QUANTITIES
from edge.taking import IntakeSettings

PAGE = (Path(__file__).parents[2] / "docs" / "gates.md").read_text(encoding="utf-8")
MAKES = {"axis", "dahua", "frigate", "hikvision", "lilin", "onvif"}
WAYS = {"hikvision_stream", "dahua_stream", "onvif_pullpoint", "alarm_server"}
TAKEN: dict[str, set[str]] = {
    "hikvision": {"io", "accesscontrollerevent"}
    | {*hikvision.TAMPER, *hikvision.ALARMS, *hikvision.REGIONS, *hikvision.STANDING},
    "dahua": {"AlarmLocal", "DoorStatus", *dahua.FLAGS, *dahua.BARRIERS, *dahua.THINGS},
    "axis": {*axis.PORTS, *axis.FLAGS, *axis.COUNTED, *DOORS, axis._ANALYTICS, "scenarios"},
    "onvif": {*onvif.INPUTS, *onvif.FLAGS, *DOORS, *onvif.RULES, *onvif.COUNTERS},
    "lilin": set(lilin.ANSWERS),
    "frigate": {
        "events",
        "available",
        "CAMERA/LABEL",
        "CAMERA/enabled/state",
        "CAMERA/detect/state",
        "CAMERA/status/detect",
        "stats",
    },
}
DROPPED: dict[str, set[str]] = {
    "hikvision": set(hikvision.PRIVATE),
    "dahua": {*dahua.PRIVATE, "Traffic"},
    "axis": {*axis.PRIVATE, "human"},
    "onvif": set(onvif.PRIVATE),
    "lilin": set(),
    "frigate": {*frigate.PRIVATE, "sub_label", "recognized_license_plate", "attributes"},
}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(title: str, kind: str, column: int = 1) -> set[str]:
    return {name for row in rows(title) if row[0] == kind for name in re.findall(r"`([^`]+)`", row[column])}


@pytest.mark.parametrize("kind", sorted(MAKES))
def test_what_is_taken_and_dropped_is_what_the_code_says(kind: str) -> None:
    assert names("What is taken", kind) == TAKEN[kind]
    assert names("What is dropped unread", kind) == DROPPED[kind]


@pytest.mark.parametrize("kind", sorted(MAKES))
def test_the_readings_named_are_quantities(kind: str) -> None:
    settings = {*dict(kinds(edge.decoders))[kind].Settings.model_fields}
    assert names("What is taken", kind, 2) - settings <= set(QUANTITIES)


def test_the_kinds_of_field_are_named_as_reasons_name_them() -> None:
    said = {word for row in rows("What is dropped unread")[1:] for word in re.split(", ", row[2])}
    assert {"plates", "faces", "cards", "persons", "pictures"} == said
    assert all(any(word.removesuffix("s") in text for text in _WORDS.values()) for word in said)


def private_kinds(module: Any) -> dict[str, str]:
    return {name: f"{kind}s" for name, kind in module.PRIVATE.items()}


@pytest.mark.parametrize("module", [axis, dahua, hikvision, onvif])
def test_each_is_dropped_as_what_the_page_says(module: Any) -> None:
    kind = module.__name__.rpartition(".")[2]
    for name, word in private_kinds(module).items():
        (row,) = [row for row in rows("What is dropped unread") if row[0] == kind and f"`{name}`" in row[1]]
        assert row[2] == word, name


def test_every_meaning_is_in_its_table_with_its_values() -> None:
    table = {row[0]: row[1:] for row in rows("Settings of the decoders") if row[0].strip("`") in MEANINGS}
    assert [name.strip("`") for name in table] == [*get_args(Meaning)]
    for meaning, (quantity, active, inactive) in MEANINGS.items():
        reading, on, off = table[f"`{meaning}`"]
        assert (reading, on, off.partition(",")[0]) == (
            f"`{quantity}`",
            str(active).lower(),
            str(inactive).lower(),
        )


def test_every_setting_of_a_decoder_is_in_the_table() -> None:
    named = {row[0].strip("`") for row in rows("Settings of the decoders") if len(row) == 4}
    for kind in sorted(MAKES):
        assert set(dict(kinds(edge.decoders))[kind].Settings.model_fields) <= named
    assert set(GateSettings.model_fields) <= named


def test_every_way_in_and_its_settings_are_on_the_page() -> None:
    text = section("The ways in")
    modules = dict(kinds(edge.intakes))
    assert set(modules) >= WAYS
    for kind, settings in {**{kind: modules[kind].Settings for kind in WAYS}, "lilin": LogSettings}.items():
        assert f"| `{kind}` |" in text
        for name in {*settings.model_fields, *IntakeSettings.model_fields}:
            assert f"`{name}`" in text, name


def test_the_samples_are_valid() -> None:
    samples = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.M | re.S)
    modules = {**dict(kinds(edge.decoders)), **dict(kinds(edge.intakes))}
    polled = [sample for sample in samples if sample.startswith("pollers:")]
    for sample in polled:
        for each in yaml.safe_load(sample)["pollers"]:
            assert LogSettings.model_validate(each).every == 10.0
    for sample in set(samples) - set(polled):
        kind = re.findall(r"^kind: (\w+)", sample, flags=re.M)[0]
        read: Base = loads(sample, modules[kind].Settings, name="x")
        assert read.model_dump()["kind"] == kind
    assert (len(samples), len(polled)) == (3, 1)
