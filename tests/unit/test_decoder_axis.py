"""Axis events over MQTT and Object Analytics: what is taken, what is dropped unread, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.decoders import axis
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from tests.unit.gates.samples import axis as event

AT = 1772323200.25
ANALYTICS = "axis:CameraApplicationPlatform/ObjectAnalytics"


def decode(body: bytes, topic: str = "", **settings: Any) -> Decoded:
    given = {"kind": "axis", "device": "cam-5", **settings}
    return axis.build(axis.Settings.model_validate(given)).decode(topic, body)


def codes(decoded: Decoded) -> list[str]:
    return [reason.code for reason in decoded.left]


@pytest.mark.parametrize(
    ("body", "reading"),
    [
        (
            event("onvif:Device/axis:IO/Port", {"state": "1"}, {"port": "1"}),
            Reading("cam-5", "input", True, AT),
        ),
        (
            event("onvif:Device/axis:IO/Port", {"state": "0"}, {"port": "2"}),
            Reading("cam-5", "input", False, AT, channel="2"),
        ),
        (
            event("tns1:Device/tnsaxis:IO/VirtualInput", {"active": "1"}, {"port": "38"}),
            Reading("cam-5", "input", True, AT, channel="38-virtual"),
        ),
        (
            event("tns1:VideoSource/tnsaxis:Tampering", {"tampering": "1"}, {"channel": "1"}),
            Reading("cam-5", "tamper", True, AT),
        ),
        (
            event("tns1:VideoSource/GlobalSceneChange/ImagingService", {"State": "0"}),
            Reading("cam-5", "tamper", False, AT, channel="scene"),
        ),
        (
            event("tns1:Device/tnsaxis:Casing/Open", {"Open": "1"}),
            Reading("cam-5", "tamper", True, AT, channel="case"),
        ),
        (
            event(f"{ANALYTICS}/Device1Scenario2", {"active": "1", "classTypes": "car,truck"}),
            Reading("cam-5", "occupied", True, AT, channel="scenario2"),
        ),
    ],
)
def test_what_is_taken(body: bytes, reading: Reading) -> None:
    assert decode(body).readings == (reading,)


def test_a_topic_of_mqtt_serves_where_the_body_has_none() -> None:
    body = event("", {"state": "1"}, {"port": "1"})
    topic = "axis/ACCC8E112233/event/tns:onvif/Device/tns:axis/IO/Port/$source/port/1"
    shape = "axis/ACCC8E112233/event/tns1:Device/tnsaxis:IO/Port/$source/port/1"

    assert decode(body, shape).readings == (Reading("cam-5", "input", True, AT),)
    assert decode(body, topic).readings == (Reading("cam-5", "input", True, AT),)


def test_the_doors_of_a_controller() -> None:
    forced = event("tns1:Door/State/DoorAlarm", {"State": "DoorForcedOpen"}, {"DoorToken": "Axis-door 2"})
    fine = event("tns1:Door/State/DoorAlarm", {"State": "Normal"}, {"DoorToken": "Axis-door 2"})

    assert decode(forced).readings == (Reading("cam-5", "barrier", "forced", AT, channel="2-alarm"),)
    assert decode(fine).readings == (Reading("cam-5", "barrier", "closed", AT, "uncertain", "2-alarm"),)


def test_the_settings_say_what_a_scenario_is_about() -> None:
    scenarios = {
        "Device1Scenario1": "vehicle_standing",
        "Device1Scenario3": "queue",
        "Device1Scenario3Threshold": "alarm",
    }
    threshold = event(f"{ANALYTICS}/Device1Scenario3Threshold", {"active": "1"})
    assert decode(threshold, scenarios=scenarios).readings == (
        Reading("cam-5", "alarm", True, AT, channel="scenario3-threshold"),
    )
    standing = event(f"{ANALYTICS}/Device1Scenario1", {"active": "1"})
    queue = event(f"{ANALYTICS}/Device1Scenario3", {"totalCar": "4", "totalTruck": "1", "totalHuman": "3"})

    assert decode(standing, scenarios=scenarios).readings == (
        Reading("cam-5", "vehicle_standing", True, AT, channel="scenario1"),
    )
    assert decode(queue, scenarios=scenarios).readings == (
        Reading("cam-5", "queue", 5.0, AT, channel="scenario3"),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (event(f"{ANALYTICS}/Device1Scenario1", {"active": "1", "classTypes": "human"}), "person_dropped"),
        (
            event(f"{ANALYTICS}/Device1Scenario1", {"active": "1", "classTypes": "car,human"}),
            "person_dropped",
        ),
        (event(f"{ANALYTICS}/Device1Scenario1", {"active": "1", "classTypes": "unknown"}), "person_dropped"),
        (event(f"{ANALYTICS}/Device1Scenario1", {"active": "1"}), "not_mapped"),
        (event("tns1:AccessControl/AccessGranted/Credential", {"CardNr": "7"}), "card_dropped"),
        (event("tnsaxis:CameraApplicationPlatform/LicensePlateVerifier/x", {"a": "7"}), "plate_dropped"),
        (event("tns1:Device/tnsaxis:Sensor/PIR", {"state": "1"}), "person_dropped"),
        (event("tns1:Device/tnsaxis:Status/Temperature", {"state": "1"}), "not_taken"),
        (event("tns1:Device/tnsaxis:IO/Port", {"state": "maybe"}), "not_clear"),
    ],
)
def test_what_is_left_says_why(body: bytes, code: str) -> None:
    decoded = decode(body)
    assert (decoded.readings, codes(decoded)[0]) == ((), code)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[]", "is JSON without message, as its events have"),
        (b"online", "is not JSON: Expecting value at line 1, column 1"),
        (b"\xff", "is not UTF-8 text (byte 1)"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"message": NaN}', "is not JSON: one of its numbers is none"),
    ],
)
def test_what_is_refused_says_why(body: bytes, text: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(body)
    assert caught.value.reason.text == text


@pytest.mark.shared_data
def test_the_real_samples(shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    real = {sample["id"]: json.dumps(sample["payload"]).encode() for sample in samples}

    any_scenario = decode(real["axis_aoa_active"])
    assert (any_scenario.readings, codes(any_scenario)) == ((), ["not_mapped"])
    mapped = decode(real["axis_aoa_active"], scenarios={"Device1ScenarioANY": "occupied"})
    assert mapped.readings == (Reading("cam-5", "occupied", False, 1692892990.562, channel="scenarioany"),)
    counts = decode(real["axis_aoa_counts"])
    at = 1670518346.712
    assert set(counts.readings) == {
        Reading("cam-5", "count", 18103.0, at, channel="scenario1-car"),
        Reading("cam-5", "count", 2857.0, at, channel="scenario1-truck"),
        Reading("cam-5", "count", 0.0, at, channel="scenario1-bus"),
        Reading("cam-5", "count", 0.0, at, channel="scenario1-two_wheeler"),
    }
    assert codes(counts) == ["person_dropped"]
    for decoded in (any_scenario, mapped, counts):
        for value in ("B8A44F4DAC06", "0123456789AB", "20960", "2022-12-06"):
            assert value not in repr(decoded)
