"""The journal on disk: segments, blocks, what is kept, and what a disk that refuses costs."""

import dataclasses
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.events import Audit, Clock, Reason
from broker.settings import SettingsError, loads
from edge.journal import Begin, Journal, JournalSettings, Writer, blocks, read, read_runs, writer
from edge.journal.entries import End, Happened, Lost, Pictured, Run
from edge.journal.keeping import AHEAD_S, tidy
from edge.journal.segments import named, segments, sources
from edge.observation import Observation, Sighting
from edge.places import Finding, Place
from edge.steps import Shown
from tests.disks import small_disk_of

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
CAR = Sighting((0.1, 0.2, 0.3, 0.4), 0.9, "car", "vehicle", 7, False)
NOON, DAY = 1_780_315_200.0, 86400.0
PLACE = Place("p-1", "vehicle", "car", 0.9, CAR.box, "confirmed", 0.0, 1.0, 1.0, 1.0, ())
FINDING = Finding("s-1", "opened", PLACE, 1.0, ())


def look(n: float, source: str = "cam-1") -> Observation:
    return Observation(source, 500.0 + n, NOON + n, "synchronised", 1.7778, (CAR,) * (int(n) % 3))


class Camera:
    """A source that writes a journal by clocks of its own."""

    def __init__(self, folder: Path, source: str = "cam-1", **settings: object) -> None:
        self.now, self.utc, self.taken = 500.0, NOON, 0
        self.folder, self.source = folder, source
        told = JournalSettings(leave_mb=0).model_copy(update=settings)
        self.journal = Journal(folder, told, monotonic=lambda: self.now, utc=lambda: self.utc)
        self.writer: Writer = self.journal.writer(source)

    def open(self) -> None:
        self.writer.open(lambda: Begin(self.source, self.taken, AUDIT, f"state {self.taken}".encode()))

    def see(self, *moments: float) -> list[Observation]:
        seen = [look(n, self.source) for n in moments]
        for one in seen:
            self.now, self.utc = one.t, one.utc
            self.writer.seen(one)
            self.taken += 1
        return seen

    def size(self) -> int:
        return sum(file.path.stat().st_size for file in segments(self.folder / self.source))


def seen_in(folder: Path, **span: float) -> list[Observation]:
    return [entry for entry in read(folder, "cam-1", **span) if isinstance(entry, Observation)]


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[Camera]:
    camera = Camera(tmp_path / "journal")
    camera.open()
    yield camera
    camera.writer.close()


def test_what_was_written_is_read_again(camera: Camera) -> None:
    before = camera.see(1, 2, 3)
    camera.writer.happened("lost", "the camera does not answer", NOON + 3.5, "unknown")
    camera.writer.shown(FINDING, Shown(None, Reason(code="picture_withheld", text="no")))
    camera.taken += 1
    after = camera.see(4)
    camera.writer.close()
    camera.writer.close()
    told = list(read(camera.folder, "cam-1"))
    assert told == [
        Begin("cam-1", 0, AUDIT, b"state 0", start="fresh"),
        *before,
        Happened("lost", "the camera does not answer", NOON + 3.5, "unknown"),
        Pictured("s-1", "opened", 0, None, Reason(code="picture_withheld", text="no")),
        *after,
        End(),
    ]


def test_words_that_may_not_travel_are_not_kept_either(camera: Camera) -> None:
    camera.writer.happened("lost", "the camera 00:11:22:33:44:55 does not answer", NOON, "unknown")
    camera.writer.flush()
    (_, told) = read(camera.folder, "cam-1")
    assert isinstance(told, Happened)
    assert told.text.startswith("its words are withheld")


def test_a_segment_is_an_hour_and_begins_with_the_state_before_its_first_look(camera: Camera) -> None:
    camera.see(*range(0, 7300, 100))
    camera.writer.close()
    found = segments(camera.folder / "cam-1")
    assert [file.path.name for file in found] == [
        "00000001-20260601T120000Z.gwj",
        "00000002-20260601T130000Z.gwj",
        "00000003-20260601T140000Z.gwj",
    ]
    begins = [entry for entry in read(camera.folder, "cam-1") if isinstance(entry, Begin)]
    assert [(b.start, b.number, b.state) for b in begins] == [
        ("fresh", 0, b"state 0"),
        ("next", 36, b"state 36"),
        ("next", 72, b"state 72"),
    ]
    assert len(seen_in(camera.folder)) == 73


def test_a_restart_begins_a_segment_of_its_own(camera: Camera) -> None:
    camera.see(1, 2)
    camera.writer.flush()
    again = Camera(camera.folder)
    again.taken = 1
    again.open()
    again.see(3)
    again.writer.close()
    begins = [entry for entry in read(camera.folder, "cam-1") if isinstance(entry, Begin)]
    assert [(b.start, b.number) for b in begins] == [("fresh", 0), ("resumed", 1)]


def test_a_process_that_saw_nothing_hides_nothing(camera: Camera) -> None:
    seen = camera.see(1, 2)
    camera.writer.close()
    again = Camera(camera.folder)
    again.utc = NOON + 60
    again.open()
    again.writer.close()
    assert seen_in(camera.folder, since=NOON) == seen
    names = [file.path.name for file in segments(camera.folder / "cam-1")]
    assert names == ["00000001-20260601T120001Z.gwj", "00000002-20260601T120100Z.gwj"]


def test_a_clock_that_leaps_makes_no_segment_a_look_and_keeps_their_order(camera: Camera) -> None:
    for n in range(100):
        camera.now = 10.0 * n
        camera.writer.seen(dataclasses.replace(look(n), utc=NOON + (-1) ** n * 90_000))
    camera.writer.close()
    found = segments(camera.folder / "cam-1")
    assert 2 <= len(found) <= 100 * 10 / 60 + 1
    assert [round(seen.t) for seen in seen_in(camera.folder)] == [500 + n for n in range(100)]


@pytest.mark.parametrize("utc", [float("nan"), float("inf"), -5.0, 1e300])
def test_times_that_are_none_are_kept_as_they_are(utc: float, camera: Camera) -> None:
    camera.writer.seen(dataclasses.replace(look(1), utc=utc))
    camera.writer.close()
    assert [repr(seen.utc) for seen in seen_in(camera.folder)] == [repr(utc)]
    assert segments(camera.folder / "cam-1")[0].path.name == "00000001-20260601T120000Z.gwj"


def test_writings_are_few_and_a_loss_of_power_costs_the_last_of_them_alone(camera: Camera) -> None:
    camera.see(*range(0, 290, 10))
    assert camera.size() == 0
    camera.see(300)
    one = camera.size()
    assert one > 0
    camera.see(310, 320)
    assert camera.size() == one
    camera.writer.flush()
    (file,) = segments(camera.folder / "cam-1")
    os.truncate(file.path, camera.size() - 1)
    told = list(read(camera.folder, "cam-1"))
    assert len([entry for entry in told if isinstance(entry, Observation)]) == 30
    assert isinstance(told[-1], Lost)
    torn = (
        r"cam-1/00000001-20260601T120000Z\.gwj: the last block is not whole: \d+ bytes at \d+ are passed over"
    )
    assert re.fullmatch(torn, told[-1].text)


def test_a_flush_survives_and_empty_flushes_write_nothing(camera: Camera) -> None:
    camera.see(1)
    camera.writer.flush()
    size = camera.size()
    camera.writer.flush()
    assert camera.size() == size
    assert len(seen_in(camera.folder)) == 1


def test_a_damaged_block_says_which_number_follows(camera: Camera) -> None:
    for n in range(3):
        camera.see(n)
        camera.writer.flush()
    (file,) = segments(camera.folder / "cam-1")
    body = file.path.read_bytes()
    second = body.index(blocks.MARK, body.index(blocks.MARK) + 1)
    file.path.write_bytes(body[: second + 20] + b"?" + body[second + 21 :])
    told = list(read(camera.folder, "cam-1"))
    assert [entry.number for entry in told if isinstance(entry, Lost)] == [2]
    assert [entry.t for entry in told if isinstance(entry, Observation)] == [500, 502]


def test_a_beginning_alone_waits_for_what_it_explains(camera: Camera) -> None:
    camera.writer.flush()
    assert camera.size() == 0
    camera.see(1)
    camera.writer.flush()
    assert [type(entry) for entry in read(camera.folder, "cam-1")] == [Begin, Observation]


def test_many_boxes_are_written_before_they_fill_the_memory(camera: Camera) -> None:
    for n in range(90):
        camera.writer.seen(dataclasses.replace(look(n / 100), sightings=(CAR,) * 300))
    assert camera.size() > 0


def test_a_span_is_read_alone_with_the_begin_before_it(camera: Camera) -> None:
    seen = camera.see(*range(0, 7300, 100))
    camera.writer.close()
    told = list(read(camera.folder, "cam-1", since=NOON + 4000, until=NOON + 4200))
    assert isinstance(told[0], Begin)
    assert told[0].number == 36
    assert [entry for entry in told if isinstance(entry, Observation)] == seen[40:43]
    assert seen_in(camera.folder, since=NOON - 9e6) == seen
    assert seen_in(camera.folder, since=NOON + 9e6) == []


def test_a_quiet_street_is_read_in_runs(camera: Camera) -> None:
    still = [dataclasses.replace(look(4.0 * n), sightings=(CAR,)) for n in range(70)]
    for seen in still:
        camera.writer.seen(seen)
    camera.writer.close()
    runs = [entry for entry in read_runs(camera.folder, "cam-1") if isinstance(entry, Run)]
    assert [len(run) for run in runs] == [70]
    assert list(runs[0].looks()) == still


def test_looks_before_the_writer_is_open_are_not_written(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    camera.see(1)
    camera.writer.flush()
    camera.writer.close()
    assert sources(tmp_path) == []


def test_pictures_come_from_another_thread(camera: Camera) -> None:
    def show() -> None:
        for _ in range(50):
            camera.writer.shown(FINDING, Shown(None))
            camera.writer.flush()

    thread = threading.Thread(target=show)
    thread.start()
    seen = camera.see(*range(200))
    thread.join()
    camera.writer.close()
    assert seen_in(camera.folder) == seen
    assert sum(isinstance(entry, Pictured) for entry in read(camera.folder, "cam-1")) == 50


def segment(folder: Path, source: str, index: int, age: float, size: int = 1000) -> Path:
    path = folder / source / named(index, NOON - age)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0" * size)
    os.utime(path, (NOON - age, NOON - age))
    return path


def test_a_week_is_kept_of_every_source_also_of_silent_ones(tmp_path: Path) -> None:
    kept = [segment(tmp_path, "cam-1", 3, 6.9 * DAY), segment(tmp_path, "cam-2", 9, 0.0)]
    old = [segment(tmp_path, "cam-1", 2, 7.1 * DAY), segment(tmp_path, "gone", 1, 30 * DAY)]
    assert sorted(tidy(tmp_path, JournalSettings(), NOON)) == sorted(old)
    assert all(path.exists() for path in kept)
    assert not (tmp_path / "gone").exists()


def test_an_hour_by_hour_clock_ends_with_an_empty_folder(tmp_path: Path) -> None:
    for n in range(40):
        segment(tmp_path, "cam-1", n + 1, 3600.0 * n)
    for hour in range(8 * 24):
        tidy(tmp_path, JournalSettings(), NOON + 3600.0 * hour)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_leaps_ahead_for_a_moment_costs_two_segments(tmp_path: Path) -> None:
    for n in range(10):
        segment(tmp_path, "cam-1", n + 1, 3600.0 * (10 - n))
    assert len(tidy(tmp_path, JournalSettings(), NOON + 3650 * DAY)) == 2


def test_a_segment_from_the_future_is_kept_a_week_from_now(tmp_path: Path) -> None:
    path = segment(tmp_path, "cam-1", 1, -400 * DAY)
    assert tidy(tmp_path, JournalSettings(), NOON) == []
    assert path.stat().st_mtime == NOON < NOON + AHEAD_S
    assert tidy(tmp_path, JournalSettings(), NOON + 7.1 * DAY) == [path]


def test_of_too_much_the_oldest_go_whatever_their_source_and_never_what_is_being_written(
    tmp_path: Path,
) -> None:
    open_now = segment(tmp_path, "cam-1", 9, 5 * DAY, 400_000)
    third, first = (
        segment(tmp_path, "cam-1", 1, DAY, 400_000),
        segment(tmp_path, "cam-2", 1, 3 * DAY, 400_000),
    )
    second = segment(tmp_path, "cam-1", 2, 2 * DAY, 400_000)
    settings = JournalSettings(max_mb=1)
    assert tidy(tmp_path, settings, NOON, {open_now}) == [first, second]
    assert third.exists()
    assert open_now.exists()


def test_the_bound_is_kept_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LARGEST", 20_000)
    camera = Camera(tmp_path, max_mb=0.1, buffer=0.0)
    camera.open()
    for n in range(120):
        camera.now = camera.now + 61.0
        boxes = tuple(dataclasses.replace(CAR, box=(0.1, 0.2, 0.3, k * n % 9973 / 1e4)) for k in range(200))
        camera.writer.seen(dataclasses.replace(look(0), t=float(n), sightings=boxes))
    camera.writer.close()
    assert 30_000 < camera.size() < 150_000


def test_a_full_disk_costs_the_journal_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with small_disk_of("128k", tmp_path / "disk") as disk:
        camera = Camera(disk / "journal", buffer=0.0)
        camera.open()
        camera.see(*range(100))
        assert camera.journal.trouble is None
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(b"\0" * 200_000)
        camera.see(*range(100, 400))
        lost = re.fullmatch(
            r"the journal cannot be written \(No space left on device\); (\d+) observations are not in it",
            camera.journal.trouble or "",
        )
        assert lost
        assert caplog.text.count("the node goes on without it") == 1
        filler.unlink()
        camera.see(*range(500, 600))
        assert camera.journal.trouble is None
        camera.writer.close()
        told = [entry for entry in read(camera.folder, "cam-1") if not isinstance(entry, Lost)]
        assert sum(isinstance(entry, Observation) for entry in told) == 500 - int(lost[1])
        begins = [entry for entry in told if isinstance(entry, Begin)]
        assert begins[-1].start == "next"
        assert begins[-1].number == 400


def test_room_is_left_for_events_and_pictures(tmp_path: Path) -> None:
    camera = Camera(tmp_path, leave_mb=1e9)
    camera.open()
    camera.see(1)
    camera.writer.flush()
    assert re.search(
        r"\(only \d+ MB are free and 1e\+09 are to be left\); 1 obs", camera.journal.trouble or ""
    )
    assert sources(tmp_path) == []


def test_what_cannot_be_encoded_does_not_stop_the_node(
    camera: Camera, caplog: pytest.LogCaptureFixture
) -> None:
    camera.writer.seen(dataclasses.replace(look(1), t="noon"))  # type: ignore[arg-type]
    camera.writer.flush()
    assert "this was not expected" in caplog.text
    assert camera.journal.trouble
    camera.see(100)
    camera.writer.flush()
    assert camera.journal.trouble is None
    assert len(seen_in(camera.folder)) == 1


def test_a_file_that_is_none_is_told_and_strange_names_are_left_alone(camera: Camera) -> None:
    camera.see(1)
    camera.writer.close()
    folder = camera.folder / "cam-1"
    (folder / "notes.txt").write_text("mine")
    (folder / named(7, NOON)).write_bytes(b"JFIF")
    told = list(read(camera.folder, "cam-1"))
    assert told[-1] == Lost("cam-1/00000007-20260601T120000Z.gwj: is no journal")
    assert tidy(camera.folder, JournalSettings(keep="1s"), NOON + 9e9)
    assert (folder / "notes.txt").exists()
    assert list(read(camera.folder, "cam-9")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("keep: 0s", "keep: Input should be greater than 0"),
        ("keep: 7", "keep: 7 is no duration"),
        ("max_mb: -1", "max_mb: Input should be greater than 0"),
        ("buffer: 2h", "buffer: Input should be less than or equal to 3600"),
        ("week: 1", "week: is not a known key"),
    ],
)
def test_settings_that_cannot_be_are_refused(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        loads(text, JournalSettings, name="edge.yaml")


def test_the_defaults_are_a_week() -> None:
    assert JournalSettings().keep == 7 * DAY
