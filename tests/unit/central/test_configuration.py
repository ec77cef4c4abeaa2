"""Overlays: put together from parts, looked at before they go, and what differs between two, in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.configuration.checks import faults
from central.configuration.differences import MOST, differences
from central.configuration.overlay import REMOVED, canonical, changed, composed, part_of, sha256, source_of

SQUARE = [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.1, 0.5]]


KNOWN = [{"picture": [x, y], "position": [114.05 + x / 1e3, 22.54 - y / 1e3]} for x, y in SQUARE]


def zone(name: str = "kerb", **more: Any) -> dict[str, Any]:
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": "180s"}
    return {"id": name, "polygon": SQUARE, "rules": [rule]} | more


def texts(before: Any, after: Any) -> list[str]:
    return [each.text for each in differences(before, after)]


def test_an_overlay_is_the_same_whatever_the_order_of_its_parts() -> None:
    parts = {
        part_of("cam-2"): {"name": "two"},
        "model": {"name": "street-s"},
        part_of("cam-1"): {"zones": []},
        part_of("cam-3"): REMOVED,
        part_of("cam-4"): None,
    }
    body = composed(parts)
    assert body == {
        "model": {"name": "street-s"},
        "sources": [{"id": "cam-1", "zones": []}, {"id": "cam-2", "name": "two"}],
        "removed": ["cam-3"],
    }
    assert composed(dict(reversed(parts.items()))) == body
    assert canonical({"b": 1, "a": ["é"]}) == '{"a":["é"],"b":1}'
    assert len(sha256(canonical(body))) == 64
    assert (source_of(part_of("cam-1")), source_of("model")) == ("cam-1", None)


def test_keys_that_are_given_change_and_none_leaves_them_to_the_file() -> None:
    assert changed({"name": "a", "idle": 4}, {"idle": None, "zones": []}) == {"name": "a", "zones": []}
    assert changed(REMOVED, {"name": "a"}) == {"name": "a"}


@pytest.mark.parametrize(
    ("part", "body", "found"),
    [
        ("sources/cam-1", {"zones": [zone()], "ignore": [SQUARE]}, []),
        ("sources/cam-1", None, []),
        ("sources/cam-1", REMOVED, []),
        ("sources/a b", {}, [("bad_id", "id")]),
        ("sources/cam-1", {"zones": {}}, [("no_list", "zones")]),
        ("sources/cam-1", {"zones": [zone(), zone()]}, [("same_id", "zones[1].id")]),
        ("sources/cam-1", {"zones": [zone(rules=[])]}, [("no_rule", "zones[0].rules")]),
        ("sources/cam-1", {"zones": [zone(polygon=SQUARE[:2])]}, [("no_outline", "zones[0].polygon")]),
        ("sources/cam-1", {"zones": [zone(polygon=[["a", 1]] * 3)]}, [("no_outline", "zones[0].polygon")]),
        ("sources/cam-1", {"ignore": [[[0, 0], [1, 0], [1.2, 1]]]}, [("outside", "ignore[0][2]")]),
        (
            "sources/cam-1",
            {"zones": [zone(polygon=[[0, 0], [1, 1], [1, 0], [0, 1]])]},
            [("crosses_itself", "zones[0].polygon")],
        ),
        (
            "sources/cam-1",
            {"zones": [zone(polygon=[[0, 0], [0.001, 0], [0.001, 0.001]])]},
            [("encloses_nothing", "zones[0].polygon")],
        ),
        ("sources/cam-1", {"url": "rtsp://a:b@cam"}, [("secret_in_the_open", "url")]),
        ("sources/drone-1", {"zones": [{"id": "z", "ground": {}, "rules": [1]}]}, []),
        ("sources/cam-1", {"ground": {"points": KNOWN}}, []),
        ("sources/cam-1", {"ground": None}, []),
        ("sources/cam-1", {"ground": {"points": []}}, []),
        ("sources/cam-1", {"ground": {"points": KNOWN[:3]}}, [("no_calibration", "ground.points")]),
        ("sources/cam-1", {"ground": KNOWN}, [("no_calibration", "ground.points")]),
        (
            "sources/cam-1",
            {"ground": {"points": [*KNOWN[:3], {"picture": [0.5, 1.5], "position": [22.54, 114.05]}]}},
            [("outside", "ground.points[3].picture"), ("no_position", "ground.points[3].position")],
        ),
        (
            "sources/cam-1",
            {"ground": {"points": [*KNOWN[:3], "here"]}},
            [("outside", "ground.points[3].picture"), ("no_position", "ground.points[3].position")],
        ),
        ("trust", {"require_signed": False}, [("nodes_own", "trust")]),
        ("colours", {}, [("unknown_section", "colours")]),
        ("model", {"name": "street-s"}, []),
    ],
)
def test_what_is_wrong_is_named_with_its_place(part: str, body: Any, found: list[tuple[str, str]]) -> None:
    assert [(each.code, each.where) for each in faults(part, body)] == found


def test_what_is_different_is_told_in_words() -> None:
    before = {"zones": [zone(), zone("gate")], "name": "North", "idle": 4, "ignore": []}
    slow = {"kind": "dwell", "incident": "illegal_parking", "dwell": "240s"}
    after = {
        "zones": [zone("lane"), zone(polygon=SQUARE[:3], rules=[slow])],
        "name": "North gate",
        "place": "Shoe Street",
        "ignore": [SQUARE],
    }
    assert texts(before, after) == [
        "idle: left to what is usual",
        "ignore: 0 items to 1 items",
        "name: North to North gate",
        "place: set to Shoe Street",
        "zone gate: is gone",
        "zone kerb polygon: the outline is moved (4 to 3 points)",
        "zone kerb rule dwell-illegal_parking dwell: 180s to 240s",
        "zone lane: is new",
    ]
    assert texts({}, {"ground": {"points": KNOWN}}) == ["ground: calibrated by 4 points"]
    anew = [*KNOWN, {"picture": [0.3, 0.3], "position": [114.0503, 22.5397]}]
    assert texts({"ground": {"points": KNOWN}}, {"ground": {"points": anew}}) == [
        "ground: calibrated anew (4 to 5 points)"
    ]
    none = {"ground": {"points": []}}
    assert texts({}, none) == ["ground: the calibration is taken away"]
    assert texts({"ground": {"points": KNOWN}}, none) == ["ground: the calibration is taken away"]
    assert texts(none, {"ground": {"points": KNOWN}}) == ["ground: calibrated by 4 points"]
    placed = [zone(ground=[[114.05, 22.54]] * 3)]
    assert texts({"zones": [zone(ground=[])]}, {"zones": placed}) == [
        "zone kerb ground: the outline is moved (0 to 3 points)"
    ]
    assert texts(before, before) == []
    assert texts(None, {"zones": [zone()]}) == ["zone kerb: is new"]
    assert texts(after, None) == ["the node's own file counts again"]
    assert texts(after, REMOVED) == ["the source is taken away"]
    assert texts(REMOVED, {"name": "a"}) == ["the source is back", "name: set to a"]
    assert len(texts({}, {str(n): n for n in range(100)})) == MOST


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a", "zones"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), trees), st.dictionaries(st.text(max_size=5), trees))
def test_anything_can_be_compared_and_looked_at(before: Any, after: Any) -> None:
    assert bool(differences(before, after)) == (before != after)
    assert all(each.text for each in faults("sources/cam-1", after))
