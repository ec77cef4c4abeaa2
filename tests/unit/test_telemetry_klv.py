"""Local sets of MISB ST 0601: the standard's own examples, checksums, and a real MPEG-TS."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from edge.decoding import NotDecoded
from edge.flight import localset
from edge.streams import datastream
from edge.telemetry import klv
from tests.airborne import EXAMPLE, local_set

LEVEL = {
    5: "4000",
    6: "0000",
    7: "0000",
    18: "00000000",
    19: "c0000001",
    20: "00000000",
}  # 90.0014°, el. -90°
PLACE = {13: "2c69c6f5", 14: "5661c7cf", 15: "0bcb"}


def reader() -> klv.LocalSets:
    return klv.build(klv.Settings())


def test_the_examples_of_the_standard() -> None:
    found = localset.items(local_set(EXAMPLE))
    told = {name: round(value, 4) for name, value in localset.numbers(found).items()}

    assert told == {
        "heading": 159.9744,
        "pitch": -0.4315,
        "roll": 3.4059,  # the standard prints what was encoded; one step is 0.0015°
        "latitude": 60.1768,
        "longitude": 128.4268,
        "altitude": 14190.7195,
        "field": 144.5713,
        "sensor_azimuth": 160.7192,
        "sensor_elevation": -168.7923,
        "sensor_roll": 176.8664,
        "ground": 3216.0372,
    }
    assert localset.stamp(found) == 1_224_807_209.913


def test_a_pose() -> None:
    (pose,) = reader().read(local_set({**EXAMPLE, **LEVEL}), 12.5).poses

    assert (pose.t, pose.utc) == (12.5, 1_224_807_209.913)
    assert (pose.latitude, pose.longitude) == pytest.approx((60.176822966978335, 128.42675904204452))
    assert pose.altitude == pytest.approx(14190.72, abs=0.01)
    assert pose.height == pytest.approx(14190.72 - 3216.04, abs=0.02)
    assert pose.datum == "ground"
    assert pose.field == pytest.approx(144.5713, abs=1e-4)
    assert pose.gimbal is not None
    assert pose.gimbal.pitch == pytest.approx(-90.0, abs=0.001)


def test_the_look_is_the_sensors_turn_on_the_platforms() -> None:
    turned = {**LEVEL, 18: "40000000", 19: "e0000000"}  # 90.0° to the right of the nose, 45° down
    (pose,) = reader().read(local_set({**PLACE, **turned})).poses

    assert pose.heading == pytest.approx(90.0, abs=0.01)
    assert pose.gimbal is not None
    assert pose.gimbal.yaw == pytest.approx(180.0, abs=0.01)
    assert pose.gimbal.pitch == pytest.approx(-45.0, abs=0.01)
    assert pose.gimbal.roll == pytest.approx(0.0, abs=0.01)


def test_a_finer_tag_goes_before_a_coarse_one() -> None:
    found = localset.items(local_set({6: "0000", 90: "40000000"}))

    assert localset.numbers(found) == {"pitch": pytest.approx(45.0, abs=1e-6)}


def test_the_least_number_means_unknown() -> None:
    assert localset.numbers(localset.items(local_set({6: "8000", 13: "80000000", 14: "5b53"}))) == {}


def test_without_the_platforms_attitude_there_is_no_look() -> None:
    told = reader().read(local_set({**PLACE, 18: "00000000", 19: "c0000001"}))

    assert told.poses[0].gimbal is None
    assert [reason.code for reason in told.left] == ["no_attitude"]


def test_names_and_call_signs_stay_unread() -> None:
    told = reader().read(local_set({**PLACE, 3: b"MISSION7".hex(), 4: b"TAIL99".hex(), 59: b"CALLME".hex()}))

    assert not any(word in repr(told) for word in ("MISSION7", "TAIL99", "CALLME"))


def test_sets_in_one_packet_and_bytes_around_them() -> None:
    body = b"\x00\x01\x02\x03\x04" + local_set(PLACE) + local_set(PLACE, wrong=1) + local_set(PLACE)[:-9]
    told = reader().read(body, 1.0)

    assert len(told.poses) == 1
    assert sorted(reason.code for reason in told.left) == ["checksum", "cut"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no_set"),
        (b"\x47" * 188, "no_set"),
        (local_set(PLACE, wrong=1), "checksum"),
        (local_set(PLACE)[:30], "cut"),
        (bytes.fromhex("060e2b34020b01010e0103010100000002") + b"\x05\x00", "no_checksum"),
        (local_set({5: "71c2"}), "no_position"),
        (local_set(PLACE, stamp=None), "no_time"),
        (local_set(PLACE, stamp=2**64 - 1), "impossible"),
        (bytes(300_000), "too_large"),
    ],
)
def test_refusals_name_their_cause(body: bytes, code: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        reader().read(body)

    assert caught.value.reason.code == code


def film(path: Path, sets: list[bytes]) -> None:
    """25 pictures a second and one set with each."""
    with av.open(str(path), "w", format="mpegts") as container:
        video = container.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        data = container.add_data_stream("klv")
        for number, body in enumerate(sets):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 20 * number, np.uint8))
            container.mux(video.encode(picture))
            packet = av.Packet(body)
            packet.stream, packet.time_base = data, Fraction(1, 90_000)
            packet.pts = packet.dts = number * 3600
            container.mux(packet)
        container.mux(video.encode(None))


def test_a_transport_stream(tmp_path: Path) -> None:
    first, last = {**PLACE, 15: "0bcb"}, {**PLACE, 15: "0c00"}
    film(tmp_path / "flight.ts", [local_set(first), local_set(first), local_set(last)])
    poses = [
        pose
        for t, body in datastream.packets(tmp_path / "flight.ts")
        for pose in reader().read(body, t).poses
    ]

    assert [round(pose.t or 0.0, 3) for pose in poses] == [0.0, 0.04, 0.08]
    assert [round(pose.altitude or 0.0, 1) for pose in poses] == [16.7, 16.7, 32.8]


def test_a_film_without_telemetry_has_no_packets(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "plain.ts"), "w", format="mpegts") as container:
        video = container.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(video.encode(None))

    assert list(datastream.packets(tmp_path / "plain.ts")) == []
