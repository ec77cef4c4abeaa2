"""ONVIF notifications: what is taken, what is dropped unread, and what is refused."""

from typing import Any

import pytest

from edge.decoders import onvif
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from tests.unit.gates.samples import onvif as message
from tests.unit.gates.samples import pulled

AT = 1772323200.5
RULE = {"VideoSourceConfigurationToken": "1", "Rule": "Fire lane"}


def decode(body: bytes, **settings: Any) -> Decoded:
    given = {"kind": "onvif", "device": "door-2", **settings}
    return onvif.build(onvif.Settings.model_validate(given)).decode("", body)


def codes(decoded: Decoded) -> list[str]:
    return [reason.code for reason in decoded.left]


@pytest.mark.parametrize(
    ("notification", "reading"),
    [
        (
            message(
                "tns1:Device/Trigger/DigitalInput", {"InputToken": "DigitInput_2"}, {"LogicalState": "true"}
            ),
            Reading("door-2", "input", True, AT, channel="2"),
        ),
        (
            message("tns1:Device/Trigger/Relay", {"RelayToken": "AlarmOut_0"}, {"LogicalState": "active"}),
            Reading("door-2", "switch", True, AT, channel="relay"),
        ),
        (
            message("tns1:VideoSource/GlobalSceneChange/ImagingService", {"Source": "1"}, {"State": "false"}),
            Reading("door-2", "tamper", False, AT, channel="scene"),
        ),
        (
            message("tns1:VideoSource/ImageTooDark/AnalyticsService", {"Source": "1"}, {"State": "true"}),
            Reading("door-2", "alarm", True, AT, channel="image_too_dark"),
        ),
        (
            message("tns1:RuleEngine/TamperDetector/Tamper", RULE, {"IsTamper": "true"}),
            Reading("door-2", "tamper", True, AT),
        ),
        (
            message("tns1:RuleEngine/MyRuleDetector/VehicleDetect", {"Source": "000"}, {"State": "true"}),
            Reading("door-2", "occupied", True, AT, channel="vehicle"),
        ),
        (
            message("tns1:Door/State/DoorPhysicalState", {"DoorToken": "d1"}, {"State": "Open"}),
            Reading("door-2", "barrier", "open", AT),
        ),
        (
            message("tns1:Door/State/DoorAlarm", {"DoorToken": "d2"}, {"State": "DoorForcedOpen"}),
            Reading("door-2", "barrier", "forced", AT, channel="2-alarm"),
        ),
        (
            message("tns1:Door/State/DoorAlarm", {"DoorToken": "d1"}, {"State": "DoorOpenTooLong"}),
            Reading("door-2", "barrier", "held_open", AT, channel="alarm"),
        ),
        (
            message("tns1:Door/State/DoorTamper", {"DoorToken": "d1"}, {"State": "TamperDetected"}),
            Reading("door-2", "tamper", True, AT),
        ),
    ],
)
def test_what_is_taken(notification: str, reading: Reading) -> None:
    assert decode(pulled(notification)).readings == (reading,)
    assert decode(notification.encode()).readings == (reading,)


def test_the_settings_say_what_a_rule_and_an_input_are_about() -> None:
    rules = {"Gate queue": "queue", "Fire lane": "occupied"}
    inside = message("tns1:RuleEngine/FieldDetector/ObjectsInside", RULE, {"IsInside": "true"})
    counter = message("tns1:RuleEngine/CountAggregation/Counter", {"Rule": "Gate queue"}, {"Count": "6"})
    contact = message("tns1:Device/Trigger/DigitalInput", {"InputToken": "boom"}, {"LogicalState": "true"})

    told = decode(pulled(inside, counter, contact), rules=rules, inputs={"boom": "barrier_closed"})

    assert told.readings == (
        Reading("door-2", "occupied", True, AT, channel="rule2"),
        Reading("door-2", "queue", 6.0, AT, channel="rule1"),
        Reading("door-2", "barrier", "closed", AT),
    )
    unmapped = decode(pulled(inside, counter))
    assert unmapped.readings == ()
    assert [reason.text for reason in unmapped.left[:2]] == [
        "the rule is not in the setting rules, so what it means is not known",
        "the counter is not in the setting rules, so what it means is not known",
    ]


def test_property_operations() -> None:
    def operated(operation: str, state: str = "true") -> Decoded:
        source = {"InputToken": "1"}
        body = message("tns1:Device/Trigger/DigitalInput", source, {"LogicalState": state}, operation)
        return decode(pulled(body))

    assert operated("Initialized", "false").readings == (Reading("door-2", "input", False, AT),)
    assert operated("Changed").readings == (Reading("door-2", "input", True, AT),)
    assert operated("Deleted").readings == (Reading("door-2", "input", False, AT, "uncertain"),)
    gone = message("tns1:Door/State/DoorAlarm", {"DoorToken": "1"}, {"State": "DoorForcedOpen"}, "Deleted")
    assert codes(decode(pulled(gone)))[0] == "property_deleted"


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("tns1:AccessControl/AccessGranted/Credential", "card_dropped"),
        ("tns1:RuleEngine/Recognition/LicensePlate", "plate_dropped"),
        ("tns1:RuleEngine/Recognition/Face", "face_dropped"),
        ("tns1:RuleEngine/MyRuleDetector/PeopleDetect", "person_dropped"),
        ("tns1:RuleEngine/MyRuleDetector/FaceDetect", "face_dropped"),
        ("tns1:RuleEngine/FieldDetector/ObjectsInside", "not_mapped"),
        ("tns1:RuleEngine/CellMotionDetector/Motion", "not_taken"),
        ("tns1:VideoSource/MotionAlarm", "not_taken"),
    ],
)
def test_what_is_left_says_why(topic: str, code: str) -> None:
    decoded = decode(pulled(message(topic, RULE, {"State": "true"})))
    assert (decoded.readings, codes(decoded)[0]) == ((), code)


def test_a_pull_that_brought_nothing_is_empty() -> None:
    assert decode(pulled()) == Decoded()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<Envelope/>", "has no NotificationMessage"),
        (b"<html/>", "its outermost element is none of a message of this make"),
        (b"<Envelope><Body></Envelope>", "is not XML: mismatched tag at line 1, column 19"),
    ],
)
def test_what_is_refused_says_why(body: bytes, text: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(body)
    assert caught.value.reason.text == text
