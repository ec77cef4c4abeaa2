"""Hikvision's alerts: what is taken, what is dropped unread, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.decoders import hikvision
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from edge.seen import Seen
from tests.unit.gates.samples import RECT, access, region
from tests.unit.gates.samples import hikvision as alert

AT = 1772323200.0  # 2026-03-01T08:00:00+08:00


def decode(body: bytes, **settings: Any) -> Decoded:
    given = {"kind": "hikvision", "device": "gate-3", **settings}
    return hikvision.build(hikvision.Settings.model_validate(given)).decode("", body)


def codes(decoded: Decoded) -> list[str]:
    return [reason.code for reason in decoded.left]


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        (alert("IO", "<inputIOPortID>1</inputIOPortID>"), Reading("gate-3", "input", True, AT)),
        (
            alert("IO", "<inputIOPortID>3</inputIOPortID>", state="inactive"),
            Reading("gate-3", "input", False, AT, channel="3"),
        ),
        (alert("shelteralarm"), Reading("gate-3", "tamper", True, AT)),
        (
            alert("scenechangedetection", state="inactive", camera="2"),
            Reading("gate-3", "tamper", False, AT, channel="2-scene"),
        ),
        (alert("defocus"), Reading("gate-3", "tamper", True, AT, channel="focus")),
        (alert("videoloss", state="inactive"), Reading("gate-3", "alarm", False, AT, channel="video_loss")),
        (
            alert("fielddetection", region("vehicle")),
            Reading("gate-3", "occupied", True, AT, channel="region2"),
        ),
        (
            alert("parking", region(None, 1)),
            Reading("gate-3", "vehicle_standing", True, AT, channel="region1"),
        ),
        (access(5, 0x19), Reading("gate-3", "barrier", "open", AT)),
        (access(5, 0x1A), Reading("gate-3", "barrier", "closed", AT)),
        (access(5, 0x1B), Reading("gate-3", "barrier", "forced", AT)),
        (access(5, 0x1C, doorNo=2), Reading("gate-3", "barrier", "held_open", AT, channel="2")),
        (access(1, 0x404), Reading("gate-3", "tamper", True, AT)),
    ],
)
def test_what_is_taken(body: bytes, reading: Reading) -> None:
    assert decode(body).readings == (reading,)


def test_a_vehicle_in_a_region_is_seen_where_the_camera_says() -> None:
    (seen,) = decode(alert("fielddetection", region("vehicle", box=RECT), camera="4")).seen

    assert seen == Seen("gate-3.4", AT, "vehicle", (0.25, 0.5, 0.5, 0.625), "once")


def test_the_settings_say_what_an_input_and_a_region_mean() -> None:
    forced = decode(alert("IO", "<inputIOPortID>2</inputIOPortID>"), inputs={"2": "barrier_forced"})
    over = decode(
        alert("IO", "<inputIOPortID>2</inputIOPortID>", state="inactive"), inputs={"2": "barrier_forced"}
    )
    blocked = decode(alert("fielddetection", region("vehicle")), regions={"2": "vehicle_standing"})

    assert forced.readings == (Reading("gate-3", "barrier", "forced", AT, channel="2"),)
    assert over.readings == (Reading("gate-3", "barrier", "closed", AT, "uncertain", "2"),)
    assert blocked.readings == (Reading("gate-3", "vehicle_standing", True, AT, channel="region2"),)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (alert("ANPR", "<ANPR><licensePlate>A</licensePlate></ANPR>"), "plate_dropped"),
        (alert("facedetection"), "face_dropped"),
        (alert("PDC"), "person_dropped"),
        (alert("fielddetection", region("human")), "person_dropped"),
        (alert("fielddetection", region(None)), "person_dropped"),
        (alert("fielddetection"), "person_dropped"),
        (alert("linedetection", region("others")), "person_dropped"),
        (access(5, 0x01), "card_dropped"),
        (access(5, 75), "card_dropped"),
        (
            alert(
                "AccessControllerEvent",
                "<AccessControllerEvent><majorEventType>5</majorEventType>"
                "<subEventType>1</subEventType></AccessControllerEvent>",
            ),
            "card_dropped",
        ),
    ],
)
def test_what_is_dropped_says_which_kind_of_field(body: bytes, code: str) -> None:
    decoded = decode(body)

    assert decoded.readings == ()
    assert decoded.seen == ()
    assert code in codes(decoded)


def test_a_person_beside_a_vehicle_is_dropped_alone() -> None:
    both = region("vehicle", 1) + region("human", 2)

    decoded = decode(alert("fielddetection", both))

    assert decoded.readings == (Reading("gate-3", "occupied", True, AT, channel="region1"),)
    assert codes(decoded) == ["person_dropped"]


def test_what_is_not_taken_is_named() -> None:
    (reason,) = decode(alert("diskfull")).left
    assert (reason.code, reason.text) == ("not_taken", "the event type diskfull is none that is taken")
    (reason,) = decode(alert("A7K42B 粤B")).left
    assert reason.text == "the event type is none that is taken"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "is not XML: no element found at line 1, column 1"),
        (b"<a/>", "its outermost element is none of a message of this make"),
        (b"<EventNotificationAlert>", "is not XML: no element found at line 1, column 25"),
        (b"<ResponseStatus/>", "its outermost element is none of a message of this make"),
        (alert("IO", state="maybe"), "eventState is neither active nor inactive"),
        (b'{"eventType": "heartBeat"}', "is JSON without AccessControllerEvent"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><EventNotificationAlert>&b;</EventNotificationAlert>',
            "has a document type declaration; none is allowed, nor entities",
        ),
        (b"<x>" * 40, "has more than 5000 elements, or more than 32 one in another"),
        (b" " * 262_145, "262145 bytes of XML; 262144 are allowed"),
    ],
)
def test_what_is_refused_says_why(body: bytes, text: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(body)
    assert caught.value.reason.text == text


def test_a_time_without_a_zone_or_of_a_clock_never_set_is_none() -> None:
    local = alert("IO").replace(b"+08:00", b"")
    unset = alert("IO").replace(b"2026-03-01T", b"1970-01-01T")

    assert [decode(body).readings[0].at for body in (local, unset)] == [None, None]


@pytest.mark.shared_data
def test_the_real_samples(shared_data: Path) -> None:
    def real(name: str) -> Decoded:
        return decode((shared_data / "payloads" / f"hikvision_{name}.xml").read_bytes())

    vehicle, human = real("fielddetection_vehicle"), real("fielddetection_human")
    # 2022-01-19T07:51:17+01:00
    assert vehicle.readings == (Reading("gate-3", "occupied", True, 1642575077.0, channel="region2"),)
    (seen,) = vehicle.seen
    assert seen.box == pytest.approx((0.779688, 0.409722, 0.989063, 0.869444))
    assert (human.readings, human.seen, codes(human)) == ((), (), ["person_dropped"])
    # 2024-11-19T16:53:28+01:00
    assert real("io_input_alarm").readings == (Reading("gate-3", "input", True, 1732031608.0),)
    for name in ("ipc1_anpr_plate_detected", "ipc1_anpr_plate_unknown"):
        anpr = real(name)
        assert (anpr.readings, anpr.seen, codes(anpr)) == ((), (), ["plate_dropped"])
        for value in ("XX00000", "bc:5e:33", "10.2.124.188", "white", "SUVMPV", "1060", "2023081113"):
            assert value not in repr(anpr)
    for value in ("COUR NORD", "ac:b9:2f", "192.168.2.5", "0.505556"):
        assert value not in repr((vehicle, human))


def test_a_controllers_numbers_may_be_text() -> None:
    body = json.dumps({"AccessControllerEvent": {"majorEventType": "5", "subEventType": "27"}}).encode()
    assert decode(body).readings == (Reading("gate-3", "barrier", "forced"),)
