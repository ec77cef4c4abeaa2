"""What may be learned from a picture, on which side it is, and that nothing drawn goes along."""

import hashlib
import io
from math import inf

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from central.datasets import forms
from central.datasets.labels import BY_REASON, LABELS, Item
from central.datasets.places import places, sides
from central.datasets.scenes import Scene, Shot, Wanted, missed_without, scenes
from central.feedback.marks import WHYS
from central.pictures.undrawn import NotDrawn, scene_height, undrawn
from edge.drawing import captioned, outline_on
from models.detections import Picture
from models.words import kind_of

EYE = ("gewu://131002/yard-7", "cam-1")
STALL, DEBRIS = "unlicensed_stall", "exposed_garbage"
WANTED = Wanted((STALL,))


def item(subject: str | None = "sit-1", **changes: object) -> Item:
    facts = {"node": EYE[0], "source": EYE[1], "kind": STALL, "since": 0.0, "until": 100.0, "mark": "right"}
    facts |= {"subject": subject, "box": (0.1, 0.1, 0.3, 0.4), "ticket": 1, "zone": "kerb"}
    return Item(**(facts | changes))  # type: ignore[arg-type]


def shot(taken: float = 50.0, subject: str = "sit-1", **changes: object) -> Shot:
    name = hashlib.sha256(f"{taken} {subject}".encode()).hexdigest()
    facts = {"sha256": name, "node": EYE[0], "source": EYE[1], "subject": subject, "taken": taken}
    facts |= {"role": "scene", "kind": STALL, "zone": "kerb", "drawn": (0.1, 0.1, 0.5, 0.5)}
    return Shot(**(facts | changes))  # type: ignore[arg-type]


def test_every_reason_says_whether_the_thing_was_there() -> None:
    assert set(BY_REASON) == set(WHYS)
    assert item(mark="false_alarm", why="allowed_here").presence == "there", "a stall that is allowed is one"
    assert item(mark="false_alarm", why="seen_wrongly").presence == "not_there"
    assert item(mark="false_alarm", why="other").presence == "unknown"
    assert item(mark=None).presence == "unknown"


def test_labels_are_words_that_the_rules_know() -> None:
    assert all(kind_of(label) == label for label in LABELS.values())


def test_a_picture_shows_what_stood_then_where_its_own_event_says() -> None:
    other = item("sit-2", box=(0.6, 0.6, 0.8, 0.9))
    (scene,), out = scenes([shot()], [item(), other, item("sit-3", since=60.0)], WANTED)
    assert [each.box for each in scene.things] == [(0.1, 0.1, 0.5, 0.5), (0.6, 0.6, 0.8, 0.9)]
    assert not out


def test_an_afterwards_and_a_wrong_one_are_negatives() -> None:
    wrong = item("sit-2", since=200.0, until=inf, mark="false_alarm", why="not_the_kind")
    after, seen_wrongly = scenes([shot(120.0, role="after"), shot(210.0, "sit-2")], [item(), wrong], WANTED)[
        0
    ]
    assert (after.things, after.wrong) == ((), ())
    assert seen_wrongly.things == ()
    assert [each.subject for each in seen_wrongly.wrong] == ["sit-2"]


def test_what_nobody_has_said_anything_of_leaves_its_picture_out() -> None:
    quiet = item("sit-2", mark=None)
    assert scenes([shot()], [item(), quiet], WANTED)[1] == {"something_not_marked": 1}
    assert scenes([shot(subject="sit-2")], [quiet], WANTED)[1] == {"not_marked": 1}
    assert scenes([shot()], [item(), item("sit-2", box=None)], WANTED)[1] == {"no_box": 1}
    away = item("sit-2", mark=None, source="cam-2")
    assert len(scenes([shot()], [item(), away], WANTED)[0]) == 1, "another camera's says nothing of this one"


def test_what_was_missed_is_in_the_pictures_of_its_time() -> None:
    missed = item(None, mark="missed", box=(0.5, 0.5, 0.6, 0.6), since=40.0, until=60.0)
    unseen = item(None, mark="missed", since=900.0, until=901.0)
    found, _ = scenes([shot(subject="sit-2")], [missed, unseen], WANTED)
    assert found[0].things == (missed,)
    assert missed_without([missed, unseen], found) == 1


def test_only_what_is_asked_for() -> None:
    shots = [shot(t) for t in (10.0, 20.0, 30.0)]
    of = lambda **which: [s.shot.taken for s in scenes(shots, [item()], Wanted((STALL,), **which))[0]]  # noqa: E731
    assert of(since=20.0) == [20.0, 30.0]
    assert of(until=20.0) == [10.0]
    assert of(zone="kerb") == [10.0, 20.0, 30.0]
    assert of(zone="gate") == of(node="gewu://131002/x") == of(source="cam-2") == []


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20) | st.none()), max_size=60), st.floats(0, 0.5)
)
def test_no_place_is_on_both_sides(seen: list[tuple[int, int | None]], share: float) -> None:
    eyes = [(("gewu://131002/n", f"cam-{camera:02}"), ticket) for camera, ticket in seen]
    place = places(eyes)
    side = sides(place.values(), share)
    by_ticket: dict[int, set[str]] = {}
    for eye, ticket in eyes:
        if ticket is not None:
            by_ticket.setdefault(ticket, set()).add(side[place[eye]])
    assert all(len(found) == 1 for found in by_ticket.values()), "two cameras of one ticket see one place"
    assert places(reversed(eyes)) == place
    if len(side) > 1 and share > 0:
        assert set(side.values()) == {"train", "val"}


def test_a_place_stays_on_its_side_when_others_come() -> None:
    few = sides([f"place {n}" for n in range(40)], 0.2)
    many = sides([f"place {n}" for n in range(400)], 0.2)
    assert {name: many[name] for name in few} == few
    assert 50 <= sum(side == "val" for side in many.values()) <= 110


def test_yolo_and_coco_say_the_same() -> None:
    scene = Scene(shot(), (item(), item(kind=DEBRIS, box=(0.5, 0.25, 1.0, 0.75))), ())
    labels, classes = {STALL: "stall", DEBRIS: "debris"}, ["stall", "debris"]
    lines = forms.yolo(scene.things, classes, labels).splitlines()
    assert lines == ["0 0.200000 0.250000 0.200000 0.300000", "1 0.750000 0.500000 0.500000 0.500000"]
    placed = forms.Placed(scene, "train", "131002/yard-7 cam-1", 200, 100)
    told = forms.coco([placed], classes, labels)
    assert [(one["category_id"], one["bbox"]) for one in told["annotations"]] == [
        (1, [20.0, 10.0, 40.0, 30.0]),
        (2, [100.0, 25.0, 100.0, 50.0]),
    ]
    assert told["images"][0]["file_name"] == f"{placed.stem}.jpg"
    assert "names:\n  0: stall\n  1: debris\n" in forms.names_file(classes)


def test_nothing_tells_who() -> None:
    scene = Scene(shot(), (item(),), (item("sit-2", mark="false_alarm", why="seen_wrongly"),))
    placed = forms.Placed(scene, "val", "131002/yard-7 cam-1", 200, 100)
    told = forms.record(placed, {STALL: "stall"})
    assert set(told) == {
        "file",
        "sha256",
        "place",
        "node",
        "source",
        "zone",
        "kind",
        "taken",
        "role",
        "things",
    }
    assert {key for one in told["things"] for key in one} == {
        "label", "kind", "zone", "mark", "reason", "since", "box"
    }  # fmt: skip
    assert [one["label"] for one in told["things"]] == ["stall", None]


def drawn_by_a_node(size: tuple[int, int], box: tuple[float, ...]) -> tuple[Picture, Image.Image]:
    """A smooth scene, and the same as a node sends it."""
    across = np.linspace(60, 160, size[0])[None, :, None] + np.linspace(0, 40, size[1])[:, None, None]
    scene = np.broadcast_to(across, (size[1], size[0], 3)).astype(np.uint8).copy()
    marked, (x1, y1, x2, y2) = scene.copy(), box
    outline_on(marked, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], strong=True)
    body = cv2.imencode(
        ".jpg", captioned(marked, "cam-1  2026-03-01T08:00:05Z"), [cv2.IMWRITE_JPEG_QUALITY, 85]
    )
    return scene, Image.open(io.BytesIO(body[1].tobytes()))


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (352, 288), (600, 900)], ids=str)
@pytest.mark.parametrize("box", [(0.2, 0.3, 0.6, 0.75), (0.0, 0.1, 0.4, 1.0)], ids=["inside", "at the rim"])
def test_the_drawing_of_a_node_is_taken_out(size: tuple[int, int], box: tuple[float, ...]) -> None:
    scene, picture = drawn_by_a_node(size, box)
    assert scene_height(*picture.size) == size[1]
    again = np.asarray(undrawn(picture, box, [(0.5, 0.1, 0.9, 0.55)]))[:, :, ::-1].astype(int)
    assert again.shape == scene.shape
    assert np.abs(again - scene).max() <= 30, "the line was 190 away"
    assert (again[:, :, 2] - again[:, :, 0]).max() <= 30, "no amber is left"


def test_what_is_not_as_nodes_draw_it_is_refused() -> None:
    scene, picture = drawn_by_a_node((640, 360), (0.2, 0.3, 0.6, 0.75))
    with pytest.raises(NotDrawn, match="not where its event says"):
        undrawn(picture, (0.25, 0.35, 0.65, 0.8))
    with pytest.raises(NotDrawn, match="no caption"):
        undrawn(Image.fromarray(np.full((378, 640, 3), 200, np.uint8)), None)
    with pytest.raises(NotDrawn, match="too small"):
        undrawn(Image.fromarray(scene[:10]), None)
