"""MAVLink frames of both versions, cut anywhere, with checksums, from logs and bare streams."""

import struct
from math import cos, radians, sin

import pytest

from edge.decoding import NotDecoded
from edge.flight import mavframes
from edge.flight.mavframes import Cutter, Tally
from edge.flight.pose import Gimbal
from edge.telemetry import mavlink
from tests.airborne import EXTRAS, frame, position, stamped

HERE = position(10.0, 47.397742, 8.545594, 488.2, 60.5, 123.45)
START = 1_714_521_600.0


def link(form: str = "stream", **settings: object) -> mavlink.Link:
    return mavlink.build(mavlink.Settings.model_validate({"kind": "mavlink", "form": form, **settings}))


def attitude(boot: float, yaw: float) -> bytes:
    return frame(30, struct.pack("<Iffffff", round(boot * 1000), 0.0, 0.0, radians(yaw), 0.0, 0.0, 0.0))


def mount(boot: float, roll: float, pitch: float, yaw: float, absolute: float = 0.0) -> bytes:
    return frame(265, struct.pack("<Iffff", round(boot * 1000), roll, pitch, yaw, absolute))


def device(boot: float, pitch: float, yaw: float, flags: int) -> bytes:
    """A turn by yaw and then by pitch, as a quaternion."""
    p, y = radians(pitch) / 2, radians(yaw) / 2
    q = (cos(y) * cos(p), -sin(y) * sin(p), cos(y) * sin(p), sin(y) * cos(p))
    return frame(285, struct.pack("<I4ffffIHBB", round(boot * 1000), *q, 0.0, 0.0, 0.0, 0, flags, 0, 0))


@pytest.mark.parametrize("version", [1, 2])
def test_a_position(version: int) -> None:
    (pose,) = link().read(frame(33, HERE, version=version)).poses

    assert (pose.t, pose.utc) == (10.0, None)
    assert (pose.latitude, pose.longitude) == pytest.approx((47.397742, 8.545594))
    assert (pose.height, pose.datum, pose.altitude, pose.heading) == (60.5, "takeoff", 488.2, 123.45)
    assert pose.gimbal is None


def test_the_extras_are_those_of_the_definitions() -> None:
    """The byte is made of the message's name and fields, as the MAVLink guide says."""
    fields = "uint32_t time_boot_ms int32_t lat int32_t lon int32_t alt int32_t relative_alt "
    fields += "int16_t vx int16_t vy int16_t vz uint16_t hdg "
    whole = mavframes.crc(b"GLOBAL_POSITION_INT " + fields.encode()[:-1], fields.encode()[-1])

    assert (whole & 0xFF) ^ (whole >> 8) == mavframes.FORMS[33].extra == 104
    assert {number: form.extra for number, form in mavframes.FORMS.items()} == {
        number: extra for number, extra in EXTRAS.items() if number != 0
    }


def test_a_log_tells_the_time() -> None:
    (pose,) = link("tlog").read(stamped(START + 10.0, frame(33, HERE))).poses

    assert pose.utc == pytest.approx(START + 10.0)


def test_the_systems_own_clock_is_better_than_the_logs() -> None:
    clock = frame(2, struct.pack("<QI", round((START + 9.0) * 1e6), 9000))
    (pose,) = link("tlog").read(stamped(START + 99.0, clock, frame(33, HERE))).poses

    assert pose.utc == pytest.approx(START + 10.0)


def test_a_mount_that_turns_with_the_nose() -> None:
    told = link().read(attitude(9.9, 100.0) + mount(9.95, 0.5, -30.0, 20.0) + frame(33, HERE))

    gimbal = told.poses[0].gimbal

    assert gimbal is not None
    assert (gimbal.pitch, gimbal.yaw, gimbal.roll) == pytest.approx((-30.0, 120.0, 0.5), abs=1e-4)


def test_a_mount_that_knows_north() -> None:
    told = link().read(mount(9.95, 0.5, -30.0, 20.0, 77.0) + frame(33, HERE))

    assert told.poses[0].gimbal == Gimbal(-30.0, 77.0, 0.5)


@pytest.mark.parametrize(("flags", "yaw"), [(32, 130.0), (64, 30.0), (16, 30.0), (0, 130.0)])
def test_a_gimbal_device(flags: int, yaw: float) -> None:
    told = link().read(attitude(9.9, 100.0) + device(9.95, -60.0, 30.0, flags) + frame(33, HERE))
    gimbal = told.poses[0].gimbal

    assert gimbal is not None
    assert (gimbal.pitch, gimbal.yaw, gimbal.roll) == pytest.approx((-60.0, yaw, 0.0), abs=1e-4)


def test_a_stale_gimbal_is_not_used() -> None:
    told = link().read(mount(7.0, 0.0, -30.0, 0.0, 77.0) + frame(33, HERE))

    assert told.poses[0].gimbal is None


def test_a_stale_heading_is_not_used() -> None:
    blind = HERE[:-2] + b"\xff\xff"  # the position knows no heading

    assert link().read(attitude(7.0, 100.0) + frame(33, blind)).poses[0].heading is None
    fresh = link().read(attitude(9.0, 100.0) + frame(33, blind)).poses[0].heading
    assert fresh == pytest.approx(100.0, abs=1e-4)


def test_the_terrain_below_makes_the_height_one_above_ground() -> None:
    terrain = frame(136, struct.pack("<iiffHHH", 1, 1, 430.0, 58.25, 100, 0, 7))
    (pose,) = link().read(attitude(9.9, 100.0) + terrain + frame(33, HERE)).poses

    assert (pose.height, pose.datum) == (58.25, "ground")


def test_only_one_system_is_followed() -> None:
    other = position(10.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    both = frame(33, HERE, system=1) + frame(33, other, system=9)

    assert [round(pose.latitude, 3) for pose in link().read(both).poses] == [47.398]
    assert [round(pose.latitude, 3) for pose in link(system=9).read(both).poses] == [1.0]


def test_cut_anywhere() -> None:
    log = b"".join(
        stamped(START + k, frame(0, b"\1\2\3"), frame(33, position(float(k), 47.0, 8.0, 9.0, 5.0, 1.0)))
        for k in range(1, 6)
    )
    for cut in range(len(log)):
        reader = link("tlog")
        poses = [*reader.read(log[:cut]).poses, *reader.read(log[cut:]).poses]
        assert [pose.t for pose in poses] == [1.0, 2.0, 3.0, 4.0, 5.0], cut


def test_a_signed_frame() -> None:
    told = link().read(frame(33, HERE, signed=True) * 2)

    assert (len(told.poses), told.left) == (2, ())


def test_a_broken_frame_is_left_out_and_told() -> None:
    good = frame(33, HERE)
    bad = good[:14] + bytes([good[14] ^ 1]) + good[15:]
    told = link().read(good + bad + b"\x00\x11\x22" + good)

    assert len(told.poses) == 2
    (reason,) = told.left
    assert (reason.code, reason.values) == ("damaged", {"broken": 1.0, "stray": pytest.approx(3.0, abs=60)})


def test_positions_without_a_fix_are_left_out() -> None:
    told = link().read(frame(33, position(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)) + frame(33, HERE))

    assert len(told.poses) == 1
    assert [reason.code for reason in told.left] == ["no_fix"]


def test_what_is_no_mavlink_is_refused() -> None:
    with pytest.raises(NotDecoded) as caught:
        link().read(b"RIFF" * 200)

    assert caught.value.reason.code == "no_frame"


def test_little_is_kept_between_calls() -> None:
    cutter, tally = Cutter(stamped=True), Tally()
    for _ in range(50):
        list(cutter.cut(b"\xfd" * 997, tally))

    assert len(cutter._rest) <= mavframes.LONGEST + mavframes.STAMP
