"""What a drone tells of itself and of its flights fits into the contract, however much it is."""

from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
import shapely

from broker.events import Flight, FlightReported
from broker.flights import MOST_OUTLINE, MOST_PATH
from broker.messages import SourceAbout
from edge.deck import reporting, telling
from edge.deck.settings import FlightSettings
from edge.deck.shelf import Shelf
from edge.flight.found import FlightSummary, Waypoint
from tests.drones import PLACE, drone, zone
from tests.unit.drafts import AUDIT

RULES = [
    {"kind": "standing", "incident": "fire_lane_occupied"},
    {"kind": "standing", "incident": "illegal_parking"},
]


def settings(*grounds: dict[str, Any]) -> FlightSettings:
    zones = [{"id": f"z-{n}", "ground": ground, "rules": RULES} for n, ground in enumerate(grounds)]
    return FlightSettings.model_validate(drone(Path(), zones=zones))


def summary(**more: Any) -> FlightSummary:
    bare: dict[str, Any] = {
        "flight": "flight-1",
        "begin": 1000.0,
        "end": 1100.0,
        "cut": None,
        "looks": 9,
        "placed": 5,
        "refused": {"no_gimbal": (4, "the telemetry tells no gimbal angles")},
        "repeated": 0,
        "path": (),
        "area_m2": 0.0,
        "coverage": None,
        "coverage_full": False,
        "zones": {"z-0": 0.5, "gone": 1.0},
        "findings": (),
        "answers": (),
        "nothing": (),
    }
    return FlightSummary(**(bare | more))


def reported(**more: Any) -> FlightReported:
    flight = Flight(id="flight-1", telemetry="log")
    unplaced = {"above_horizon": (2, "the sky")}
    draft = reporting.finished(summary(**more), settings(zone()), flight, unplaced, AUDIT)
    assert draft.subject == "flight-1"
    assert isinstance(draft.data, FlightReported)
    return draft.data


def test_zones_of_any_shape_are_told_with_their_kinds() -> None:
    circle = [[116.7 + 0.01 * cos(n * pi / 2000), 39.5 + 0.01 * sin(n * pi / 2000)] for n in range(4000)]
    two = {
        "type": "MultiPolygon",
        "coordinates": [
            zone()["coordinates"],
            [[[116.71, 39.52], [116.72, 39.52], [116.72, 39.53], [116.71, 39.52]]],
        ],
    }
    many = {"type": "Polygon", "coordinates": [[*circle, circle[0]]]}
    told = telling.about(
        settings(zone(), {"type": "Feature", "properties": {}, "geometry": zone()}, two, many)
    )
    assert SourceAbout.model_validate_json(told.model_dump_json()) == told
    assert (told.source.kind, told.source.id) == ("drone", "drone-1")
    assert {tuple(each.kinds) for each in told.zones} == {("fire_lane_occupied", "illegal_parking")}
    grounds = [shapely.geometry.shape(each.ground.model_dump()) for each in told.zones if each.ground]
    assert len(grounds) == 4
    assert grounds[2].covers(shapely.geometry.shape(two))
    assert grounds[3].area == pytest.approx(pi * 1e-4, rel=1e-3)


def test_a_report_says_how_many_pictures_and_things_had_no_place() -> None:
    told = reported()
    assert [(each.reason.code, each.reason.text, each.count) for each in told.not_placed] == [
        ("above_horizon", "things: the sky", 2),
        ("no_gimbal", "pictures: the telemetry tells no gimbal angles", 4),
    ]
    assert [(each.zone.id, each.share) for each in told.zones] == [("z-0", 0.5)]
    assert (told.path, told.coverage) == (None, None)


def test_long_paths_and_ragged_outlines_are_told_as_exactly_as_there_is_room_for() -> None:
    path = [Waypoint(1000.0 + n, PLACE[0] + 1e-5 * n, PLACE[1] + 1e-3 * (n % 2), 40.0) for n in range(9000)]
    ragged = shapely.union_all(
        [
            shapely.box(116.7 + x * 1e-4, 39.5 + y * 1e-4, 116.7 + (x + 1) * 1e-4, 39.5 + (y + 1) * 1e-4)
            for x in range(120)
            for y in range(120)
            if (x * 7 + y * 13) % 5
        ]
    )
    told = reported(path=path, coverage=shapely.geometry.mapping(ragged), area_m2=1e6)
    assert told.path is not None
    assert len(told.path.coordinates) <= MOST_PATH
    last = (path[-1].longitude, path[-1].latitude)
    assert told.path.coordinates[-1][:2] == pytest.approx(last, abs=1e-6)
    assert told.coverage is not None
    assert told.coverage.area_m2 == 1e6
    if told.coverage.geometry is not None:
        rings = shapely.get_coordinates(shapely.geometry.shape(told.coverage.geometry.model_dump()))
        assert len(rings) <= MOST_OUTLINE


def test_the_shelf_keeps_the_newest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "flights", most=3)
    for number in range(6):
        shelf.put(f"flight-{number}", {"n": number}, {"type": "FeatureCollection"})
    assert sorted(path.name for path in (tmp_path / "flights").iterdir()) == sorted(
        f"flight-{number}.{end}" for number in (3, 4, 5) for end in ("json", "geojson")
    )
