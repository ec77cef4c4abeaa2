"""Frigate's topics: vehicles become sightings, persons, faces and plates are dropped unread."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.decoders import frigate
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from edge.seen import Seen
from tests.unit.gates.samples import frigate as event


def decode(body: bytes, topic: str = "frigate/events", **settings: Any) -> Decoded:
    return frigate.build(frigate.Settings.model_validate({"kind": "frigate", **settings})).decode(topic, body)


def codes(decoded: Decoded) -> list[str]:
    return [reason.code for reason in decoded.left]


def test_a_vehicle_is_seen_in_shares_of_the_picture() -> None:
    decoded = decode(event())

    assert decoded.seen == (
        Seen(
            camera="front_gate",
            at=1772323205.5,
            label="car",
            box=(0.25, 0.5, 0.5, 0.75),
            phase="update",
            score=0.875,
            track="1772323200.25-abc123",
            standing=True,
            aspect=1280 / 720,
        ),
    )
    assert decoded.readings == ()
    assert codes(decoded) == ["face_dropped", "person_dropped", "plate_dropped"]


def test_the_picture_of_a_camera_is_as_the_settings_say() -> None:
    (seen,) = decode(event(), cameras={"front_gate": {"width": 640, "height": 720}}).seen
    assert (seen.box, seen.aspect) == ((0.5, 0.5, 1.0, 0.75), 640 / 720)

    outside = decode(event(), cameras={"front_gate": {"width": 320, "height": 240}})
    assert outside.seen == ()
    assert outside.left[0].text == "its box is none in a picture of 320 x 240; set the camera's picture"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("person", "person_dropped"),
        ("face", "face_dropped"),
        ("license_plate", "plate_dropped"),
        ("dog", "not_taken"),
        ("package", "not_taken"),
    ],
)
def test_what_is_no_vehicle_is_left(label: str, code: str) -> None:
    decoded = decode(event(label))
    assert (decoded.seen, codes(decoded)[0]) == ((), code)


def test_what_may_be_a_false_detection_waits_but_its_end_is_told() -> None:
    assert codes(decode(event(false_positive=True)))[0] == "not_sure"
    (seen,) = decode(event(phase="end", false_positive=True)).seen
    assert seen.phase == "end"


@pytest.mark.parametrize(
    ("topic", "body", "readings", "left"),
    [
        ("frigate/available", b"online", (Reading("frigate", "online", True),), []),
        ("frigate/available", b"offline", (Reading("frigate", "online", False),), []),
        ("frigate/available", b"stopped", (Reading("frigate", "online", False),), []),
        ("frigate/yard/detect/state", b"OFF", (Reading("yard", "online", False, channel="detect"),), []),
        ("frigate/yard/enabled/state", b"ON", (Reading("yard", "online", True, channel="enabled"),), []),
        ("frigate/yard/status/detect", b"offline", (Reading("yard", "online", False, channel="status"),), []),
        ("frigate/yard/status/record", b"offline", (), ["not_taken"]),
        ("frigate/yard/recordings/state", b"ON", (), ["not_taken"]),
        ("frigate/yard/car", b"3", (Reading("yard", "count", 3.0, channel="car"),), []),
        ("frigate/yard/person", b"2", (), ["person_dropped"]),
        ("frigate/yard/all", b"5", (), ["person_dropped"]),
        ("frigate/yard/dog", b"5", (), ["not_taken"]),
        ("frigate/yard/car/snapshot", b"\xff\xd8\xff", (), ["picture_dropped"]),
        ("frigate/reviews", b'{"type": "new"}', (), ["not_taken"]),
        ("frigate/stats", b"{}", (), ["not_taken"]),
        ("frigate/tracked_object_update", b'{"type": "face", "name": "A"}', (), ["face_dropped"]),
        ("frigate/tracked_object_update", b'{"type": "lpr", "plate": "A"}', (), ["plate_dropped"]),
        ("frigate/tracked_object_update", b'{"type": "description"}', (), ["person_dropped"]),
    ],
)
def test_other_topics(topic: str, body: bytes, readings: tuple[Reading, ...], left: list[str]) -> None:
    decoded = decode(body, topic)
    assert (decoded.readings, codes(decoded)) == (readings, left)


@pytest.mark.parametrize(
    ("topic", "body", "text"),
    [
        ("nvr/events", b"{}", "its topic does not begin with the prefix in the settings"),
        ("frigate/events", b"[1]", "is no event: no `after`, or type is none of new, update, end"),
        ("frigate/available", b"away", "available is neither online nor offline"),
        ("frigate/yard/car", b"three", "a count is no whole number"),
        ("frigate/yard/detect/state", b"maybe", "the state of detect is none that is known"),
        ("frigate/yard/status/detect", b"\xff", "the state of status is none that is known"),
    ],
)
def test_what_is_refused_says_why(topic: str, body: bytes, text: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(body, topic)
    assert caught.value.reason.text == text


@pytest.mark.parametrize("top", [True, False])
def test_stats_tell_of_which_cameras_pictures_come(top: bool) -> None:
    cameras = {
        "yard": {"camera_fps": 5.1, "process_fps": 5.0},
        "kerb": {"camera_fps": 0.0},
        "hall": {"camera_fps": 5},
    }
    body = json.dumps(
        {"service": {"version": "0.14.1"}, **(cameras if top else {"cameras": cameras})}
    ).encode()
    decoded = decode(body, "frigate/stats", cameras={"yard": {}, "kerb": {}, "lane": {}})
    assert decoded.readings == (
        Reading("yard", "online", True, channel="pictures"),
        Reading("kerb", "online", False, channel="pictures"),
    )


@pytest.mark.shared_data
def test_the_real_samples(shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    real = {sample["id"]: sample for sample in samples}
    person = decode(json.dumps(real["frigate_event_update"]["payload"]).encode())
    face = decode(
        json.dumps(real["frigate_tracked_object_update"]["payload"]).encode(),
        real["frigate_tracked_object_update"]["topic"],
    )
    car = json.loads(json.dumps(real["frigate_event_update"]["payload"]).replace('"person"', '"car"'))

    assert (person.seen, person.readings, codes(person)) == ((), (), ["person_dropped", "picture_dropped"])
    assert (face.seen, face.readings, codes(face)) == ((), (), ["face_dropped"])
    for value in ("user_1", "camera_26", "front_door", "mxklsc", "1607123962", "driveway", "432"):
        assert value not in repr((person, face))
    with_car = decode(json.dumps(car).encode(), picture={"width": 1280, "height": 854})
    (seen,) = with_car.seen
    assert (seen.at, seen.standing, seen.score) == (1607123962.082975, False, 0.87890625)
    assert seen.box == pytest.approx((0.3375, 0.580796, 0.425, 1.0), abs=1e-6)
