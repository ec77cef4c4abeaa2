"""Pixels to places: by hand, there and back, with their uncertainty, and where no place can be told."""

from dataclasses import replace
from math import atan, cos, degrees, hypot, radians, sin, tan

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broker.events import Reason
from edge.flight.pose import Gimbal, Pose, Spread
from edge.ground.aim import Aim, aim_of, camera_of
from edge.ground.camera import Camera, of_field, of_film, of_pixels
from edge.ground.earth import Tangent, of_space, to_space
from edge.ground.settings import CameraSettings, GroundSettings
from edge.ground.spot import Spot, ground_point, locate, radius95
from edge.ground.view import drawn
from tests.bench import ground as bench

CAMERA = of_field(1920, 1080, 90.0)  # half a width is as far away as the focal length
SETTINGS = GroundSettings()
AIM = Aim(37.0, 127.0, 100.0, -90.0, 0.0, 0.0, 2.5, 2.0, 1.0, 3.0, 3.0)
POSE = Pose(37.0, 127.0, t=0.0, height=100.0, gimbal=Gimbal(-90.0, 0.0), focal=24.0)


def spot(aim: Aim, x: float, y: float, camera: Camera = CAMERA, rules: GroundSettings = SETTINGS) -> Spot:
    found = locate(rules, camera, aim, x, y)
    assert isinstance(found, Spot), found
    return found


def code(aim: Aim, x: float, y: float, rules: GroundSettings = SETTINGS) -> str:
    found = locate(rules, CAMERA, aim, x, y)
    assert isinstance(found, Reason), found
    return found.code


def test_wgs84_by_the_books() -> None:
    assert to_space(0.0, 0.0, 0.0) == pytest.approx((6_378_137.0, 0.0, 0.0))
    assert to_space(90.0, 0.0, 10.0) == pytest.approx((0.0, 0.0, 6_356_752.314245 + 10.0), abs=1e-6)
    # EPSG guidance note 7-2, "Geographic/Geocentric conversions": its worked example.
    x, y, z = to_space(53 + 48 / 60 + 33.820 / 3600, 2 + 7 / 60 + 46.380 / 3600, 73.0)
    assert (x, y, z) == pytest.approx((3_771_793.968, 140_253.342, 5_124_304.349), abs=0.001)


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9), st.floats(-500, 10_000))
def test_space_and_back(latitude: float, longitude: float, height: float) -> None:
    found = of_space(*to_space(latitude, longitude, height))

    assert found[:2] == pytest.approx((latitude, longitude), abs=1e-10)
    assert found[2] == pytest.approx(height, abs=1e-6)


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_the_plane_and_back(latitude: float, longitude: float, east: float, north: float) -> None:
    plane = Tangent(latitude, longitude)

    assert plane.metres(*plane.place(east, north))[:2] == pytest.approx((east, north), abs=1e-5)


@pytest.mark.parametrize(
    ("yaw", "x", "y", "east", "north"),
    [
        (0.0, 0.5, 0.5, 0.0, 0.0),
        (0.0, 1.0, 0.5, 100.0, 0.0),
        (0.0, 0.5, 0.0, 0.0, 56.25),
        (90.0, 0.5, 0.0, 56.25, 0.0),
        (90.0, 1.0, 0.5, 0.0, -100.0),
    ],
)
def test_straight_down(yaw: float, x: float, y: float, east: float, north: float) -> None:
    found = spot(replace(AIM, yaw=yaw), x, y)
    plane = Tangent(AIM.latitude, AIM.longitude)

    assert plane.metres(found.latitude, found.longitude)[:2] == pytest.approx((east, north), abs=0.01)


def test_looking_ahead() -> None:
    """45° down, seen in the middle: as far away as high. The picture's bottom lies under the camera's eye."""
    aim = replace(AIM, pitch=-45.0, yaw=30.0)
    east, north = 100 * sin(radians(30)), 100 * cos(radians(30))

    assert ground_point(SETTINGS, CAMERA, aim, 0.5, 0.5) == pytest.approx((east, north))
    below = 45 + degrees(atan(0.5625))
    near = ground_point(SETTINGS, CAMERA, aim, 0.5, 1.0)
    assert isinstance(near, tuple)
    assert hypot(*near) == pytest.approx(100 / tan(radians(below)))


def test_a_roll_to_the_right_moves_the_view_to_the_left() -> None:
    """The right side is lower, so what was in the middle goes up to the right: the middle shows the left."""
    aim = replace(AIM, pitch=-45.0, roll=10.0)
    right = ground_point(SETTINGS, CAMERA, aim, 0.9, 0.5)
    left = ground_point(SETTINGS, CAMERA, aim, 0.1, 0.5)

    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert right[1] < 100.0 < left[1]  # lower is nearer


@pytest.mark.parametrize(
    ("aim", "x", "y", "expected"),
    [
        (replace(AIM, pitch=0.0), 0.5, 0.5, "above_horizon"),
        (replace(AIM, pitch=-10.0), 0.5, 0.1, "above_horizon"),
        (replace(AIM, pitch=-7.0), 0.5, 0.5, "too_flat"),
        (replace(AIM, pitch=-9.0, tilt_sd=12.0), 0.5, 0.5, "too_flat"),
        (replace(AIM, pitch=-10.0, height=400.0), 0.5, 0.5, "too_far"),
        (replace(AIM, ground_sd=200.0), 0.5, 0.5, "too_uncertain"),
    ],
)
def test_refusals(aim: Aim, x: float, y: float, expected: str) -> None:
    assert code(aim, x, y) == expected


def test_the_uncertainty_under_the_camera_by_hand() -> None:
    """Position 2.5 m; a degree of pitch or roll is 1.75 m from 100 m; 3 pixels of 960 are 0.31 m."""
    found = spot(AIM, 0.5, 0.5)
    one = 2.5**2 + (100 * tan(radians(1.0))) ** 2 + 0.3125**2

    assert found.covariance == pytest.approx((one, 0.0, one), abs=0.01)
    assert found.accuracy_m == pytest.approx(2.4477 * one**0.5, rel=0.002)


def test_the_uncertainty_at_the_edge_by_hand() -> None:
    """45° off to the east of 100 m: outward height, level and focal length count, across it the heading."""
    found = spot(AIM, 1.0, 0.5)
    level, focal = 100 * (tan(radians(46.0)) - 1), 100 * (1 / 0.99 - 1)
    outward = 2.5**2 + 2.0**2 + level**2 + focal**2 + 0.3125**2
    across = 2.5**2 + (100 * sin(radians(3.0))) ** 2 + (100 * tan(radians(1.0))) ** 2 + 0.3125**2

    assert (found.covariance[0], found.covariance[2]) == pytest.approx((outward, across), abs=0.05)


def test_the_uncertainty_grows_to_the_edge_and_with_flatness() -> None:
    middle, edge = spot(AIM, 0.5, 0.5).accuracy_m, spot(AIM, 1.0, 0.5).accuracy_m
    flat = spot(replace(AIM, pitch=-20.0), 0.5, 0.5).accuracy_m

    assert middle < edge < flat


@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.4, 0.7, 1.0])
def test_the_radius_holds_95_of_100(ratio: float) -> None:
    chance = np.random.default_rng(3)
    points = chance.normal(size=(60_000, 2)) * (2.0, 2.0 * ratio)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    turned = points @ turn.T
    ee, en, nn = 4 * 0.64 + 4 * ratio**2 * 0.36, 4 * 0.48 * (1 - ratio**2), 4 * 0.36 + 4 * ratio**2 * 0.64

    assert np.mean(np.hypot(*turned.T) <= radius95((ee, en, nn))) == pytest.approx(0.95, abs=0.005)


def test_drawn_errors_are_covered_as_claimed() -> None:
    figures = bench.drawn(400)

    assert 0.92 <= figures["covered"] <= 0.98
    assert figures["refused"] < 20


def test_without_a_heading_the_ring_is_told() -> None:
    lost = replace(AIM, yaw=None)
    found = spot(lost, 1.0, 0.5)

    assert (found.latitude, found.longitude) == pytest.approx((37.0, 127.0))
    assert found.away_m == pytest.approx(100.0)
    assert 100.0 < found.accuracy_m < 125.0


@settings(max_examples=60)
@given(
    st.floats(-90, -30),
    st.floats(0, 360),
    st.floats(-15, 15),
    st.floats(0.02, 0.98),
    st.floats(0.02, 0.98),
    st.booleans(),
)
def test_what_is_seen_is_drawn_where_it_was(
    pitch: float, yaw: float, roll: float, x: float, y: float, bent: bool
) -> None:
    camera = of_field(1920, 1080, 70.0, (-0.12, 0.03, 0.001, -0.002, 0.0) if bent else (0.0,) * 5)
    aim = replace(AIM, pitch=pitch, yaw=yaw, roll=roll)
    there = ground_point(GroundSettings(flattest_deg=2, farthest_m=9000), camera, aim, x, y)
    if isinstance(there, Reason):
        return
    small = shapely.Point(there).buffer(hypot(*there, 100.0) * 0.002)
    back = drawn(camera, aim, small).centroid

    assert (back.x, back.y) == pytest.approx((x, y), abs=0.002)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_bent_lens_and_back(x: float, y: float) -> None:
    camera = of_pixels(1920, 1080, 1500.0, (950.0, 545.0), (-0.12, 0.03, 0.001, -0.002, 0.0))

    assert camera.share(*camera.ray(x, y)[:2]) == pytest.approx((x, y), abs=1e-6)


def test_focal_lengths() -> None:
    assert of_film(3840, 2160, 36.0).focal == 1.0
    assert of_field(1920, 1080, 90.0).focal == pytest.approx(0.5)
    assert of_pixels(1000, 500, 800.0, (480.0, 260.0)).middle == (0.48, 0.52)


def test_the_camera_is_the_settings_or_the_telemetrys() -> None:
    def focal(pose: Pose, **own: object) -> float | str:
        rules = GroundSettings(camera=CameraSettings.model_validate(own))
        found = camera_of(rules, pose, 1920, 1080)
        return found.code if isinstance(found, Reason) else round(found.focal, 4)

    blind = replace(POSE, focal=None)
    assert focal(POSE) == 0.6667
    assert focal(POSE, fx=1920) == 1.0
    assert focal(POSE, field_deg=90) == 0.5
    assert focal(blind, focal_mm=36) == 1.0
    assert focal(replace(blind, field=90.0)) == 0.5
    assert focal(blind) == "no_focal_length"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"focal_mm": 24, "field_deg": 70}, "say the same"),
        ({"middle": [960, 540]}, "belongs to fx"),
        ({"zoom": 1}, "Extra inputs"),
    ],
)
def test_faults_of_camera_settings(wrong: dict[str, object], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        CameraSettings.model_validate(wrong)


def aimed(pose: Pose, **rules: object) -> Aim | str:
    found = aim_of(GroundSettings.model_validate(rules), pose)
    return found.code if isinstance(found, Reason) else found


def test_a_full_pose_is_taken_as_it_is() -> None:
    aim = aimed(replace(POSE, gimbal=Gimbal(-60.0, 33.0, 1.0), spread=Spread(1.0, 4.0, 2.0, 0.5)))

    assert aim == Aim(37.0, 127.0, 100.0, -60.0, 33.0, 1.0, 1.0, 5.0, 0.5, 2.0, 3.0)


def test_without_gimbal_nothing_is_guessed_unless_told() -> None:
    blind = replace(POSE, gimbal=None)

    assert aimed(blind) == "no_gimbal"
    aim = aimed(blind, nadir="assume")
    assert isinstance(aim, Aim)
    assert (aim.pitch, aim.yaw, aim.tilt_sd, aim.assumed) == (-90.0, None, 3.0, ("nadir", "no_heading"))


@pytest.mark.parametrize(
    ("pose", "rules", "expected"),
    [
        (POSE, {}, (0.0, 3.0)),
        (replace(POSE, gimbal=Gimbal(-80.0), heading=40.0), {}, (40.0, hypot(3.0, 5.0))),
        (replace(POSE, gimbal=Gimbal(-80.0)), {"heading_deg": 270.0}, (270.0, 5.0)),
        (replace(POSE, gimbal=Gimbal(-80.0)), {}, (None, 0.0)),
    ],
)
def test_whose_heading(pose: Pose, rules: dict[str, object], expected: tuple[float | None, float]) -> None:
    aim = aimed(pose, **rules)

    assert isinstance(aim, Aim)
    assert (aim.yaw, aim.yaw_sd) == expected


@pytest.mark.parametrize(
    ("pose", "rules", "height"),
    [
        (POSE, {}, 100.0),
        (POSE, {"rise_m": 15.0}, 85.0),
        (replace(POSE, altitude=180.0), {"terrain_m": 60.0, "rise_m": 15.0}, 120.0),
        (replace(POSE, datum="ground", altitude=180.0), {"terrain_m": 60.0}, 100.0),
    ],
)
def test_whose_height(pose: Pose, rules: dict[str, object], height: float) -> None:
    aim = aimed(pose, **rules)

    assert isinstance(aim, Aim)
    assert aim.height == height


def test_heights_that_cannot_be() -> None:
    assert aimed(replace(POSE, height=None, altitude=90.0)) == "no_height"
    assert aimed(replace(POSE, height=0.5)) == "too_low"
