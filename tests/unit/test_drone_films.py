"""Films through detector, book and events in one process: real films, a real network."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from broker.events import FlightReported, Incident, Location, Point, SceneVerified
from broker.messages import Scene
from edge import assembly
from edge.config import Configuration, load
from edge.deck.deck import Deck
from edge.deck.eyes import FlightEyes, Turns
from edge.deck.films import FilmDrone
from edge.deck.shelf import Shelf
from edge.drafts import Batch, Draft
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.filming import FilmSettings
from edge.frames import SourceClock
from edge.verifications import Asked
from edge.wing import Wanted
from tests.drones import PLACE, configuration, drone, fly
from tests.street import BLUE

CLOCK = SourceClock(time.monotonic, time.time)
BEGAN = time.time() - 7200


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car; nothing, half an hour later; a person in its place."""
    folder = tmp_path_factory.mktemp("films")
    fly(folder, "1-car", BEGAN, car=True)
    fly(folder, "2-empty", BEGAN + 1800, car=False, seed=2)
    fly(folder, "3-person", BEGAN + 3600, car=False, person=True, seed=3)
    return folder


@dataclass
class Rig:
    """One drone without its node. puts: every batch that was committed."""

    folder: Path
    configuration: Configuration
    puts: list[Batch] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    saved: bytes | None = None
    after: int | None = None  # so many batches, then it is stopped
    deck: Deck | None = None

    def fly(self, *asked: Wanted) -> Deck:
        """What is there now, by a process that takes up the state of the one before."""
        models = assembly.open_models(self.configuration.settings)
        (settings,) = self.configuration.settings.flights
        assert isinstance(settings.footage, FilmSettings)
        deck = self.deck = Deck(
            settings,
            assembly.audit(self.configuration, models),
            self.put,
            CLOCK,
            Shelf(self.folder / "flights", most=2),
            keep_s=0.0,
        )
        deck.resume(self.saved)
        assert all(deck.want(one) for one in asked)
        store = EvidenceStore(self.folder / "evidence", max_bytes=10**9)
        eyes = FlightEyes(models.main, models.score, Turns(1.0))
        camera = EvidenceMaker(models.masker), store
        self.stop.clear()
        made = FilmDrone(settings, settings.footage, deck, eyes, camera, CLOCK, self.stop)
        made.once()
        time.sleep(0.21)  # the films have not changed for long enough
        made.once()
        return deck

    def put(self, batch: Batch) -> None:
        self.puts.append(batch)
        for key, body in batch.snapshots.items():
            assert key == "flight/drone-1"
            self.saved = body
        if self.after is not None and len(self.puts) >= self.after:
            self.stop.set()

    @property
    def drafts(self) -> list[Draft]:
        return [draft for batch in self.puts for draft in batch.drafts]

    def of(self, kind: type) -> list[Any]:
        return [draft.data for draft in self.drafts if isinstance(draft.data, kind)]

    def phases(self) -> list[tuple[str, str]]:
        return [
            (draft.subject, draft.data.state) for draft in self.drafts if isinstance(draft.data, Incident)
        ]


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Rig]:
    def make(folder: Path, **more: Any) -> Rig:
        own = tmp_path / f"rig-{len(list(tmp_path.iterdir()))}"
        own.mkdir()
        return Rig(own, load(configuration(own, "mqtt://127.0.0.1", drone(folder, **more))))

    return make


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


def place(east: float = 0.0) -> Location:
    latitude, longitude = PLACE
    here = Point(type="Point", coordinates=(longitude + east, latitude))
    return Location(geometry=here, accuracy_m=4.0, method="surveyed")


@pytest.mark.parametrize("after", [3, 15, 24])
def test_wherever_a_process_ends_the_next_goes_on_and_tells_the_same(
    films: Path, rig: Callable[..., Rig], after: int
) -> None:
    whole, cut = rig(films), rig(films)
    whole.fly()
    cut.after = after
    cut.fly()
    told = len(cut.drafts)
    cut.after = None
    cut.fly()
    assert told < len(whole.drafts)
    assert cut.phases() == whole.phases()
    assert [one.flight.id for one in cut.of(FlightReported)] == [
        one.flight.id for one in whole.of(FlightReported)
    ]
    assert [one.found for one in cut.of(FlightReported)] == [one.found for one in whole.of(FlightReported)]


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


def test_what_the_centre_asks_about_is_answered_by_the_flight_that_sees_it_or_when_the_time_is_over(
    films: Path, rig: Callable[..., Rig]
) -> None:
    one = rig(films)
    one.fly()
    count = len(one.drafts)
    assert one.deck is not None
    far = Location(
        geometry=Point(type="Point", coordinates=(100.0, 30.0)), accuracy_m=5.0, method="source_position"
    )
    soon, late = time.time() - 1.0, time.time() + 3600
    assert one.deck.want(
        Wanted(
            Asked("v-1", "elsewhere", True, BEGAN, soon),
            None,
            Scene(situation="elsewhere", kind="fire_lane_occupied", location=far),
        )
    )
    assert not one.deck.want(Wanted(Asked("v-1", "unknown", False, BEGAN, late), None, None))
    assert one.deck.want(
        Wanted(
            Asked("v-2", "cam-sit", True, BEGAN, late),
            None,
            Scene(situation="cam-sit", kind="fire_lane_occupied", location=place()),
        )
    )
    one.deck.serve()
    (gone,) = [draft.data for draft in one.drafts[count:] if isinstance(draft.data, SceneVerified)]
    assert (gone.command, gone.answers[0].situation, gone.answers[0].outcome) == (
        "v-1",
        "elsewhere",
        "not_in_view",
    )
    folder = Path(one.configuration.settings.flights[0].footage.path)  # type: ignore[attr-defined]
    later = fly(one.folder / "more", "4-empty", time.time() - 60, car=False, seed=4)
    try:
        for path in (later.sidecar, later.film):
            (folder / path.name).write_bytes(path.read_bytes())
        one.fly()
    finally:
        for path in (later.sidecar, later.film):
            (folder / path.name).unlink()
    answers = [data for data in one.of(SceneVerified) if data.command == "v-2"]
    assert [(each.answers[0].outcome, each.flight.id) for each in answers] == [
        ("clear", one.of(FlightReported)[-1].flight.id)
    ]
    assert [picture.role for picture in answers[0].answers[0].evidence] == ["after"]


def test_what_was_asked_lives_through_a_restart_and_is_answered_once(
    films: Path, rig: Callable[..., Rig], tmp_path: Path
) -> None:
    only = tmp_path / "only"
    only.mkdir()
    one = rig(only)
    scene = Scene(situation="cam-sit", kind="fire_lane_occupied", location=place())
    wanted = Wanted(Asked("v-1", "cam-sit", True, BEGAN, time.time() + 3600), None, scene)
    one.fly(wanted)
    assert one.of(SceneVerified) == []
    for name in ("1-car.mp4", "1-car.SRT"):
        (only / name).write_bytes((films / name).read_bytes())
    one.fly(wanted)  # the node offers again what is not answered
    (answer,) = one.of(SceneVerified)
    assert (answer.answers[0].outcome, answer.command) == ("occupied", "v-1")
    count = len(one.drafts)
    one.fly()
    assert len(one.drafts) == count


def test_a_state_that_cannot_be_read_costs_only_itself(films: Path, rig: Callable[..., Rig]) -> None:
    for saved in (b"no json", b'{"version": 99}', b'{"version": 1, "book": {}, "done": 3}'):
        one = rig(films)
        one.saved = saved
        one.fly()
        assert [state for _, state in one.phases()] == ["open", "cleared"]
