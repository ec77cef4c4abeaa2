"""Films through detector, book and events in one process: real films, a real network."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from broker.events import FlightReported, Incident, SceneVerified
from broker.messages import Scene
from edge.verifications import Asked
from edge.wing import Wanted
from tests.drones import PLACE, fly
from tests.street import BLUE
from tests.unit.aircraft import Rig, make, place

BEGAN = time.time() - 7200


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car; nothing, half an hour later; a person in its place."""
    folder = tmp_path_factory.mktemp("films")
    fly(folder, "1-car", BEGAN, car=True)
    fly(folder, "2-empty", BEGAN + 1800, car=False, seed=2)
    fly(folder, "3-person", BEGAN + 3600, car=False, person=True, seed=3)
    return folder


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Rig]:
    return lambda films, **more: make(tmp_path / f"rig-{len(list(tmp_path.iterdir()))}", films, **more)


def test_found_with_picture_and_place_then_cleared_then_never_flown_again(
    films: Path, rig: Callable[..., Rig]
) -> None:
    one = rig(films)
    deck = one.fly()
    opened, cleared = one.of(Incident)
    assert (opened.state, cleared.state) == ("open", "cleared")
    longitude, latitude = opened.location.geometry.coordinates
    assert latitude == pytest.approx(PLACE[0], abs=2e-5)
    assert longitude == pytest.approx(PLACE[1], abs=2e-5)
    assert (opened.location.method, opened.source.kind, opened.zone.id) == ("flight_log", "drone", "lane")
    assert 4.0 < opened.location.accuracy_m < 10.0
    assert opened.flight.telemetry == "log"
    assert opened.flight.height_above_ground_m == pytest.approx(40.0)
    assert opened.flight.gimbal_pitch_deg == pytest.approx(-89.0, abs=0.5)
    ((scene,), (after,)) = (opened.evidence, cleared.evidence)
    assert (scene.role, after.role) == ("scene", "after")
    for picture in (scene, after):
        assert (one.folder / "evidence" / picture.sha256).is_file()
    reports = one.of(FlightReported)
    assert [len(report.found) for report in reports] == [1, 0, 0]
    assert [len(report.cleared) for report in reports] == [0, 1, 0]
    assert reports[0].coverage.area_m2 > 1000
    assert (len(reports[0].path.coordinates) >= 2, reports[0].zones[0].share) == (True, 1.0)
    assert len(list((one.folder / "flights").iterdir())) == 4  # two of three flights: the shelf is full
    count = len(one.puts)
    one.fly()
    assert [batch for batch in one.puts[count:] if batch.drafts] == []
    assert deck.report().state == "ended"


def test_persons_are_no_things_and_no_pixel_of_them_is_in_a_picture(
    films: Path, rig: Callable[..., Rig], tmp_path: Path
) -> None:
    """With a person where the car was nothing is found, and a picture of the place beside it is masked."""
    only = tmp_path / "only"
    only.mkdir()
    for name in ("3-person.mp4", "3-person.SRT"):
        (only / name).write_bytes((films / name).read_bytes())
    one = rig(only)
    with av.open(str(only / "3-person.mp4")) as film:
        raw = next(iter(film.decode(video=0))).to_ndarray(format="bgr24")
    assert _blue(raw) > 50
    scene = Scene(situation="cam-sit", kind="fire_lane_occupied", location=place(east=0.00016))
    deck = one.fly(Wanted(Asked("v-1", "cam-sit", True, BEGAN, time.time() + 3600), None, scene))
    assert one.of(Incident) == []
    (answer,) = one.of(SceneVerified)
    assert (answer.answers[0].outcome, len(answer.answers[0].evidence)) == ("clear", 1)
    assert "nothing was found" in deck.words
    told = json.dumps(deck.reports)
    assert "person" not in told.replace("3-person", "")
    (path,) = (one.folder / "evidence").iterdir()
    assert _blue(cv2.imread(str(path))) == 0


def _blue(picture: Any) -> int:
    """Pixels of a person."""
    return int((np.abs(picture.astype(int) - np.array(BLUE[::-1])).max(axis=2) < 40).sum())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda srt: srt.unlink(), "no_telemetry"),
        (lambda srt: srt.write_bytes(b"\x00\xff" * 500), "not_text"),
        (lambda srt: srt.write_bytes(srt.read_bytes()[: len(srt.read_bytes()) // 2]), "no_telemetry"),
    ],
)
def test_telemetry_that_is_missing_broken_or_cut_is_told_and_the_next_film_is_flown(
    films: Path, rig: Callable[..., Rig], tmp_path: Path, spoil: Callable[[Path], Any], code: str
) -> None:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    for path in films.iterdir():
        if path.stem in ("1-car", "2-empty"):
            (folder / path.name).write_bytes(path.read_bytes())
    spoil(folder / "2-empty.SRT")
    (folder / "0-noise.mp4").write_bytes(b"no film at all")
    one = rig(folder)
    deck = one.fly()
    first, second = sorted(one.of(FlightReported), key=lambda report: -len(report.found))
    assert len(first.found) == 1
    assert [each.reason.code for each in second.not_placed] == [code]
    assert second.not_placed[0].count >= 9
    assert second.not_placed[0].reason.text.startswith("pictures: ")
    assert [state for _, state in one.phases()] == ["open"]  # nobody has looked: nothing is cleared
    assert deck.report().dropped >= 9
    assert "0-noise.mp4" in (deck.report().trouble or "") or "0-noise.mp4" in json.dumps(dict(deck.done))


def test_without_gimbal_there_is_no_point_unless_the_camera_is_said_to_look_down(
    films: Path, rig: Callable[..., Rig], tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "a.mp4").write_bytes((films / "1-car.mp4").read_bytes())
    words = (films / "1-car.SRT").read_text()
    bare = "\n".join(
        line.partition(" [gb_yaw")[0] if "gb_yaw" in line else line for line in words.split("\n")
    )
    (folder / "a.SRT").write_text(bare)
    one = rig(folder)
    one.fly()
    (report,) = one.of(FlightReported)
    assert [(each.reason.code, each.count) for each in report.not_placed] == [("no_gimbal", 21)]
    other = rig(folder, ground={"nadir": "assume", "heading_deg": 0})
    other.fly()
    (found,) = other.of(Incident)
    assert found.location.accuracy_m > 7.0
