"""DJI Cloud API: aircraft are read, docks and remote controls are not."""

import json

import pytest

from edge.decoding import NotDecoded
from edge.flight.pose import Gimbal
from edge.telemetry import dji_cloud
from tests.airborne import osd


def reader(**settings: object) -> dji_cloud.Osd:
    return dji_cloud.build(dji_cloud.Settings.model_validate({"kind": "dji_cloud", **settings}))


def test_an_aircraft() -> None:
    (pose,) = reader().read(osd(), 3.0).poses

    assert (pose.t, pose.utc) == (3.0, 1_714_521_600.25)
    assert (pose.latitude, pose.longitude, pose.heading) == (31.2304161, 121.4737012, 91.5)
    assert (pose.height, pose.datum, pose.altitude) == (60.25, "takeoff", None)  # 72.5 is above the ellipsoid
    assert pose.gimbal == Gimbal(-45.5, 92.0, 0.1)


def test_with_the_geoid_the_altitude_is_known() -> None:
    (pose,) = reader(geoid_m=11.5).read(osd()).poses

    assert pose.altitude == 61.0


def test_home_is_not_read() -> None:
    told = repr(reader().read(osd()))

    assert not any(home in told for home in ("121.999", "31.888"))


def test_several_payloads_must_be_told_apart() -> None:
    body = osd(**{"81-0-0": {"gimbal_pitch": -10.0, "gimbal_yaw": 5.0}})

    assert reader().read(body).poses[0].gimbal is None
    assert [reason.code for reason in reader().read(body).left] == ["which_payload"]
    assert reader(payload="81-0-0").read(body).poses[0].gimbal == Gimbal(-10.0, 5.0, 0.0)
    assert [reason.code for reason in reader(payload="99-0-0").read(body).left] == ["no_payload"]


def test_a_payload_without_angles() -> None:
    told = reader().read(osd(**{"52-0-0": {"zoom_factor": 2}}))

    assert told.poses[0].gimbal is None
    assert [reason.code for reason in told.left] == ["no_gimbal"]


def test_a_remote_controls_place_is_not_read() -> None:
    body = json.dumps({"timestamp": 1, "data": {"latitude": 31.777666, "longitude": 121.555444}}).encode()
    with pytest.raises(NotDecoded) as caught:
        reader().read(body)

    assert caught.value.reason.code == "no_aircraft"
    assert not any(value in repr(caught.value.reason) for value in ("31.77", "121.55"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"data": 1}', "no_data"),
        (osd(latitude=None), "no_fix"),
        (osd(latitude=0, longitude=0.0), "no_fix"),
        (osd(latitude=91.0), "impossible"),
        (osd(elevation=1e300), "impossible"),
        (osd(attitude_head="91"), "no_aircraft"),
        (osd(attitude_head=True), "no_aircraft"),
        (osd(attitude_head=10**400), "no_aircraft"),
        (osd(**{"52-0-0": {"gimbal_pitch": 4000.0}}), "impossible"),
        (b" " * 300_000, "too_large"),
    ],
)
def test_refusals_name_their_cause(body: bytes, code: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        reader().read(body)

    assert caught.value.reason.code == code
