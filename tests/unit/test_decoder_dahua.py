"""Dahua's event lines and their JSON: what is taken, what is dropped unread, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.decoders import dahua
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from edge.seen import Seen
from tests.unit.gates.samples import CARD, PERSON, dahua_object
from tests.unit.gates.samples import dahua as line


def decode(body: bytes, topic: str = "", **settings: Any) -> Decoded:
    given = {"kind": "dahua", "device": "yard", **settings}
    return dahua.build(dahua.Settings.model_validate(given)).decode(topic, body)


def codes(decoded: Decoded) -> list[str]:
    return [reason.code for reason in decoded.left]


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        (line("AlarmLocal"), Reading("yard", "input", True)),
        (line("AlarmLocal", "Stop", 2), Reading("yard", "input", False, channel="3")),
        (line("VideoBlind"), Reading("yard", "tamper", True)),
        (line("SceneChange", "Stop", 1), Reading("yard", "tamper", False, channel="2-scene")),
        (line("ParkingDetection"), Reading("yard", "vehicle_standing", True)),
        (
            line("ParkingDetection", "Stop", 0, {"RuleID": 7}),
            Reading("yard", "vehicle_standing", False, channel="rule7"),
        ),
        (line("SmartMotionVehicle"), Reading("yard", "occupied", True, channel="motion")),
        (line("DoorNotClosed"), Reading("yard", "barrier", "held_open")),
        (line("DoorNotClosed", "Stop"), Reading("yard", "barrier", "closed", None, "uncertain")),
        (line("BreakIn", "Pulse"), Reading("yard", "barrier", "forced")),
        (
            line("DoorStatus", "Pulse", 0, {"Status": "Open", "UserID": CARD}),
            Reading("yard", "barrier", "open"),
        ),
        (line("DoorStatus", "Pulse", 0, {"Status": "Close"}), Reading("yard", "barrier", "closed")),
        (
            line("CrossRegionDetection", "Start", 0, dahua_object("Vehicle")),
            Reading("yard", "occupied", True, channel="rule4"),
        ),
        (b'Code=VideoBlind;action=Start;index=0;data={\n  "cut', Reading("yard", "tamper", True)),
    ],
)
def test_what_is_taken(body: bytes, reading: Reading) -> None:
    assert decode(body).readings == (reading,)


def test_a_heartbeat_says_nothing() -> None:
    assert decode(b"Heartbeat\r\n") == Decoded()


def test_a_vehicles_box_is_told_in_shares() -> None:
    body = line("CrossLineDetection", "Pulse", 2, dahua_object("NonMotor"))

    (seen,) = decode(body, clock="utc").seen

    assert seen == Seen("yard.3", 1772323200.5, "two_wheeler", (0.0, 0.5, 1.0, 1.0), "once")


def test_the_devices_clock_is_believed_only_if_told_so() -> None:
    body = line("VideoBlind", "Start", 0, {"UTC": 1772323200})

    assert decode(body).readings[0].at is None
    assert decode(body, clock="utc").readings[0].at == 1772323200.0


def test_the_settings_say_what_an_input_means() -> None:
    body = line("AlarmLocal", "Stop", 1)
    assert decode(body, inputs={"2": "contact_open"}).readings == (
        Reading("yard", "contact", True, channel="2"),
    )


def test_several_events_in_one_message_come_in_their_order() -> None:
    decoded = decode(line("VideoBlind") + b"\r\n" + line("AlarmLocal") + b"\r\n" + line("FaceDetection"))

    assert [reading.quantity for reading in decoded.readings] == ["tamper", "input"]
    assert codes(decoded) == ["face_dropped"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (line("SmartMotionHuman", "Start", 0, {"object": [{"HumamID": 542}]}), "person_dropped"),
        (line("CrossRegionDetection", "Start", 0, dahua_object("Human")), "person_dropped"),
        (line("CrossRegionDetection", "Start", 0, dahua_object("Unknown")), "person_dropped"),
        (line("CrossRegionDetection"), "person_dropped"),
        (line("ParkingDetection", "Start", 0, dahua_object("Human")), "person_dropped"),
        (line("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": "A1"}}), "plate_dropped"),
        (line("TrafficParking", "Start", 0, {"PlateNumber": "A1"}), "plate_dropped"),
        (line("AccessControl", "Pulse", 0, {"CardNo": CARD, "UserID": PERSON}), "card_dropped"),
        (line("FaceRecognition"), "face_dropped"),
        (line("NumberStat"), "person_dropped"),
    ],
)
def test_what_is_dropped_says_which_kind_of_field(body: bytes, code: str) -> None:
    decoded = decode(body)

    assert (decoded.readings, decoded.seen) == ((), ())
    assert codes(decoded)[0] == code


def test_a_person_in_a_message_with_a_vehicle_drops_it_all() -> None:
    objects = [{"ObjectType": "Vehicle"}, {"ObjectType": "Human"}]
    decoded = decode(line("CrossRegionDetection", "Start", 0, {"Objects": objects}))
    assert (decoded.readings, codes(decoded)) == ((), ["person_dropped"])


def test_what_is_published_again_as_json_reads_alike() -> None:
    again = {"Code": "AlarmLocal", "action": "Start", "index": "1", "data": {"UTC": 1772323200}}
    gate = {"Action": "Pulse", "Data": {"Status": "Close", "UserID": CARD}, "serialNumber": "5L0"}

    assert decode(json.dumps(again).encode()).readings == (Reading("yard", "input", True, channel="2"),)
    told = decode(json.dumps(gate).encode(), "DahuaVTO/DoorStatus/Event")
    assert told.readings == (Reading("yard", "barrier", "closed"),)
    assert codes(told) == ["card_dropped"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "has no line Code=...;action=...;index=..."),
        (b"Heartbeats", "has no line Code=...;action=...;index=..."),
        (b"{}", "is JSON without a Code"),
        (b'{"Code": "a;b"}', "is JSON without a Code"),
        (line("VideoBlind") * 1 + b"\nCode=x" * 64, "65 events in one message; 64 are allowed"),
    ],
)
def test_what_is_refused_says_why(body: bytes, text: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(body)
    assert caught.value.reason.text == text


def test_what_says_nothing_is_left_with_a_reason() -> None:
    assert codes(decode(line("VideoMotion"))) == ["not_taken"]
    assert codes(decode(line("DoorStatus"))) == ["not_clear"]
    assert codes(decode(line("VideoBlind", "Later"))) == ["not_clear"]


@pytest.mark.shared_data
def test_the_real_samples(shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    real = {sample["id"]: sample["payload"] for sample in samples}
    crossing = decode(json.dumps(real["dahua_crossregion"]).encode())
    lines = decode(real["dahua_attach_lines"].encode())

    for decoded in (crossing, lines):
        assert (decoded.readings, decoded.seen, codes(decoded)) == ((), (), ["person_dropped"])
        for value in ("Regola2", "Region1", "542", "77171", "2888", "2072", "1687814520", "2023-06-26"):
            assert value not in repr(decoded)
    as_vehicle = {**real["dahua_crossregion"]}
    as_vehicle["data"] = {
        **as_vehicle["data"],
        "Object": {**as_vehicle["data"]["Object"], "ObjectType": "Vehicle"},
    }
    (seen,) = decode(json.dumps(as_vehicle).encode()).seen
    assert seen.box == pytest.approx((0.352582, 0.527408, 0.393603, 0.687584), abs=1e-6)
