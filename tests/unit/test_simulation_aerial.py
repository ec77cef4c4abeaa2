"""A simulated flight shows what it says that it shows, in pictures and in telemetry."""

import json
from itertools import pairwise
from math import hypot
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.flight.path import Path as Poses
from edge.ground.aim import Aim, aim_of, camera_of
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.settings import GroundSettings
from edge.ground.spot import Spot, locate
from edge.ground.zones import GroundZone
from edge.simulation import aerial
from edge.simulation.aerial import Flight, Plan, Waypoint, make_flight
from edge.simulation.ground import Parked, ground
from tests.sidecars import reader

PLACE = (39.5214, 116.7034)
WAY = (
    Waypoint(0.0, -20.0, 4.0, yaw=20.0, pitch=-70.0),
    Waypoint(1.0, 1.0, 1.0, yaw=5.0),
    Waypoint(2.0, 3.0, 1.0, yaw=-5.0),
)
SIZE = (320, 180)


def red() -> Parked:
    picture = np.full((60, 90, 3), 140, np.uint8)
    picture[10:50, 10:80] = (20, 20, 230)
    return Parked(picture, (10, 10, 80, 50), wide_m=4.0)


@pytest.fixture(scope="module")
def flight(tmp_path_factory: pytest.TempPathFactory) -> Flight:
    below = ground(*PLACE, red(), at=(3.0, -2.0))
    return make_flight(tmp_path_factory.mktemp("flight"), "one", below, Plan(WAY, SIZE))


def redness(flight: Flight) -> list[NDArray[np.bool_]]:
    with av.open(str(flight.film)) as file:
        pictures = [frame.to_ndarray(format="bgr24").astype(int) for frame in file.decode(video=0)]
    return [(p[:, :, 2] - p[:, :, 0] > 90) & (p[:, :, 2] - p[:, :, 1] > 90) for p in pictures]


def test_the_car_is_in_the_picture_where_the_truth_has_it(flight: Flight) -> None:
    seen = 0
    for mask, box in zip(redness(flight), flight.truth["boxes"], strict=True):
        if box is None:
            continue
        ys, xs = np.nonzero(mask)
        found = (xs.min() / SIZE[0], ys.min() / SIZE[1], (xs.max() + 1) / SIZE[0], (ys.max() + 1) / SIZE[1])
        assert found == pytest.approx(box, abs=0.02)
        seen += 1
    first, last = flight.truth["in_view"]
    assert seen == round((last - first) * aerial.RATE) + 1 > 5


def test_its_place_on_the_ground_stays_where_the_truth_has_it(flight: Flight) -> None:
    poses, settings = Poses(), GroundSettings()
    poses.add(reader().read(flight.sidecar.read_bytes()).poses)
    car = flight.truth["car"]
    plane, zone = Tangent(car["latitude"], car["longitude"]), GroundZone("kerb", flight.truth["zone"])
    for index, mask in enumerate(redness(flight)):
        if flight.truth["boxes"][index] is None:
            continue
        pose = poses.at(index / aerial.RATE)
        aim, camera = aim_of(settings, pose), camera_of(settings, pose, *SIZE)  # type: ignore[arg-type]
        assert isinstance(aim, Aim)
        assert isinstance(camera, Camera)
        y, x = (float(axis.mean()) for axis in np.nonzero(mask))
        spot = locate(settings, camera, aim, (x + 0.5) / SIZE[0], (y + 0.5) / SIZE[1])
        assert isinstance(spot, Spot)
        assert hypot(*plane.metres(spot.latitude, spot.longitude)[:2]) < 0.5
        assert zone.stands(spot).where == "inside"


def test_without_a_car_there_is_none_and_the_truth_says_so(tmp_path: Path) -> None:
    empty = make_flight(tmp_path, "two", ground(*PLACE, None), Plan(WAY, SIZE))
    assert not any(mask.any() for mask in redness(empty))
    assert json.loads((tmp_path / "two.json").read_text())["car"] is None


def test_telemetry_that_errs_says_another_place_for_the_same_picture(tmp_path: Path, flight: Flight) -> None:
    below = ground(*PLACE, red(), at=(3.0, -2.0))
    other = make_flight(tmp_path, "three", below, Plan(WAY, SIZE, bias_m=(1.5, 0.0)))
    told, true = (reader().read(one.sidecar.read_bytes()).poses for one in (other, flight))
    for a, b in zip(told, true, strict=True):
        east, north, _ = Tangent(b.latitude, b.longitude).metres(a.latitude, a.longitude)
        assert (east, north) == pytest.approx((1.5, 0.0), abs=0.16)
    assert other.truth["boxes"] == flight.truth["boxes"]


def test_every_picture_has_its_own_moment_in_the_sidecar(flight: Flight) -> None:
    poses = reader(utc_offset="+00:00").read(flight.sidecar.read_bytes()).poses
    assert len(poses) == len(redness(flight)) == 21
    assert [round(b.t - a.t, 3) for a, b in pairwise(poses) if a.t is not None and b.t is not None] == [
        0.1
    ] * 20
    assert poses[0].utc == Plan().begin.timestamp()


def test_a_thing_beside_the_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match=r"80 m east, 0 m north: .* not lie on the sheet"):
        ground(*PLACE, red(), at=(80.0, 0.0))
