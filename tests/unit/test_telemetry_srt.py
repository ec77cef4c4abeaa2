"""DJI sidecars: each dialect, its settings, and what is refused with which cause."""

import pytest

from edge.decoding import NotDecoded
from edge.flight.pose import Gimbal, Pose
from tests.sidecars import Entry, entry, reader

BRACKETS = """1
00:00:00,000 --> 00:00:00,033
<font size="28">FrameCnt: 1, DiffTime: 33ms
2024-05-01 08:00:00.250
[focal_len: 24.00] [dzoom_ratio: 2.00] [latitude: 31.230416] [longitude: 121.473701] \
[rel_alt: 60.100 abs_alt: 64.300] [gb_yaw: 12.5 gb_pitch: -60.0 gb_roll: 0.1] </font>
"""
LINE = (
    "1\n00:00:01,500 --> 00:00:02,500\nF/2.8, SS 100, ISO 100, EV 0, GPS (121.473701, 31.230416, 17), "
    "HOME (121.999111, 31.888222, 4.00m), D 1.00m, H 60.10m, H.S 1.00m/s, V.S 0.00m/s, "
    "F.PRY (1.0°, 2.0°, 10.0°), G.PRY (-60.0°, 0.1°, 12.5°)\n"
)


def one(text: str, **settings: object) -> Pose:
    (pose,) = reader(**settings).read(text.encode()).poses
    return pose


def test_pairs_in_brackets() -> None:
    pose = one(BRACKETS)

    assert entry(pose) == Entry(0.0, 31.230416, 121.473701, 60.1, 64.3, look=(-60.0, 12.5, 0.1), focal=48.0)
    assert pose.utc is None  # nothing tells the zone of the clock on the wall


def test_the_zone_of_the_wall_clock_is_a_setting() -> None:
    assert one(BRACKETS, utc_offset="+08:00").utc == 1_714_521_600.25  # 2024-05-01 00:00:00.25 UTC
    assert one(BRACKETS, utc_offset="-03:30").utc == 1_714_521_600.25 + 11.5 * 3600


def test_one_line() -> None:
    pose = one(LINE)

    assert entry(pose) == Entry(1.5, 31.230416, 121.473701, 60.1, None, 10.0, (-60.0, 12.5, 0.1))


def test_the_place_where_the_pilot_stands_is_not_read() -> None:
    told = repr(reader().read(LINE.encode()))

    assert "121.47" in told
    assert not any(home in told for home in ("121.999", "31.888"))


@pytest.mark.parametrize(
    ("gps", "order", "place"),
    [
        ("GPS(2.1734,41.3851,14) BAROMETER:5.0", "auto", (41.3851, 2.1734)),
        ("GPS(41.3851,2.1734,14.0M) BAROMETER:5.0M", "auto", (41.3851, 2.1734)),
        ("GPS(41.3851,2.1734,14.0) BAROMETER(5.0)", "auto", (41.3851, 2.1734)),
        ("GPS(31.2304,121.4737,14) BAROMETER:5.0", "auto", (31.2304, 121.4737)),
        ("GPS(41.3851,2.1734,14) BAROMETER:5.0", "latitude_first", (41.3851, 2.1734)),
        ("GPS(41.3851,2.1734,14.0M) BAROMETER:5.0M", "longitude_first", (2.1734, 41.3851)),
    ],
)
def test_the_order_of_the_brackets(gps: str, order: str, place: tuple[float, float]) -> None:
    pose = one(f"1\n00:00:00,000 --> 00:00:01,000\n{gps}\n", gps_order=order)

    assert (pose.latitude, pose.longitude, pose.height) == (*place, 5.0)


@pytest.mark.parametrize(
    ("altitude", "height", "above_sea"),
    [("unknown", None, None), ("above_sea", None, 64.3), ("above_takeoff", 64.3, None)],
)
def test_what_a_bare_altitude_means_is_a_setting(
    altitude: str, height: float | None, above_sea: float | None
) -> None:
    text = "1\n00:00:00,000 --> 00:00:00,033\n[latitude: 31.2] [longtitude : 121.4] [altitude: 64.3]\n"
    pose = one(text, altitude=altitude)

    assert (pose.height, pose.altitude) == (height, above_sea)


def test_few_digits_are_a_larger_deviation() -> None:
    fine = one(BRACKETS).spread.ground
    rough = one("1\n00:00:00,000 --> 00:00:01,000\nGPS(121.4737,31.2304,17) BAROMETER:5.0\n").spread.ground

    assert fine == pytest.approx(2.5, abs=0.001)
    assert rough == pytest.approx((2.5**2 + 11.132**2 / 12) ** 0.5)


def test_a_number_cut_at_the_end_of_the_file_is_not_read() -> None:
    whole = BRACKETS + "\n2\n00:00:00,033 --> 00:00:00,066\n[latitude: 31.230417] [longitude: 121.47"
    told = reader().read(whole.encode())

    assert len(told.poses) == 1
    assert [(reason.code, (reason.values or {})["first"]) for reason in told.left] == [("cut", 2.0)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"RIFF\0\0\0\0", "not_text"),
        (b"\xff\xfe1\x000\x00", "not_text"),
        (b"hello\n", "no_position"),
        (b"1\n00:00:00,000 --> 00:00:01,000\nGPS(N/A,N/A,0) BAROMETER:1.0\n", "no_fix"),
        (b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 95.0] [longitude: 8.0]\n", "impossible"),
        (
            b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 5.0] [longitude: 8.0] [rel_alt: 99999.0]\n",
            "impossible",
        ),
        (b"1\n[latitude: 5.0] [longitude: 8.0]\n", "no_time"),
    ],
)
def test_refusals_name_their_cause(body: bytes, code: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        reader().read(body)

    assert caught.value.reason.code == code


def test_the_beginning_of_the_film_can_be_told() -> None:
    (pose,) = reader().read(LINE.encode(), 100.0).poses

    assert pose.t == 101.5
    assert pose.gimbal == Gimbal(-60.0, 12.5, 0.1)
