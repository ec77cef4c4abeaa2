"""A Frigate box as a source: one situation for one car; nothing opens or clears while the box is away."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.checks import Known
from edge.journal.replaying import JournalReplay, Wanted
from edge.verifications import Asked
from edge.wing import Wanted as Place
from tests.analysed import ASSET, UTC, Street, phases, settings, story, written

STANDING = [told for told in story() if told["t"] < 150.0]  # the car stands; nothing more is heard of it
TRACKS = [told["payload"]["after"] for told in STANDING if told["topic"] == "frigate/events"]
CAR = [after for after in TRACKS if after["label"] == "car" and after["stationary"]][-1]


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(written(tmp_path, settings(tmp_path)))


def opened(street: Street) -> Any:
    (event,) = [event for event in street.events() if event.type.endswith("opened.v1")]
    return event


def test_one_car_under_three_track_ids_is_one_situation_of_the_camera(street: Street) -> None:
    street.run(420.0, story())
    events = street.stop()
    assert phases(events) == ["opened", "cleared"]
    source = opened(street).data.source
    assert (source.id, source.kind, source.name, source.asset) == ("kerb-7", "camera", "Kerb", ASSET)
    assert opened(street).data.location.geometry.coordinates == (116.7, 39.5)
    assert {event.subject for event in events} == {opened(street).subject}


GONE: list[tuple[Callable[[Street], None], Callable[[Street], None]]] = [
    (lambda box: box.say("available", "offline"), lambda box: box.say("available", "online")),
    (lambda box: box.link("lost"), lambda box: box.link("recovered")),
    (lambda box: box.say("kerb_7/detect/state", "OFF"), lambda box: box.say("kerb_7/detect/state", "ON")),
    (lambda box: box.say("kerb_7/enabled/state", "OFF"), lambda box: box.say("kerb_7/enabled/state", "ON")),
    (
        lambda box: box.say("kerb_7/status/detect", "offline"),
        lambda box: box.say("kerb_7/status/detect", "online"),
    ),
    (
        lambda box: box.say("stats", {"cameras": {"kerb_7": {"camera_fps": 0.0}}}),
        lambda box: box.say("stats", {"cameras": {"kerb_7": {"camera_fps": 5.0}}}),
    ),
    (lambda box: None, lambda box: box.say("stats", {"cameras": {}})),  # it falls silent
]


@pytest.mark.parametrize("how", range(len(GONE)))
def test_while_it_is_away_nothing_opens_or_clears_and_then_what_is_empty_is_cleared(
    street: Street, how: int
) -> None:
    go, come = GONE[how]
    street.run(160.0, STANDING)
    go(street)
    for _ in range(10 if how < 6 else 1):  # the box itself is alive where only its camera is gone
        street.run(street.now + 30.0 if how < 6 else street.now + 300.0)
        if 2 <= how < 6:
            street.say("yard/car", "0")
    assert phases(street.events()) == ["opened", "raised"]

    come(street)
    for _ in range(12):
        street.run(street.now + 10.0)
        street.say("yard/car", "0")
    assert phases(street.stop()) == ["opened", "raised", "cleared", "cleared"]


def test_what_it_tells_again_after_a_break_goes_on_as_the_same_situation(street: Street) -> None:
    street.run(160.0, STANDING)
    street.say("available", "offline")
    street.run(460.0)
    street.say("available", "online")
    for _ in range(4):
        street.say("events", {"type": "update", "after": {**CAR, "id": "1772323999.0-new001"}})
        street.run(street.now + 50.0)
    assert phases(street.stop()) == ["opened", "raised", "cleared"]  # the source is back; the car stands
    assert [event.data.condition for event in street.events() if "source" in event.type] == [
        "signal_loss"
    ] * 2


def test_a_box_that_begins_anew_without_a_word_of_its_end_is_believed_once_it_has_told_all(
    street: Street,
) -> None:
    street.run(160.0, STANDING)
    street.say("available", "online")
    street.say("events", {"type": "new", "after": {**CAR, "id": "1772323999.0-new001"}})
    street.run(161.0)
    assert (
        street.lane.report()[0].trouble == "it is heard anew, and has not told of all that stands there yet"
    )
    for _ in range(3):
        street.run(street.now + 50.0)
        street.say("events", {"type": "update", "after": {**CAR, "id": "1772323999.0-new001"}})
    assert street.lane.report()[0].trouble is None
    assert phases(street.stop()) == ["opened"]


def test_a_lane_that_was_never_started_keeps_what_an_earlier_process_left(tmp_path: Path) -> None:
    street = Street(written(tmp_path, settings(tmp_path)), resumes=False)
    assert (street.stop(), street.batches) == ([], [])


def test_a_restart_of_the_node_goes_on_with_the_situation(tmp_path: Path) -> None:
    file = written(tmp_path, settings(tmp_path))
    first = Street(file)
    first.run(150.0, story())
    assert phases(first.stop()) == ["opened"]
    second = Street(file, 152.0, first.saved)
    second.run(420.0, story())
    assert phases(second.stop()) == ["cleared"]
    assert {event.subject for event in second.events()} == {opened(first).subject}


def test_a_box_that_was_away_before_a_restart_and_is_back_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, settings(tmp_path))
    first = Street(file)
    first.run(20.0, story())
    first.say("available", "offline")
    first.run(30.0)
    assert phases(first.stop()) == ["raised"]
    second = Street(file, 60.0, first.saved)
    second.say("available", "online")
    second.run(65.0)
    assert phases(second.stop()) == ["cleared"]


def test_one_that_is_never_heard_of_is_told_after_its_silence(street: Street) -> None:
    street.run(140.0)
    assert street.lane.report()[0].state == "starting"
    street.run(160.0)
    (event,) = street.stop()
    assert phases([event]) == ["raised"]
    (report,) = street.lane.report()
    assert (report.state, report.trouble) == ("stalled", "its system has told nothing for 150 s")


def test_a_journal_gives_the_same_events_again(street: Street) -> None:
    street.run(160.0, story())
    street.link("lost")
    street.run(175.0, story())
    street.link("recovered")
    street.run(420.0, story())
    street.stop()
    out = street.folder / "again.jsonl"
    asked = Wanted(street.folder / "journal", "kerb-7")
    summary = JournalReplay(street.configuration, asked).run(out)
    again = [json.loads(line) for line in out.read_bytes().splitlines()]
    live = [json.loads(body) for body in street.bodies()]
    assert len(live) >= 4
    assert [(one["type"], one["subject"], one["data"]) for one in again] == [
        (one["type"], one["subject"], one["data"]) for one in live
    ]
    assert summary.observations > 390


def verify(street: Street, left_s: float = 600.0) -> Any:
    """What is answered of the one situation within a while."""
    known = Known.of(opened(street).subject, opened(street).data)
    asked = Asked("command-1", opened(street).subject, False, UTC, UTC + 600.0)
    assert street.lane.verify(Place(asked, known, None, left_s))
    return asked


def answers(street: Street) -> list[tuple[str, str]]:
    told = [event.data for event in street.events() if "scene" in event.type]
    return [(answer.outcome, answer.reasons[0].code) for data in told for answer in data.answers]


def test_verify_is_answered_by_what_it_sees(street: Street) -> None:
    street.run(150.0, story())
    verify(street)
    street.run(155.0, story())
    assert answers(street) == [("occupied", "still_there")]
    verify(street)
    street.say("available", "offline")
    street.run(900.0)
    street.say("available", "online")
    street.stop()
    assert answers(street)[1:] == [("not_seen", "doubtful")]


def test_verify_finds_the_place_empty_once_the_car_has_gone(street: Street) -> None:
    street.run(420.0, story())
    verify(street)
    for _ in range(3):
        street.say("yard/car", "0")
        street.run(street.now + 20.0)
    street.stop()
    assert answers(street) == [("clear", "seen_empty")]


@pytest.mark.parametrize(
    ("left_s", "polygon", "told"),
    [
        (-5.0, None, ("not_seen", "command_too_old")),
        (600.0, [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], ("not_in_view", "zone_changed")),
    ],
)
def test_what_needs_no_look_is_answered_at_once(
    tmp_path: Path, left_s: float, polygon: Any, told: tuple[str, str]
) -> None:
    first = Street(written(tmp_path, settings(tmp_path)))
    first.run(150.0, story())
    first.stop()
    known = Known.of(opened(first).subject, opened(first).data)
    other = settings(tmp_path)
    if polygon is not None:
        other["analytics"][0]["cameras"][0]["zones"][0]["polygon"] = polygon
    second = Street(written(tmp_path, other), 200.0, first.saved)
    asked = Asked("command-1", opened(first).subject, False, UTC, UTC + 600.0)
    assert second.lane.verify(Place(asked, known, None, left_s))
    assert not second.lane.verify(Place(asked, None, None, left_s))
    second.run(202.0)
    second.stop()
    assert answers(second) == [told]


def test_nothing_of_persons_or_plates_is_in_what_it_keeps_or_tells(street: Street) -> None:
    street.run(300.0, story())
    street.say("tracked_object_update", {"type": "lpr", "plate": "KA51MX2290", "name": "Marta"})
    street.run(301.0)
    street.stop()
    kept = b"".join([*street.bodies(), *street.saved.values(), repr(street.batches).encode()])
    kept += b"".join(path.read_bytes() for path in (street.folder / "journal").rglob("*") if path.is_file())
    for value in ("Marta", "Quell", "KA51MX2290", "1772323330.0-eee555"):
        assert any(value in json.dumps(told) for told in story())
        assert value.encode() not in kept


@pytest.mark.shared_data
def test_nothing_of_the_real_samples_is_kept_but_where_a_car_stands(
    street: Street, shared_data: Path
) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    real = {each["id"]: each for each in samples if each["id"].startswith("frigate_")}
    assert sorted(real) == ["frigate_event_update", "frigate_tracked_object_update"]
    for each in real.values():
        text = json.dumps(each["payload"])
        for label in ("person", "car"):
            told = json.loads(text.replace('"person"', f'"{label}"').replace("front_door", "kerb_7"))
            street.say(each["topic"].partition("/")[2], told)
    street.run(30.0)
    street.stop()
    kept = b"".join([*street.bodies(), *street.saved.values()])
    kept += b"".join(path.read_bytes() for path in (street.folder / "journal").rglob("*") if path.is_file())
    for value in (b"user_1", b"mxklsc", b"mbye25", b"driveway", b"person"):
        assert value not in kept


def test_the_node_tells_of_its_analysed_cameras(street: Street) -> None:
    (about,) = street.lane.about()
    assert (about.source.id, about.place, [zone.id for zone in about.zones]) == (
        "kerb-7",
        "Aimin Road 17",
        ["kerb"],
    )
    assert street.lane.trouble is None
    street.stop()
