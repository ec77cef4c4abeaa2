"""One picture of a flight: how it is cut for the detector, where its things stand, what its persons hide."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import shapely

from broker.events import Reason
from edge.deck.album import MOST, FilmAlbum, StreamAlbum
from edge.deck.eyes import CAR_M, FlightEyes, Turns, across, windows
from edge.deck.looks import Standpoint, look, standpoint
from edge.flight.pose import Gimbal, Pose
from edge.frames import Frame
from edge.ground.settings import GroundSettings
from edge.ground.view import disc
from edge.observation import Sighting
from edge.perception.sorting import Seen
from edge.tiles import TILE
from models.runtime import ModelSettings, open_detector
from tests.drones import PLACE, fly
from tests.street import BLUE, RED, model

SETTINGS = GroundSettings.model_validate({"camera": {"focal_mm": 24}})
DOWN = Pose(*PLACE, t=0.0, height=40.0, gimbal=Gimbal(-90.0, 0.0))


def above(pose: Pose = DOWN, settings: GroundSettings = SETTINGS) -> Standpoint:
    here = standpoint(settings, pose, 640, 480)
    assert isinstance(here, Standpoint)
    return here


@pytest.mark.parametrize(
    ("size", "metre", "parts"),
    [
        ((960, 540), 53.0, 1),
        ((1920, 1080), 53.0, 1),
        ((3840, 2160), 53.0, 3),
        ((3840, 2160), 33.0, 4),
        ((3840, 2160), 2.0, 5),
        ((640, 480), None, 1),
        ((3840, 2160), None, 5),
    ],
)
def test_a_picture_is_cut_until_cars_are_large_enough(
    size: tuple[int, int], metre: float | None, parts: int
) -> None:
    found = across(*size, metre)
    assert found == parts
    looked = windows(*size, found)
    assert (looked[0].x2, looked[0].y2) == size
    covered = shapely.union_all([shapely.box(w.x1, w.y1, w.x2, w.y2) for w in looked[1:] or looked])
    assert covered.area == size[0] * size[1]
    if metre is not None and 1 < found < 5:
        assert CAR_M * metre * TILE / looked[1].longest >= 48.0


def test_a_metre_in_the_middle_of_the_picture() -> None:
    assert above().metre == pytest.approx(640 * 24 / 36 / 40)
    flat = Standpoint(above().camera, replace(above().aim, pitch=-3.0), None)
    assert flat.metre is None
    assert above(Pose(*PLACE, t=0.0, height=40.0, gimbal=Gimbal(-45.0, 0.0))).metre == pytest.approx(
        640 * 24 / 36 / 40 * 0.7071, rel=1e-3
    )


def test_a_thing_stands_where_its_box_is_and_persons_hide_the_ground_under_theirs() -> None:
    car = Sighting((0.45, 0.45, 0.55, 0.55), 0.9, "car", "vehicle")
    saw = Seen(0.0, (car,), hidden=((0.8, 0.4, 0.9, 0.6),))
    found, unplaced = look(SETTINGS, above(), saw, t=1.0, utc=1000.0, clock="free_running", trusted=True)
    (thing,) = found.things
    assert unplaced == []
    assert thing.spot.latitude == pytest.approx(PLACE[0], abs=1e-6)
    assert thing.spot.longitude == pytest.approx(PLACE[1], abs=1e-6)
    assert len(thing.outline) == 4
    assert found.hidden is not None
    assert found.ground is not None
    assert found.hidden.area == pytest.approx(found.ground.area * 0.1 * 0.2, rel=0.05)
    assert found.hidden.bounds[0] == pytest.approx(0.3 * 60, rel=0.02)
    assert not shapely.intersects(found.hidden, disc((0.0, 0.0), 5.0))


def test_things_on_the_horizon_are_counted_with_the_reason() -> None:
    flat = above(Pose(*PLACE, t=0.0, height=40.0, gimbal=Gimbal(-15.0, 0.0)))
    car = Sighting((0.45, 0.0, 0.55, 0.1), 0.9, "car", "vehicle")
    found, unplaced = look(
        SETTINGS, flat, Seen(0.0, (car,)), t=1.0, utc=1000.0, clock="unknown", trusted=True
    )
    assert (found.things, [reason.code for reason in unplaced]) == ((), ["above_horizon"])


def test_without_a_heading_no_ground_is_in_view_and_without_a_gimbal_nothing() -> None:
    blind = above(Pose(*PLACE, t=0.0, height=40.0, gimbal=Gimbal(-90.0)))
    assert blind.ground is None
    bare = standpoint(SETTINGS, Pose(*PLACE, t=0.0, height=40.0), 640, 480)
    assert isinstance(bare, Reason)
    assert bare.code == "no_gimbal"
    gone = Reason(code="no_telemetry", text="none")
    assert standpoint(SETTINGS, gone, 640, 480) is gone


def test_the_detector_sees_cars_as_things_and_persons_as_what_hides(tmp_path: Path) -> None:
    detector = open_detector(ModelSettings(**model(tmp_path)))  # type: ignore[arg-type]
    eyes = FlightEyes(detector, 0.2, Turns(0.5))
    picture = np.full((240, 320, 3), 120, np.uint8)
    picture[100:140, 60:120] = RED[::-1]
    picture[100:140, 220:240] = BLUE[::-1]
    for parts in (1, 2):
        saw = eyes.look(0.0, picture, parts)
        assert [(one.group, one.label) for one in saw.sightings] == [("vehicle", "car")]
        assert saw.sightings[0].box == pytest.approx((60 / 320, 100 / 240, 120 / 320, 140 / 240), abs=0.02)
        assert len(saw.hidden) == 1
        assert eyes.spent_s > 0.0
        assert eyes.rest_s() == pytest.approx(eyes.spent_s)


def test_drones_take_turns_at_the_detector() -> None:
    turns, at_once, most = Turns(1.0), 0, 0
    lock = threading.Lock()

    def one() -> None:
        nonlocal at_once, most
        for _ in range(20):
            with turns:
                with lock:
                    at_once += 1
                    most = max(most, at_once)
                time.sleep(0.0005)
                with lock:
                    at_once -= 1

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert turns.rest(1.0) == 0.0


def test_an_earlier_moment_of_a_film_is_cut_out_of_it_anew(tmp_path: Path) -> None:
    film = fly(tmp_path, "one", 1000.0, car=True).film
    with av.open(str(film)) as opened:
        pictures = [frame.to_ndarray(format="bgr24") for frame in opened.decode(video=0)]
    album = FilmAlbum(film, "drone-1", 1000.0)
    for t in (0.0, 0.1, 3.7, 9.9):
        frame = album.at(t)
        assert frame is not None
        assert np.array_equal(frame.image, pictures[round(t * 10)])
        assert (frame.t, frame.utc) == (t, 1000.0 + t)
    last = Frame(pictures[5], "drone-1", 5, 0.5, 1000.5, "unknown")
    album.add(last)
    assert album.at(0.5) is last
    assert album.at(60.0) is None
    film.unlink()
    assert album.at(3.7) is None


def test_a_stream_keeps_its_last_looks_and_no_more() -> None:
    album = StreamAlbum("drone-1")
    for index in range(MOST + 20):
        picture = np.full((48, 64, 3), index, np.uint8)
        album.add(Frame(picture, "drone-1", index, float(index), 1000.0 + index, "synchronised"))
    assert len(album) == MOST
    assert album.at(3.0) is None
    kept = album.at(40.0)
    assert kept is not None
    assert (kept.utc, kept.image.mean()) == (1040.0, pytest.approx(40.0, abs=1.5))
