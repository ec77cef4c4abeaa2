"""What is wrong with a grid is found before it counts: broken outlines, gaps, overlaps, wrong codes."""

import json
from typing import Any

import pytest
from shapely.geometry import Polygon, box, mapping

from central.grid.areas import Area, above, level_of
from central.grid.checks import faults_between
from central.grid.reading import Names, read_areas
from tests.cities import city

ONE, TWO, THREE = (f"13100200100100{n}" for n in (1, 2, 3))
COMMUNITY = "131002001001"


def feature(code: Any, shape: Any, **more: Any) -> dict[str, Any]:
    geometry = shape if isinstance(shape, dict) else mapping(shape)
    return {"type": "Feature", "properties": {"code": code, **more}, "geometry": geometry}


def text(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def ring(*positions: Any) -> str:
    return text(feature(ONE, {"type": "Polygon", "coordinates": positions}))


def named(one: str, two: str) -> str:
    return text(feature(ONE, box(0, 0, 1, 1), alias=one), feature(TWO, box(1, 0, 2, 1), alias=two))


def codes_of(areas: list[Area]) -> list[str]:
    return [fault.code for fault in faults_between(areas)]


def test_a_city_that_fits_together_has_no_fault() -> None:
    assert faults_between(city(300)) == []


def test_a_hole_between_cells_is_a_gap_with_its_size_and_place() -> None:
    areas = [area for area in city(300) if area.level == "cell"]
    (lost,) = [area for area in areas if area.shape.contains(Polygon(areas[150].shape).centroid)]
    faults = faults_between([area for area in areas if area is not lost])
    assert [fault.code for fault in faults] == ["gap"]
    assert faults[0].grave
    assert faults[0].size_m2 is not None
    assert faults[0].size_m2 > 10_000
    assert "near 116." in faults[0].text


def test_ground_of_a_community_that_is_in_no_cell_is_a_gap() -> None:
    community = Area(COMMUNITY, "", box(116.7, 39.5, 116.73, 39.51))
    cell = Area(ONE, "", box(116.7, 39.5, 116.71, 39.51))
    (gap,) = faults_between([community, cell])
    assert (gap.code, gap.where, gap.grave) == ("gap", COMMUNITY, True)


def test_overlaps_are_told_with_both_names() -> None:
    one, two = (
        Area(ONE, "", box(116.7, 39.5, 116.71, 39.51)),
        Area(TWO, "", box(116.709, 39.5, 116.72, 39.51)),
    )
    (fault,) = faults_between([one, two])
    assert (fault.code, fault.where, fault.grave) == ("overlap", f"{ONE} and {TWO}", True)


def test_a_sliver_is_a_note() -> None:
    centimetre = 1e-7
    one = Area(ONE, "", box(116.7, 39.5, 116.7001, 39.5001))
    two = Area(TWO, "", box(116.7001 - centimetre, 39.5, 116.7002, 39.5001))
    (fault,) = faults_between([one, two])
    assert (fault.code, fault.grave) == ("overlap", False)


def test_a_cell_outside_its_community_and_one_without_are_told() -> None:
    community = Area(COMMUNITY, "", box(116.7, 39.5, 116.71, 39.51))
    strays = Area(ONE, "", box(116.7, 39.5, 116.72, 39.51))
    orphan = Area("131002002001001", "", box(116.8, 39.5, 116.81, 39.51))
    assert codes_of([community, strays, orphan]) == ["outside", "no_parent"]


def test_no_area_at_all_is_a_fault() -> None:
    assert codes_of([]) == ["no_areas"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("{", "no_json", "no JSON"),
        ("[" * 100_000, "no_json", "no JSON"),
        ('{"type": "Feature"}', "no_collection", "FeatureCollection is expected"),
        (text(None), "no_feature", "a GeoJSON Feature is expected"),
        (text({"type": "Feature", "properties": {"code": ONE}}), "no_outline", "None"),
        (text(feature(ONE, box(0, 0, 1, 1)) | {"properties": {"id": 1}}), "no_code", "it has id"),
        (text(feature("12", box(0, 0, 1, 1))), "no_code", "15 for a cell"),
        (text(feature(True, box(0, 0, 1, 1))), "no_code", "'True' is no code"),
        (text(feature(ONE, {"type": "Point", "coordinates": [0, 0]})), "no_outline", "or MultiPolygon"),
        (ring([[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]), "broken_ring", "Self-intersection"),
        (ring([[0, 0], [1, 1]]), "broken_ring", "cannot be read"),
        (text(feature(ONE, {"type": "Polygon", "coordinates": []})), "broken_ring", "empty"),
        (text(feature(ONE, {"type": "Polygon", "coordinates": "abc"})), "broken_ring", "cannot be read"),
        (text(feature(ONE, {"type": "Polygon"})), "broken_ring", "cannot be read"),
        (text(feature(ONE, box(500_000, 4_000_000, 500_100, 4_000_100))), "not_degrees", "longitude first"),
        (text(feature(ONE, box(0, 0, 1, 1), alias="a b")), "bad_alias", "letters, digits"),
        (text(feature(ONE, box(0, 0, 1, 1), name="x" * 81)), "bad_name", "80 printable"),
        (text(feature(ONE, box(0, 0, 1, 1), name="京A12345")), "bad_name", "name: it"),
        (text(feature(ONE, box(0, 0, 1, 1)), feature(ONE, box(1, 0, 2, 1))), "same_code", "two areas"),
        (named("Aa001", "Aa001"), "same_alias", ONE),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_is_told(body: str, code: str, words: str) -> None:
    _, faults = read_areas(body)
    assert [fault.code for fault in faults] == [code]
    assert words in faults[0].text


def test_all_faults_are_told_at_once_and_the_rest_is_read() -> None:
    body = text(
        feature("x", box(0, 0, 1, 1)),
        feature(TWO, {"type": "Point"}, alias="a b"),
        feature(THREE, box(1, 0, 2, 1)),
    )
    areas, faults = read_areas(body)
    assert [area.code for area in areas] == [THREE]
    assert [fault.where for fault in faults] == [
        "features[0]",
        f"features[1] ({TWO})",
        f"features[1] ({TWO})",
    ]


def test_aliases_tell_capital_from_small_letters() -> None:
    areas, faults = read_areas(named("Aa001", "aA001"))
    assert faults == []
    assert [area.alias for area in areas] == ["Aa001", "aA001"]


def test_a_city_may_call_its_properties_otherwise_and_write_numbers() -> None:
    held = {
        "type": "Feature",
        "properties": {"网格编码": int(ONE), "网格名称": "东一格"},
        "geometry": mapping(box(0, 0, 1, 1)),
    }
    (area,), faults = read_areas(text(held), Names(code="网格编码", name="网格名称"))
    assert (area.code, area.name, area.alias, faults) == (ONE, "东一格", None, [])


def test_codes_say_their_level_and_what_is_above() -> None:
    assert [level_of(ONE[:digits]) for digits in (6, 9, 12, 15)] == [
        "district",
        "street",
        "community",
        "cell",
    ]
    assert (above(ONE, "street"), above(ONE, "cell")) == ("131002001", ONE)
    with pytest.raises(ValueError, match="6 for a district"):
        level_of("1310")
