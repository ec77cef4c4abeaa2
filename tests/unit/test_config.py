"""A node's configuration: what is wrong is told with its place and what is allowed, all of it at once."""

from pathlib import Path

import pytest

from broker.settings import SettingsError
from edge.cli import main
from edge.config import load
from edge.config_notes import notes

GOOD = """\
node: {district: "131002", id: edge-01}
broker: {url: "mqtt://127.0.0.1"}
storage: {directory: data}
sources:
  - id: cam-1
    kind: file
    path: films/street.mp4
    zones:
      - id: kerb
        polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
        rules:
          - {kind: dwell, incident: illegal_parking, dwell: 5s}
"""

INTAKES = """\
intakes:
  - kind: mqtt
    id: zigbee
    broker: {url: "mqtt://127.0.0.1"}
    topics: [zigbee2mqtt/+]
    decoder: {kind: zigbee2mqtt}
"""
METER = (
    "{kind: modbus, id: zigbee, host: 192.0.2.7, "
    "devices: [{name: kiosk, readings: [{quantity: current, address: 6}]}]}"
)

BAD = {
    "a zone with two points": (
        "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]",
        "[[0.1, 0.1], [0.9, 0.1]]",
        ["10:9: sources[0].zones[0].polygon: a zone needs at least 3 points, this one has 2"],
    ),
    "a zone that crosses itself": (
        "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]",
        "[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]",
        [
            "10:9: sources[0].zones[0].polygon: the outline crosses or touches itself "
            "(Self-intersection[0.5 0.5])"
        ],
    ),
    "a zone outside the picture": (
        "[0.9, 0.9]]",
        "[640, 480]]",
        [
            "10:9: sources[0].zones[0].polygon: point (640.0, 480.0) lies outside the picture; "
            "points are shares of it, 0 to 1"
        ],
    ),
    "a zone without rules": (
        "rules:\n          - {kind: dwell, incident: illegal_parking, dwell: 5s}",
        "rules: []",
        ["11:9: sources[0].zones[0].rules: a zone needs at least one rule"],
    ),
    "a key that is not known": (
        "    path: films",
        "    pfad: x\n    path: films",
        ["7:5: sources[0].pfad: is not a known key"],
    ),
    "a duration without a unit": (
        "dwell: 5s",
        "dwell: 5",
        [
            "12:54: sources[0].zones[0].rules[0].dwell: 5 is no duration; "
            "a number with ms, s, m, h or d is, such as 90s or 5m (given: 5)"
        ],
    ),
    "a kind of source that is not known": (
        "kind: file",
        "kind: vhs",
        ["5:5: sources[0]: kind 'vhs' is not known; known are 'file', 'folder', 'rtsp'"],
    ),
    "a kind of rule that is not known": (
        "kind: dwell",
        "kind: dwel",
        [
            "12:13: sources[0].zones[0].rules[0]: kind 'dwel' is not known; "
            "known are 'cluster', 'dwell', 'left'"
        ],
    ),
    "a rule without the key that is called as its kind": (
        "incident: illegal_parking, dwell: 5s",
        "incident: illegal_parking",
        ["12:13: sources[0].zones[0].rules[0].dwell: is missing"],
    ),
    "a group that no thing belongs to, so that the rule would never find anything": (
        "dwell: 5s",
        "dwell: 5s, groups: [car, two_wheeler]",
        [
            "12:74: sources[0].zones[0].rules[0].groups[0]: "
            "Input should be 'vehicle', 'two_wheeler' or 'thing' (given: 'car')"
        ],
    ),
    "an id with a space": (
        "id: cam-1",
        "id: cam 1",
        [
            "5:5: sources[0].id: is written with 1 to 64 letters a-z, digits, '.', '_' and '-', "
            "a letter or digit first (given: 'cam 1')"
        ],
    ),
    "an incident that is no word": (
        "illegal_parking",
        "Illegal parking",
        [
            "12:27: sources[0].zones[0].rules[0].incident: is written with 1 to 48 small letters a-z, digits "
            "and '_', a letter first (given: 'Illegal parking')"
        ],
    ),
    "a point with decimal commas": (
        "[0.9, 0.9]]",
        "[0,9, 0,9]]",
        ["10:43: sources[0].zones[0].polygon[2]: must be a list of 2 values, not of 4"],
    ),
    "a polygon of numbers": (
        "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]",
        "[0.1, 0.1]",
        [
            "10:19: sources[0].zones[0].polygon[0]: must be a list (given: 0.1)",
            "10:24: sources[0].zones[0].polygon[1]: must be a list (given: 0.1)",
        ],
    ),
    "a key that is missing": (
        "    path: films/street.mp4\n",
        "",
        ["5:5: sources[0].path: is missing"],
    ),
    "no sources": (
        GOOD[GOOD.index("sources:") :],
        "sources: []\n",
        [
            "1:1: a node needs a source, or devices with ways in, analytics or flights; "
            "none only with identity and central: then the centre says what"
        ],
    ),
    "devices of which nothing is heard": (
        "sources:",
        "devices: {items: [{id: cover-1}]}\nsources:",
        [
            "1:1: devices and their ways in (intakes, pollers) need each other: "
            "the one brings what the other is about"
        ],
    ),
    "a poller of which no device is": (
        "sources:",
        f"pollers: [{METER}]\nsources:",
        [
            "1:1: devices and their ways in (intakes, pollers) need each other: "
            "the one brings what the other is about"
        ],
    ),
    "an intake and a poller of one name": (
        "sources:",
        INTAKES + f"pollers: [{METER}]\ndevices: {{items: [{{id: cover-1}}]}}\nsources:",
        ["1:1: 'zigbee' is the id of an intake and of a poller; ids are unique"],
    ),
    "a device that is called as a source": (
        "sources:",
        INTAKES + "devices: {items: [{id: cam-1}]}\nsources:",
        ["1:1: 'cam-1' is the id of a source and of a device; ids are unique"],
    ),
    "two ways in of one name": (
        "sources:",
        INTAKES + INTAKES.partition("\n")[2] + "devices: {items: [{id: cover-1}]}\nsources:",
        ["11:5: intakes[1].id: 'zigbee' is the id of [0] already; ids are unique"],
    ),
    "a name that could be a device's address": (
        "id: cam-1",
        "id: cam-1\n    name: 00-11-22-AA-BB-CC",
        [
            "6:5: sources[0].name: looks like a MAC address; device addresses are never written "
            "(given: '00-11-22-AA-BB-CC')"
        ],
    ),
    "credentials in a URL": (
        '"mqtt://127.0.0.1"',
        '"mqtt://me:secret@127.0.0.1"',
        [
            "2:10: broker.url: a url carries no credentials; use username and password_file "
            "(given: 'mqtt://***@127.0.0.1')"
        ],
    ),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "edge.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("case", BAD)
def test_each_fault_is_told_with_its_place(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, told = BAD[case]
    assert GOOD.count(old) == 1
    path = written(tmp_path, GOOD.replace(old, new))
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [f"{path}:{line}" for line in told]


def test_names_given_twice_are_told_at_each_place(tmp_path: Path) -> None:
    source = GOOD[GOOD.index("  - id: cam-1") :]
    zone = source[source.index("      - id: kerb") :]
    rule = zone[zone.index("          - {kind") :]
    path = written(tmp_path, GOOD + rule + zone + source)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [
        f"{path}:13:13: sources[0].zones[0].rules[1]: "
        "'dwell-illegal_parking' is the id of [0] already; ids are unique",
        f"{path}:14:9: sources[0].zones[1].id: 'kerb' is the id of [0] already; ids are unique",
        f"{path}:18:5: sources[1].id: 'cam-1' is the id of [0] already; ids are unique",
    ]


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    source = GOOD[GOOD.index("  - id: cam-1") :]
    text = (GOOD + source).replace('"131002"', "langfang").replace("dwell: 5s", "dwell: soon")
    path = written(tmp_path, text.replace("storage: {directory: data}", "storage: {}"))
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert [(fault.line, fault.where) for fault in caught.value.faults] == [
        (1, "node.district"),
        (3, "storage.directory"),
        (12, "sources[0].zones[0].rules[0].dwell"),
        (13, "sources[1].id"),
        (20, "sources[1].zones[0].rules[0].dwell"),
    ]


@pytest.mark.parametrize("text", ["", "- 1\n", "node: [", "a: *b\n", "\x00", "sources: 7\n", "a: 2026-13-45"])
def test_what_is_no_configuration_at_all_is_a_fault_and_no_crash(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:1:")


def test_a_good_file_is_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, GOOD.replace("illegal_parking", "double_parking"))
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "source cam-1 (file), looked at every 4 s, up to 2 a second while something ripens" in said
    assert "zone kerb, 3 points: dwell for double_parking" in said
    assert "note: source cam-1, zone kerb: incident 'double_parking' is not in the table" in said


def test_a_node_may_have_devices_alone_and_they_may_be_polled_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = GOOD[: GOOD.index("sources:")]
    path = written(tmp_path, head + f"pollers: [{METER}]\ndevices: {{items: [{{id: cover-1}}]}}\n")
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "poller zigbee (modbus), asked every 30 s" in said
    assert "devices: 1" in said
    assert "model" not in said


def test_what_the_file_leaves_open_stays_open(tmp_path: Path) -> None:
    """Defaults that depend on something else look at what was written."""
    settings = load(written(tmp_path, GOOD)).settings
    assert settings.model.model_fields_set == set()
    assert "sample" not in settings.sources[0].model_fields_set
    assert settings.sources[0].path == tmp_path / "films" / "street.mp4"  # type: ignore[attr-defined]


def test_paths_are_taken_from_the_files_own_folder_and_the_digest_is_not(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    here, there = load(written(tmp_path, GOOD)), load(written(tmp_path / "elsewhere", GOOD))
    assert here.settings.storage.directory == tmp_path / "data"
    assert getattr(here.settings.sources[0], "path") == tmp_path / "films" / "street.mp4"  # noqa: B009
    assert here.sha256 == there.sha256
    assert here.sha256 != load(written(tmp_path, GOOD.replace("5s", "6s"))).sha256


def test_a_source_without_zones_is_allowed_and_noted(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("    zones:")]
    assert "source cam-1 has no zones" in " ".join(notes(load(written(tmp_path, text)).settings))


def test_versions_can_never_be_taken_for_device_addresses(tmp_path: Path) -> None:
    zone = load(written(tmp_path, GOOD)).settings.sources[0].zones[0]
    assert {len(zone.version), len(zone.rules[0].version)} == {10}


def test_devices_of_a_table_are_part_of_what_the_audit_names(tmp_path: Path) -> None:
    table = tmp_path / "covers.csv"
    table.write_text("id,place\ncover-1,Xinhua Road 12\n")
    path = written(tmp_path, GOOD.replace("sources:", INTAKES + "devices: {table: covers.csv}\nsources:"))
    first = load(path)
    assert [(each.id, each.place) for each in first.settings.devices.items] == [("cover-1", "Xinhua Road 12")]
    assert load(path).sha256 == first.sha256
    table.write_text("id,place\ncover-1,Xinhua Road 14\n")
    assert load(path).sha256 != first.sha256
    table.write_text("id\ncam-1\n")
    with pytest.raises(SettingsError, match="'cam-1' is the id of a source and of a device"):
        load(path)
    table.write_text("id,colour\ncover-1,red\n")
    with pytest.raises(SettingsError, match=r"covers\.csv:1:1: 'colour' is no column"):
        load(path)
