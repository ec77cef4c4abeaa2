"""Video files: good ones, broken ones, and played over again."""

import threading
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from edge.frames import Frame
from edge.sources import open_source
from edge.sources.file import Settings
from edge.streams.reader import system_clock
from tests.footage import FakeTime, make_video, played, shown, states

EVEN = range(0, 2000, 40)  # 50 frames in 2 s


def settings(path: Path, **more: object) -> Settings:
    given = {"id": "clip", "kind": "file", "path": path, "pace": "fast", "sample": 25, **more}
    return Settings.model_validate(given)


def play(path: Path, most: int = 100_000, **more: object) -> tuple[list[Frame], list]:
    return played(open_source(settings(path, **more), FakeTime().clock), most)


def test_frames_bear_the_times_of_the_container(tmp_path: Path) -> None:
    uneven = [0, 40, 500, 520, 1700, 1740]
    frames, troubles = play(make_video(tmp_path / "uneven.mkv", uneven))
    assert [frame.t for frame in frames] == pytest.approx([0.0, 0.04, 0.5, 0.52, 1.7, 1.74], abs=0.002)
    assert [shown(frame) for frame in frames] == [0, 1, 2, 3, 4, 5]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4, 5]
    assert states(troubles) == ["ended"]


def test_a_picture_is_bgr_bytes_of_the_videos_size(tmp_path: Path) -> None:
    frames, _ = play(make_video(tmp_path / "clip.mp4", EVEN, size=(96, 64)), sample=2)
    assert frames[0].image.shape == (64, 96, 3)
    assert frames[0].image.dtype == np.uint8
    assert frames[0].source == "clip"


@pytest.mark.parametrize(("sample", "expected"), [(2, 4), (5, 10), (12.5, 25)])
def test_samples_by_time(tmp_path: Path, sample: float, expected: int) -> None:
    frames, _ = play(make_video(tmp_path / "clip.mp4", EVEN), sample=sample, decode="full")
    assert len(frames) == expected


def test_a_replay_begins_at_a_fixed_time_with_an_unknown_clock(tmp_path: Path) -> None:
    frames, _ = play(make_video(tmp_path / "clip.mp4", EVEN))
    assert (frames[0].t, frames[0].utc, frames[0].clock) == (0.0, 946_684_800.0, "unknown")
    assert frames[25].utc == pytest.approx(946_684_801.0)


def test_a_given_start_is_the_first_frames_time(tmp_path: Path) -> None:
    frames, _ = play(make_video(tmp_path / "clip.mp4", EVEN), start="2026-03-01T08:00:00+08:00")
    assert (frames[0].utc, frames[0].clock) == (1_772_323_200.0, "free_running")


def test_a_start_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        settings(tmp_path / "clip.mp4", start="2026-03-01T08:00:00")


def test_real_time_waits_until_each_frame_is_due(tmp_path: Path) -> None:
    time = FakeTime(now=500.0)
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    source = open_source(settings(clip, pace="realtime", sample=5), time.clock)
    frames = []
    for item in source.frames():
        if isinstance(item, Frame):
            assert time.now == pytest.approx(item.t)
            frames.append(item)
    assert [frame.t for frame in frames] == pytest.approx([500 + i / 5 for i in range(10)])
    assert frames[0].utc == 1_700_000_000.0


def test_a_slow_reader_is_not_waited_for_twice(tmp_path: Path) -> None:
    time = FakeTime(now=0.0)
    source = open_source(
        settings(make_video(tmp_path / "clip.mp4", EVEN), pace="realtime", sample=5), time.clock
    )
    for item in source.frames():
        time.now += 0.3 if isinstance(item, Frame) else 0.0
    assert time.waits == []


def test_close_ends_a_wait_at_once(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "slow.mkv", [0, 3_000_000])
    source = open_source(settings(clip, pace="realtime"), system_clock())
    frames = source.frames()
    next(frames)
    threading.Timer(0.2, source.close).start()
    assert list(frames) == []  # else the test runs into its time limit


@pytest.mark.parametrize("repeat", ["none", "loop", "pingpong"])
def test_only_the_segment_is_played(tmp_path: Path, repeat: str) -> None:
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    frames, _ = play(clip, 4, segment=[6, 9], repeat=repeat)
    assert [shown(frame) for frame in frames] == [6, 7, 8, 9]
    assert [frame.t for frame in frames] == pytest.approx([0, 0.04, 0.08, 0.12])


def test_a_loop_goes_on_in_time(tmp_path: Path) -> None:
    frames, troubles = play(make_video(tmp_path / "clip.mp4", EVEN), 12, segment=[6, 9], repeat="loop")
    assert [shown(frame) for frame in frames] == [6, 7, 8, 9] * 3
    assert [frame.t for frame in frames] == pytest.approx([i * 0.04 for i in range(12)])
    assert [frame.index for frame in frames] == list(range(12))
    assert troubles == []


def test_ping_pong_shows_neither_end_twice_and_keeps_the_spacing(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mkv", [0, 40, 200, 240])
    frames, _ = play(clip, 13, repeat="pingpong")
    assert [shown(frame) for frame in frames] == [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
    gaps = [round(b.t - a.t, 3) for a, b in pairwise(frames)]
    assert gaps == pytest.approx([0.04, 0.16, 0.04, 0.04, 0.16, 0.04] * 2, abs=0.002)


@pytest.mark.parametrize("repeat", ["loop", "pingpong"])
def test_one_frame_can_be_shown_for_ever(tmp_path: Path, repeat: str) -> None:
    frames, _ = play(make_video(tmp_path / "one.mp4", [0]), 20, repeat=repeat)
    assert len(frames) == 20
    assert all(a.t < b.t for a, b in pairwise(frames))


def test_ping_pong_refuses_what_memory_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.sources.file.HELD_BYTES", 100_000)
    _, troubles = play(make_video(tmp_path / "clip.mp4", EVEN), repeat="pingpong")
    assert "shorter segment" in troubles[-1].what
    assert states(troubles) == ["failed"]


def test_a_single_frame_is_a_video(tmp_path: Path) -> None:
    frames, troubles = play(make_video(tmp_path / "one.mp4", [0]))
    assert len(frames) == 1
    assert states(troubles) == ["ended"]


def test_a_missing_file_a_folder_and_a_text_each_fail_with_their_name(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video " * 100)
    for path, why in ((tmp_path / "none.mp4", "no such file"), (tmp_path, "folder"), (text, "as a video")):
        frames, troubles = play(path)
        assert frames == []
        assert states(troubles) == ["failed"]
        assert why in troubles[0].what
        assert str(path) in troubles[0].what


def test_an_empty_file_fails(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert states(play(tmp_path / "empty.mp4")[1]) == ["failed"]


def test_a_video_without_a_single_frame_fails(tmp_path: Path) -> None:
    _, troubles = play(make_video(tmp_path / "none.mkv", []))
    assert states(troubles) == ["failed"]


def test_a_sound_file_fails(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    _, troubles = play(path)
    assert states(troubles) == ["failed"]
    assert "no video stream" in troubles[0].what


def test_a_damaged_middle_is_skipped_counted_and_played_on(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mkv", EVEN, size=(320, 240), codec="mpeg4")
    whole = bytearray(clip.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 1500] = np.random.default_rng(1).bytes(1500)
    clip.write_bytes(whole)
    frames, troubles = play(clip)
    assert states(troubles)[-1] == "ended"
    assert "damaged" in states(troubles)
    assert 25 < len(frames) < 50
    assert frames[-1].t == pytest.approx(1.96, abs=0.01)


def test_a_file_that_was_cut_off_says_so(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.avi", range(0, 8000, 40), size=(320, 240), codec="mpeg4")
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    frames, troubles = play(clip)
    assert 50 < len(frames) < 150
    assert any("cut off" in trouble.what for trouble in troubles)
    assert states(troubles)[-1] == "ended"


def test_an_mp4_without_its_end_fails_clearly(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert states(play(clip)[1]) == ["failed"]


def test_a_change_of_size_in_mid_stream_goes_on_with_the_new_size(tmp_path: Path) -> None:
    small = make_video(tmp_path / "small.h264", EVEN, size=(64, 48))
    large = make_video(tmp_path / "large.h264", EVEN, size=(128, 96))
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    frames, troubles = play(both)
    assert {frame.image.shape for frame in frames} == {(48, 64, 3), (96, 128, 3)}
    changed = [trouble for trouble in troubles if trouble.state == "changed"]
    assert len(changed) == 1
    assert "128x96" in changed[0].what
    assert all(a.t < b.t for a, b in pairwise(frames))


def test_a_change_of_codec_in_mid_stream_does_not_stop_it(tmp_path: Path) -> None:
    first = make_video(tmp_path / "first.ts", EVEN)
    second = make_video(tmp_path / "second.ts", EVEN, codec="mpeg4")
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    frames, troubles = play(both)
    assert len(frames) >= 45
    assert states(troubles)[-1] == "ended"
    assert "damaged" in states(troubles)


def test_a_stream_without_time_stamps_is_timed_by_its_rate_and_said(tmp_path: Path) -> None:
    frames, troubles = play(make_video(tmp_path / "raw.h264", EVEN))
    assert frames[-1].t == pytest.approx(49 / 25, abs=0.05)
    assert all(a.t < b.t for a, b in pairwise(frames))
    assert states(troubles)[-1] == "ended"


def test_a_segment_outside_the_file_fails_and_one_that_reaches_over_its_end_says_so(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    _, outside = play(clip, segment=[60, 70])
    assert states(outside) == ["failed"]
    assert "0 to 49" in outside[0].what
    frames, over = play(clip, segment=[45, 70])
    assert len(frames) == 5
    assert states(over) == ["damaged", "ended"]


@pytest.mark.parametrize("segment", [[5, 2], [-1, 3], [1], [1, 2, 3]])
def test_a_segment_is_two_ordered_indices(tmp_path: Path, segment: list[int]) -> None:
    with pytest.raises(ValidationError, match="segment"):
        settings(tmp_path / "clip.mp4", segment=segment)


def test_faults_are_said_on_the_first_round_only(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    source = open_source(settings(clip, segment=[45, 70], repeat="loop"), FakeTime().clock)
    items = list(islice(source.frames(), 50))
    assert [item.state for item in items if not isinstance(item, Frame)] == ["damaged"]


def test_the_same_file_gives_the_same_frames_again(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", EVEN)
    first, second = play(clip, sample=5)[0], play(clip, sample=5)[0]
    assert [(f.index, f.t, f.utc) for f in first] == [(f.index, f.t, f.utc) for f in second]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))


@pytest.mark.shared_data
def test_a_variable_rate_recording_has_its_true_length(shared_data: Path) -> None:
    frames, _ = play(shared_data / "video" / "opencv_tree.avi", sample=30)
    assert len(frames) == 68  # index / fps would make 4.5 s of it
    assert frames[-1].t == pytest.approx(29.53, abs=0.05)


@pytest.mark.shared_data
def test_a_recording_whose_stamps_run_backwards_plays_forwards(shared_data: Path) -> None:
    frames, troubles = play(shared_data / "video" / "night_carpark_handheld.mp4", sample=30)
    assert all(a.t < b.t for a, b in pairwise(frames))
    assert frames[-1].t == pytest.approx(9.57, abs=0.15)
    assert "time stamp" in troubles[0].what


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
def test_no_damage_whatever_breaks_the_source(tmp_path: Path, suffix: str) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    whole = make_video(tmp_path / f"whole.{suffix}", EVEN, codec=codec).read_bytes()
    for seed in range(25):
        random = np.random.default_rng(seed)
        broken = bytearray(whole[: int(random.integers(1, len(whole)))] if seed % 5 == 0 else whole)
        for place in random.integers(0, len(broken), int(random.integers(1, 60))):
            broken[place] = int(random.integers(0, 256))
        path = tmp_path / f"{seed}.{suffix}"
        path.write_bytes(broken)
        frames, troubles = play(path, 5000)
        assert states(troubles)[-1] in ("ended", "failed"), seed
        assert all(a.t < b.t for a, b in pairwise(frames)), seed
