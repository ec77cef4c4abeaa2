"""Where the camera was between two words of the telemetry, and where that is not known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import Reason
from edge.flight.path import Pace, Path
from edge.flight.pose import Gimbal, Pose, Spread
from edge.flight.turning import angles, carried, matrix, of_quaternion

START = Pose(37.0, 127.0, t=10.0, height=50.0, heading=350.0, gimbal=Gimbal(-60.0, 350.0), focal=24.0)
# One second later: 0.00009 degrees of latitude, ten metres to the north, and turned by twenty degrees.
NEXT = replace(START, t=11.0, latitude=37.00009, height=52.0, heading=10.0, gimbal=Gimbal(-40.0, 10.0))


def flown(*poses: Pose, offset: float = 0.0, **pace: float) -> Path:
    path = Path(Pace(**pace), offset)  # type: ignore[arg-type]
    path.add(poses)
    return path


def pose_at(path: Path, t: float) -> Pose:
    found = path.at(t)
    assert isinstance(found, Pose), found
    return found


def reason_at(path: Path, t: float) -> Reason:
    found = path.at(t)
    assert isinstance(found, Reason), found
    return found


def test_between_two_words() -> None:
    pose = pose_at(flown(START, NEXT), 10.25)

    assert pose.t == 10.25
    assert pose.latitude == pytest.approx(37.0000225)
    assert (pose.height, pose.heading) == (50.5, 355.0)
    assert pose.gimbal == Gimbal(-55.0, 355.0, 0.0)


def test_the_clocks_offset() -> None:
    assert pose_at(flown(START, NEXT, offset=8.0), 2.5).t == 10.5


def test_by_utc() -> None:
    path = Path(by_utc=True)
    lost = path.add([replace(START, utc=1000.0), replace(NEXT, utc=1001.0), NEXT])

    assert lost == 1
    assert pose_at(path, 1000.5).utc == 1000.5


def test_what_the_clocks_leave_open_widens_the_place() -> None:
    still = pose_at(flown(START, replace(START, t=11.0)), 10.5).spread
    moving = pose_at(flown(START, NEXT, clock_sd_s=0.2), 10.5).spread

    assert still == Spread()
    assert moving.ground == pytest.approx((2.5**2 + 2.0**2) ** 0.5, rel=0.01)  # 10 m/s for 0.2 s


def test_a_gap_is_told() -> None:
    reason = reason_at(flown(START, replace(NEXT, t=14.5)), 12.0)

    assert (reason.code, reason.values) == ("telemetry_gap", {"gap_s": 4.5, "limit_s": 2.0})


def test_two_flights_in_one_file_are_not_bridged() -> None:
    other = replace(START, t=10.033, latitude=37.0011)
    reason = reason_at(flown(START, other), 10.01)

    assert reason.code == "telemetry_jump"
    assert (reason.values or {})["way_m"] == pytest.approx(122.5, abs=0.5)


def test_beyond_the_ends() -> None:
    path = flown(START, NEXT)

    assert pose_at(path, 11.5).spread.ground == pytest.approx((2.5**2 + 5.0**2) ** 0.5, rel=0.01)
    assert pose_at(path, 9.9).latitude == 37.0
    assert reason_at(path, 12.1).code == reason_at(path, 8.9).code == "no_telemetry"
    assert reason_at(Path(), 0.0).code == "no_telemetry"


def test_what_one_end_does_not_know_is_not_known_between() -> None:
    path = flown(START, replace(NEXT, gimbal=None, heading=None, datum="ground"))
    pose = pose_at(path, 10.5)

    assert (pose.gimbal, pose.heading, pose.height) == (None, None, None)


def test_any_order_and_repeats() -> None:
    path = flown(NEXT, START, replace(NEXT, height=99.0))

    assert [pose.height for pose in path.poses] == [50.0, 99.0]


def test_across_the_date_line() -> None:
    east = replace(START, longitude=179.99999)
    pose = pose_at(flown(east, replace(east, t=11.0, longitude=-179.99999)), 10.75)

    assert pose.longitude == pytest.approx(-179.999995)


def test_old_words_are_forgotten() -> None:
    path = Path(Pace(keep_s=5.0, most=100))
    for k in range(1000):
        path.add([replace(START, t=float(k))])

    assert len(path) == 6
    path.clear()
    assert len(path) == 0
    assert reason_at(path, 999.0).code == "no_telemetry"


def test_a_flood_is_bounded() -> None:
    path = Path(Pace(most=10))
    path.add(replace(START, t=k / 1000) for k in range(500))

    assert len(path) == 10


@given(st.floats(0, 359.9), st.floats(-89, 89), st.floats(-179, 179))
def test_turns_come_back(yaw: float, pitch: float, roll: float) -> None:
    found = angles(matrix(yaw, pitch, roll))

    assert (found[0] - yaw + 180) % 360 - 180 == pytest.approx(0.0, abs=1e-6)
    assert found[1:] == pytest.approx((pitch, roll), abs=1e-6)


@pytest.mark.parametrize(
    ("platform", "own", "expected"),
    [
        ((90.0, 0.0, 0.0), (90.0, -45.0, 0.0), (180.0, -45.0, 0.0)),
        ((0.0, 10.0, 0.0), (0.0, -40.0, 0.0), (0.0, -30.0, 0.0)),
        ((0.0, 0.0, 30.0), (90.0, 0.0, 0.0), (90.0, -30.0, 0.0)),  # right wing down: the right is below
        ((30.0, 0.0, 0.0), (0.0, -90.0, 0.0), (30.0, -90.0, 0.0)),
    ],
)
def test_carried_turns(
    platform: tuple[float, float, float],
    own: tuple[float, float, float],
    expected: tuple[float, float, float],
) -> None:
    assert carried(platform, own) == pytest.approx(expected, abs=1e-9)


def test_quaternions() -> None:
    half = 0.5**0.5

    assert of_quaternion(half, 0.0, 0.0, half) == pytest.approx((90.0, 0.0, 0.0))
    assert of_quaternion(half, 0.0, -half, 0.0) == pytest.approx((0.0, -90.0, 0.0))
    with pytest.raises(ValueError, match="length is not 1"):
        of_quaternion(0.0, 0.0, 0.0, 0.0)
