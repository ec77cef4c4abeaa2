"""Numbers of GB/T 28181 as assets: their parts, what is doubtful about one, and their way into events."""

from pathlib import Path

import pytest

from broker.boundary import breach
from broker.events import parse as event_of
from broker.parts import SourceRef
from edge.config import load
from edge.config_notes import notes
from edge.gb28181 import Number, doubt, parse
from tests.analysed import ASSET, Street, settings, story, written


def test_the_parts_of_a_number() -> None:
    number = parse("13100200001320000017")
    assert number == Number("13100200", "00", "132", "0", "000017")
    assert number is not None
    assert (number.division, number.of_device) == ("131002", True)


@pytest.mark.parametrize(
    "other",
    ["CAM-131002-0147", "1310020102000312", "131002000013200000170", "1310020000132000001x", "１" * 20, ""],
)
def test_what_is_written_otherwise_is_of_another_register(other: str) -> None:
    assert (parse(other), doubt(other)) == (None, None)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("111", None),
        ("132", None),
        ("134", None),
        ("199", None),
        ("110", "has the type 110, nothing that the standard names; devices have 111 to 199"),
        ("200", "has the type 200, a platform or a group of devices; devices have 111 to 199"),
        ("216", "a platform or a group of devices"),
        ("300", "a user at the centre"),
        ("403", "a user at a terminal"),
        ("500", "a server outside the platform"),
        ("999", "nothing that the standard names"),
    ],
)
def test_only_types_of_devices_are_without_doubt(kind: str, words: str | None) -> None:
    found = doubt(f"1310020000{kind}0000017")
    assert (found is None) if words is None else (found is not None and words in found)


def test_a_number_of_no_division_is_doubtful() -> None:
    found = doubt("99100200001320000017")
    assert found == "as a number of GB/T 28181 it begins with 991002, which is no division's code"


def test_the_check_of_a_node_notes_what_is_doubtful_and_nothing_else(tmp_path: Path) -> None:
    what = settings(tmp_path)
    assert not [note for note in notes(load(written(tmp_path, what)).settings) if "asset" in note]
    rule = {
        "kind": "state",
        "incident": "manhole_cover",
        "quantity": "contact",
        "value": False,
        "after": "1m",
    }
    camera = what["analytics"][0]["cameras"][0]
    camera["asset"] = "13100200002000000001"
    what["intakes"] = [
        {
            "id": "zigbee",
            "kind": "mqtt",
            "broker": {"url": "mqtt://127.0.0.1:1"},
            "topics": ["zigbee2mqtt/+"],
            "decoder": {"kind": "zigbee2mqtt"},
        }
    ]
    cover = {"id": "cover-1", "asset": "00100200001340000001", "rules": [rule]}
    good = {"id": "cover-2", "asset": "13100200001340000001", "rules": [rule]}
    what["devices"] = {"items": [cover, good]}
    found = [note for note in notes(load(written(tmp_path, what)).settings) if "asset" in note]
    assert [note.split(":")[0] for note in found] == ["kerb-7", "cover-1"]


def test_such_a_number_passes_the_boundary_into_an_event_and_back(tmp_path: Path) -> None:
    assert breach(ASSET) is None
    assert SourceRef(id="kerb-7", kind="camera", asset=ASSET).asset == ASSET
    street = Street(written(tmp_path, settings(tmp_path)))
    street.run(150.0, story())
    street.stop()
    (body,) = [body for body in street.bodies() if b"opened" in body]
    assert event_of(body).data.source.asset == ASSET
