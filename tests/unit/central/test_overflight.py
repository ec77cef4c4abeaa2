"""Which drones look at a place when they fly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import Polygon, SourceRef
from broker.messages import About, SourceAbout, ZoneAbout
from central.correlation.bonds import Kinds
from central.correlation.sightings import Spot
from central.overflight import MOST_DRONES, Drone, drones_of, over
from tests.unit.central.makers import at
from tests.unit.central.pilots import LAT, LON, METRE, about, here, zone

KINDS = Kinds(same={"fire_lane_occupied": "standing", "illegal_parking": "standing"})


def found(said: About, spot: Spot, kind: str = "illegal_parking") -> list[str]:
    return [each.source for each in over(drones_of("gewu://131002/roof-1", said), spot, kind, KINDS)]


def north(metres: float, accuracy_m: float = 1.0) -> Spot:
    return Spot(LON, LAT + metres * METRE, accuracy_m)


def test_a_place_on_its_ground_is_looked_at_and_one_beside_it_is_not() -> None:
    assert found(about(zone()), north(0)) == ["drone-1"]
    edge = 0.001 / METRE
    assert found(about(zone()), north(edge + 20)) == []
    assert found(about(zone()), north(edge + 20, accuracy_m=25)) == ["drone-1"], "it may lie within"


@given(st.floats(0, 400), st.floats(0.1, 100))
def test_the_margin_is_what_is_known_of_the_place(metres: float, accuracy_m: float) -> None:
    beyond = metres - 0.001 / METRE
    if abs(beyond - accuracy_m) > 1.0:
        assert bool(found(about(zone()), north(metres, accuracy_m))) == (beyond < accuracy_m)


def test_only_a_drone_that_looks_for_such_a_thing_is_asked() -> None:
    assert found(about(zone(["street_stall"])), north(0)) == []
    assert found(about(zone(["fire_lane_occupied"])), north(0)) == ["drone-1"], "these are one thing here"
    assert found(about(zone(["street_stall"])), north(0), "street_stall") == ["drone-1"]


def test_without_zones_it_looks_where_it_is_said_to_be() -> None:
    drone = SourceAbout(source=SourceRef(id="drone-1", kind="drone"), location=here(accuracy_m=300))
    said = about().model_copy(update={"sources": [drone]})
    assert found(said, north(290)) == ["drone-1"]
    assert found(said, north(320)) == []
    only = drone.model_copy(update={"kinds": ["street_stall"]})
    assert found(said.model_copy(update={"sources": [only]}), north(0)) == []


def test_cameras_and_drones_without_ground_are_none() -> None:
    camera = SourceAbout(source=SourceRef(id="cam-1", kind="camera"), zones=[zone()])
    nowhere = SourceAbout(source=SourceRef(id="drone-9", kind="drone"))
    said = About(at=at(0), software="0.1", configuration="0" * 64, sources=[camera, nowhere])
    assert drones_of("n", said) == [Drone("n", "drone-9")]
    assert found(said, north(0)) == []


def test_an_outline_that_crosses_itself_is_mended() -> None:
    w, e, s, n = LON - 0.001, LON + 0.001, LAT - 0.001, LAT + 0.001
    bow = Polygon(type="Polygon", coordinates=[[(w, s), (e, n), (e, s), (w, n), (w, s)]])
    said = about(ZoneAbout(id="bow", version="v1", kinds=[], ground=bow))
    assert over(drones_of("n", said), Spot(LON - 0.0008, LAT, 0.1), "x", KINDS)
    assert not over(drones_of("n", said), Spot(LON, LAT + 0.0008, 0.1), "x", KINDS)


@pytest.mark.parametrize("many", [3, 40])
def test_no_more_than_a_few_are_asked_and_always_the_same(many: int) -> None:
    said = about(zone(), drones=[f"drone-{n:02}" for n in range(many)])
    names = found(said, north(0))
    assert names == sorted(names)
    assert len(names) == min(many, MOST_DRONES)
