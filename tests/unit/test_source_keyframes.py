"""Decoding no more than the looks that are wanted need, and never showing a broken picture for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edge.frames import Decoding, Frame, Trouble
from edge.sources import open_source
from edge.sources.file import FileSource, Settings
from tests.footage import FakeTime, make_video, moving, shown, states

FPS = 25
MINUTE = range(0, 60_000, 40)
QUIET = ":log-level=error"
X264, X265 = "x264-params", "x265-params"


@dataclass(frozen=True)
class Kind:
    """A way to encode with a key frame every second."""

    suffix: str
    codec: str
    options: dict[str, str] = field(default_factory=dict)
    pixels: str = "yuv420p"


KINDS = {
    "h264 of a camera": Kind("mp4", "libx264", {"tune": "zerolatency", "preset": "ultrafast"}),
    "h264 with b frames": Kind("mkv", "libx264", {"bf": "3", X264: "scenecut=0"}),
    "h264 open groups": Kind("ts", "libx264", {"bf": "3", X264: "open-gop=1:scenecut=0:keyint=25"}),
    "h265": Kind("mp4", "libx265", {"preset": "ultrafast", X265: f"keyint=25:bframes=0{QUIET}"}),
    "h265 open groups": Kind("ts", "libx265", {"preset": "ultrafast", X265: f"keyint=25:open-gop=1{QUIET}"}),
    "mpeg4": Kind("avi", "mpeg4"),
    "mpeg4 with b frames": Kind("mp4", "mpeg4", {"bf": "2"}),
}


@pytest.fixture(scope="module", params=sorted(KINDS))
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of every kind."""
    kind = KINDS[request.param]
    path = tmp_path_factory.mktemp("clips") / f"clip.{kind.suffix}"
    given = {"options": kind.options, "gop": FPS, "drawn": moving, "pixels": kind.pixels}
    return make_video(path, range(0, 20_000, 40), codec=kind.codec, **given)  # type: ignore[arg-type]


def source(path: Path, sample: float = 25, **more: object) -> FileSource:
    given = {"id": "clip", "kind": "file", "path": path, "pace": "fast", "sample": sample, **more}
    made = open_source(Settings.model_validate(given), FakeTime().clock)
    assert isinstance(made, FileSource)
    return made


def looks(made: FileSource, wants: dict[float, float] | None = None) -> Iterator[Frame]:
    """The frames of a source that is told at some times how often to look from then on."""
    left = sorted((wants or {}).items())
    while left and left[0][0] <= 0:
        made.want(left.pop(0)[1])
    for item in made.frames():
        if isinstance(item, Trouble):
            assert item.state == "ended", item
            continue
        yield item
        while left and item.t >= left[0][0]:
            made.want(left.pop(0)[1])


def gaps(frames: list[Frame]) -> list[float]:
    return [round(b.t - a.t, 3) for a, b in pairwise(frames)]


def test_every_look_is_the_picture_that_full_decoding_gives_at_that_time(clip: Path) -> None:
    """Whatever is wanted when: no look is broken, and none bears a wrong time or number."""
    full = {round(frame.t, 2): frame for frame in looks(source(clip, decode="full"))}
    assert len(full) >= 498
    wants = {0.0: 1.0, 3.0: 0.2, 6.5: 4.0, 9.9: 0.04, 13.3: 2.0, 15.0: 0.5, 17.5: 1.0}
    made = source(clip)
    found = list(looks(made, wants))
    assert len(found) >= 60
    assert made.decoding.skipped > 200
    for frame in found:
        assert np.array_equal(frame.image, full[round(frame.t, 2)].image), frame.t
    off = [frame.index - full[round(frame.t, 2)].index for frame in found]
    assert all(abs(n) <= 4 for n in off)  # open groups count frames in the order they are sent
    assert all(a.t < b.t for a, b in pairwise(found))


def test_a_wish_is_met_where_keyframes_allow_it_and_where_they_do_not(clip: Path) -> None:
    for interval in (0.2, 0.5, 1.0, 2.0, 4.0):
        found = gaps(list(looks(source(clip), {0.0: interval})))[1:]
        assert max(found) <= 1.25 * interval + 0.05
        assert np.mean(found) >= 0.9 * interval


def test_where_keyframes_are_enough_nothing_else_reaches_the_decoder(tmp_path: Path) -> None:
    path = make_video(tmp_path / "camera.mp4", MINUTE, gop=100, drawn=moving)
    made = source(path)
    found = list(looks(made, {0.0: 4.0}))
    assert gaps(found) == [4.0] * 14
    assert made.decoding == Decoding("keyframes", 4.0, 101 + 13, 99 * 14)  # the first distance is measured


def test_of_a_camera_that_sends_only_keyframes_just_the_wanted_ones_are_decoded(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "jpeg.avi", MINUTE, codec="mjpeg", pixels="yuvj420p", options={"strict": "-1"}
    )
    made = source(path)
    found = list(looks(made, {0.0: 4.0}))
    assert gaps(found) == [4.0] * 14
    assert [shown(frame) for frame in found] == [round(frame.t * FPS) % 25 for frame in found]
    assert made.decoding.decoded <= 16


def test_long_distances_between_keyframes_are_decoded_through(tmp_path: Path) -> None:
    path = make_video(tmp_path / "smart.mp4", MINUTE, gop=500, drawn=moving)
    made = source(path)
    assert max(gaps(list(looks(made, {0.0: 4.0})))) <= 5.0
    assert made.decoding.mode == "all"


@pytest.mark.parametrize(("interval", "share"), [(2.0, 0.56), (3.0, 0.54), (1.0, 0.79)])
def test_nothing_is_decoded_between_the_last_look_before_a_keyframe_and_it(
    tmp_path: Path, interval: float, share: float
) -> None:
    path = make_video(tmp_path / "camera.mp4", MINUTE, gop=100, drawn=moving)
    made = source(path)
    assert gaps(list(looks(made, {0.0: interval}))) == pytest.approx([interval] * round(60 / interval - 1))
    assert made.decoding.decoded <= share * 1500


def test_intra_refresh_without_a_single_further_keyframe_is_decoded_in_full(tmp_path: Path) -> None:
    """Its packets are flagged as key frames where the picture begins to be renewed, not where it is whole."""
    options = {X264: "intra-refresh=1:keyint=25:bframes=0:scenecut=0"}
    path = make_video(tmp_path / "refresh.mp4", range(0, 20_000, 40), options=options, gop=25, drawn=moving)
    full = {round(frame.t, 2): frame for frame in looks(source(path, decode="full"))}
    made = source(path)
    found = list(looks(made, {0.0: 1.0}))
    assert made.decoding.mode == "all"
    assert len(found) >= 17
    assert max(gaps(found)) <= 3.0  # once: until the second key frame turns out to be none
    assert sorted(gaps(found))[-2] <= 1.1
    assert all(np.array_equal(frame.image, full[round(frame.t, 2)].image) for frame in found)


def test_more_looks_come_with_the_next_keyframe_and_fewer_at_once(tmp_path: Path) -> None:
    path = make_video(tmp_path / "camera.mp4", MINUTE, gop=100, drawn=moving)
    found = [frame.t for frame in looks(source(path), {0.0: 4.0, 19.9: 0.5, 30.1: 4.0})]
    # wanted from the look at 20 s on, which was decoded by itself: the next key frame is at 24 s
    assert found[:7] == [0, 4, 8, 12, 16, 20, 24]
    assert all(24.4 < t < 30.6 for t in found[7:20])
    assert found[20:] == [32, 36, 40, 44, 48, 52, 56]


def test_the_same_wishes_give_the_same_looks_again(clip: Path) -> None:
    wants = {0.0: 1.0, 5.0: 0.2, 8.0: 4.0, 14.0: 0.4}
    first, second = (list(looks(source(clip), wants)) for _ in range(2))
    assert [(f.index, f.t, f.utc) for f in first] == [(f.index, f.t, f.utc) for f in second]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))


def test_a_loop_keeps_what_it_knows_of_its_keyframes_and_its_length(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 10_000, 40), gop=25, drawn=moving)
    made = source(path, repeat="loop")
    made.want(2.0)
    found = []
    for frame in made.frames():
        assert isinstance(frame, Frame)
        found.append(frame)
        if frame.t >= 60:
            made.close()
    assert gaps(found) == pytest.approx([2.0] * 30, abs=0.1)
    assert [frame.index for frame in found] == [round(frame.t * FPS) for frame in found]
    assert made.decoding.decoded < 60


def test_a_loop_that_is_shorter_than_the_wait_goes_on(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 2000, 40), gop=25, drawn=moving)
    made = source(path, repeat="loop")
    made.want(7.0)
    found = []
    for item in made.frames():
        found.append(item)
        if len(found) == 4:
            made.close()
    assert all(isinstance(item, Frame) for item in found)
    assert gaps(found) == pytest.approx([7.0] * 3, abs=1.01)  # type: ignore[arg-type]


def test_a_damaged_keyframe_is_said_and_the_next_one_shown(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mkv", range(0, 20_000, 40), gop=25, drawn=moving, codec="mpeg4")
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 2500] = np.random.default_rng(1).bytes(2500)
    path.write_bytes(whole)
    made = source(path, decode="keyframes")
    made.want(1.0)
    items = list(made.frames())
    frames = [item for item in items if isinstance(item, Frame)]
    assert 15 <= len(frames) <= 19
    assert gaps(frames).count(1.0) >= 14
    assert states([item for item in items if isinstance(item, Trouble)])[-1] == "ended"


def test_a_segment_is_decoded_in_full_so_that_its_numbers_hold(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 8000, 40), gop=25)
    found = list(looks(source(path, segment=[60, 120]), {0.0: 1.0}))
    assert [shown(frame) for frame in found] == [10, 10, 10]
    assert [frame.index for frame in found] == [0, 25, 50]


def test_keyframes_can_be_asked_for_whatever_is_wanted(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", range(0, 20_000, 40), gop=100, drawn=moving)
    made = source(path, decode="keyframes")
    assert [frame.t for frame in looks(made, {0.0: 0.5})] == pytest.approx([0, 4, 8, 12, 16])
    assert made.decoding == Decoding("keyframes", 4.0, 5, 495)


def test_a_clip_of_one_frame_is_one_look(tmp_path: Path) -> None:
    path = make_video(tmp_path / "one.mp4", [0])
    for decode in ("auto", "full", "keyframes"):
        assert len(list(looks(source(path, decode=decode), {0.0: 4.0}))) == 1
