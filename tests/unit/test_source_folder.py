"""Folders of pictures: played, and watched."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from pydantic import ValidationError

from edge.frames import Frame, Trouble
from edge.sources import open_source
from edge.sources.folder import Settings
from edge.streams.pictures import Arrivals, Entry
from tests.footage import FakeTime, played, shown, states, still


def settings(path: Path, **more: object) -> Settings:
    return Settings.model_validate({"id": "snaps", "kind": "folder", "path": path, "pace": "fast", **more})


def put(path: Path, index: int, size: tuple[int, int] = (64, 48), exif: Image.Exif | None = None) -> Path:
    Image.fromarray(still(index, size)).save(path, **({"exif": exif} if exif is not None else {}))
    return path


def play(path: Path, **more: object) -> tuple[list[Frame], list[Trouble]]:
    return played(open_source(settings(path, **more), FakeTime().clock))


def test_pictures_are_shown_in_the_order_of_their_names(tmp_path: Path) -> None:
    for index in (9, 10, 2):
        put(tmp_path / f"shot_{index}.jpg", index)
    put(tmp_path / "shot_11.PNG", 11)
    (tmp_path / "notes.txt").write_text("no picture")
    frames, troubles = play(tmp_path)
    assert [shown(frame) for frame in frames] == [2, 9, 10, 11]
    assert [frame.t for frame in frames] == [0, 1, 2, 3]
    assert frames[0].image.shape == (48, 64, 3)
    assert states(troubles) == ["ended"]


def test_every_and_sample_set_the_times(tmp_path: Path) -> None:
    for index in range(20):
        put(tmp_path / f"{index}.jpg", index)
    frames, _ = play(tmp_path, every="100ms", sample=2, start="2026-03-01T00:00:00Z")
    assert [shown(frame) for frame in frames] == [0, 5, 10, 15]
    assert [frame.t for frame in frames] == pytest.approx([0, 0.5, 1.0, 1.5])
    assert (frames[1].utc, frames[1].clock) == (pytest.approx(1_772_323_200.5), "free_running")


def test_pictures_can_be_ordered_by_when_they_were_taken(tmp_path: Path) -> None:
    for index, (name, stamp) in enumerate([("a", "2026:03:02 10:00:00"), ("b", "2026:03:01 10:00:00")]):
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = stamp
        put(tmp_path / f"{name}.jpg", index, exif=exif)
    os.utime(put(tmp_path / "c.png", 2), (946_684_800, 946_684_800))  # no EXIF: the file's time, 2000
    frames, _ = play(tmp_path, order="time")
    assert [shown(frame) for frame in frames] == [2, 1, 0]


def test_a_picture_is_upright_and_bgr(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    red = np.zeros((48, 64, 3), np.uint8)
    red[..., 0] = 255
    Image.fromarray(red).save(tmp_path / "turned.jpg", exif=exif)
    frames, _ = play(tmp_path)
    assert frames[0].image.shape == (64, 48, 3)
    assert frames[0].image[0, 0, 2] > 200
    assert frames[0].image[0, 0, 0] < 60


def test_a_broken_picture_is_skipped_and_named(tmp_path: Path) -> None:
    for index in range(4):
        put(tmp_path / f"{index}.jpg", index, (320, 240))
    cut = tmp_path / "1.jpg"
    cut.write_bytes(cut.read_bytes()[:400])
    (tmp_path / "2.jpg").write_text("not a picture")
    frames, troubles = play(tmp_path)
    assert [shown(frame) for frame in frames] == [0, 3]
    assert [frame.t for frame in frames] == [0, 3]
    assert states(troubles) == ["damaged", "damaged", "ended"]
    assert "1.jpg" in troubles[0].what
    assert "2.jpg" in troubles[1].what


def test_a_missing_or_empty_folder_fails(tmp_path: Path) -> None:
    assert states(play(tmp_path / "none")[1]) == ["failed"]
    assert states(play(tmp_path)[1]) == ["failed"]


def test_a_watched_folder_cannot_be_played_fast(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="fast"):
        settings(tmp_path, watch=True)


class Watch:
    """A watched folder in which things happen between the looks."""

    def __init__(self, path: Path, **more: object) -> None:
        self.path = path
        self.time = FakeTime()
        self.happenings: list[Callable[[], object]] = []
        wanted = settings(path, watch=True, pace="realtime", sample=30, **more)
        clock = self.time.clock
        object.__setattr__(clock, "wait", self.wait)
        self.source = open_source(wanted, clock)

    def wait(self, event: object, seconds: float) -> bool:
        self.time.now += seconds
        if self.happenings:
            self.happenings.pop(0)()
        else:
            self.source.close()
        return False

    def run(self, *happenings: Callable[[], object]) -> tuple[list[Frame], list[Trouble]]:
        self.happenings = list(happenings)
        return played(self.source)


def nothing() -> None:
    """A look without any change."""


def test_a_watched_folder_shows_the_newest_picture_and_then_what_comes(tmp_path: Path) -> None:
    for index in range(3):
        os.utime(put(tmp_path / f"{index}.jpg", index), (1000 + index, 1000 + index))
    watch = Watch(tmp_path)
    frames, troubles = watch.run(nothing, lambda: put(tmp_path / "new.jpg", 7), nothing, nothing)
    assert [shown(frame) for frame in frames] == [2, 7]
    assert frames[1].t - frames[0].t == 2.0
    assert frames[1].utc == 1_700_000_003.0
    assert troubles == []


def test_a_half_written_picture_is_waited_for(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    ready, new = tmp_path / ".ready.png", tmp_path / "new.png"
    Image.fromarray(noise).save(ready)
    whole = ready.read_bytes()
    half, most = whole[: len(whole) // 2], whole[: len(whole) * 9 // 10]
    frames, troubles = Watch(tmp_path).run(
        lambda: new.write_bytes(half), lambda: new.write_bytes(most), nothing, lambda: new.write_bytes(whole),
        nothing, nothing,
    )  # fmt: skip
    assert len(frames) == 1
    assert np.array_equal(frames[0].image[..., ::-1], noise)
    assert troubles == []


def test_a_picture_that_stays_broken_is_given_up_once(tmp_path: Path) -> None:
    new = tmp_path / "new.png"
    frames, troubles = Watch(tmp_path).run(lambda: new.write_text("broken"), *[nothing] * 8)
    assert frames == []
    assert states(troubles) == ["damaged"]


def test_a_picture_that_is_overwritten_all_the_time_is_still_seen(tmp_path: Path) -> None:
    latest = tmp_path / "latest.jpg"

    def rewrite(index: int) -> Callable[[], object]:
        return lambda: os.utime(put(latest, index), (2000 + index, 2000 + index))

    frames, _ = Watch(tmp_path).run(*[rewrite(index) for index in range(10)])
    assert [shown(frame) for frame in frames] == [3, 4, 5, 6, 7, 8, 9]


def test_a_camera_that_drops_nothing_any_more_has_stalled_until_it_does(tmp_path: Path) -> None:
    watch = Watch(tmp_path, poll="1s", stall="5s")
    late = [nothing] * 10 + [lambda: put(tmp_path / "late.jpg", 4), nothing]
    frames, troubles = watch.run(lambda: put(tmp_path / "first.jpg", 3), *late)
    assert [shown(frame) for frame in frames] == [3, 4]
    assert states(troubles) == ["stalled", "recovered"]


def test_a_share_that_goes_away_comes_back(tmp_path: Path) -> None:
    folder, away = tmp_path / "share", tmp_path / "away"
    folder.mkdir()
    frames, troubles = Watch(folder).run(
        lambda: folder.rename(away), nothing, nothing, lambda: away.rename(folder),
        lambda: put(folder / "new.jpg", 6), nothing,
    )  # fmt: skip
    assert [shown(frame) for frame in frames] == [6]
    assert states(troubles) == ["lost", "recovered"]


def test_files_that_left_the_folder_are_forgotten(tmp_path: Path) -> None:
    arrivals = Arrivals()
    for turn in range(50):
        arrivals.look([Entry(tmp_path / f"{turn}.jpg", 10, float(turn))])
    assert len(arrivals) == 1
    arrivals.look([])
    assert len(arrivals) == 0


@pytest.mark.shared_data
def test_real_pictures_are_read_whole(shared_data: Path) -> None:
    frames, troubles = play(shared_data / "coco_mini" / "images", every="1s")
    assert len(frames) == 158
    assert all(frame.image.ndim == 3 and frame.image.shape[2] == 3 for frame in frames)
    assert states(troubles) == ["ended"]
