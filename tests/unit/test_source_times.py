"""Times of frames, the table of a connection and its waits."""

import math
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.streams.connection import TABLE, Backoff, Connection
from edge.streams.streamtime import DamageCount, LiveTimes, RecordedTimes, Sampler

STAMPS = st.lists(st.none() | st.floats(-1e5, 1e5), max_size=60)


def sampled(rate: float, times: list[float]) -> list[float]:
    sampler = Sampler(rate)
    return [t for t in times if sampler.due(t)]


@pytest.mark.parametrize("fps", [5, 12.5, 25, 30])
def test_samples_a_steady_number_a_second_whatever_the_frame_rate(fps: float) -> None:
    assert len(sampled(2.0, [i / fps for i in range(int(60 * fps))])) == 120


def test_samples_every_frame_of_a_slow_stream() -> None:
    assert len(sampled(2.0, [i * 0.7 for i in range(50)])) == 50


def test_a_gap_is_not_made_up_for_by_a_burst() -> None:
    times = [0.0, 0.1, 10.0, 10.1, 10.2, 10.5]
    assert sampled(2.0, times) == [0.0, 10.0, 10.5]


def test_stamps_of_the_container_are_the_time_not_the_count_of_frames() -> None:
    times = RecordedTimes(0.04)
    assert [times.at(pts, None) for pts in (7.0, 7.5, 7.6, 9.0)] == pytest.approx([0.0, 0.5, 0.6, 2.0])
    assert times.mended == 0


def test_a_missing_stamp_is_replaced_by_the_usual_gap() -> None:
    times = RecordedTimes(0.1)
    assert [times.at(pts, None) for pts in (None, None, 5.0, None, 5.2)] == pytest.approx(
        [0.0, 0.1, 0.2, 0.3, 0.4]
    )
    assert times.mended == 2


def test_a_recorder_whose_clock_was_set_back_or_ahead_goes_on_evenly() -> None:
    times = RecordedTimes(0.1)
    stamps = [50.0, 50.1, 20.0, 20.1, 99_000.0, 99_000.1]
    assert [times.at(pts, None) for pts in stamps] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert times.mended == 2


def test_stamps_that_repeat_do_not_stretch_the_time() -> None:
    times = RecordedTimes(0.04)
    last = [times.at(i // 2 * 0.04, None) for i in range(1001)][-1]
    assert last == pytest.approx(20.0, abs=0.01)


def test_of_two_stamps_the_one_with_fewer_faults_is_believed() -> None:
    times = RecordedTimes(0.033)
    got = [times.at(t + (0.05 if i % 2 else 0.0), t) for i, t in enumerate(i * 0.033 for i in range(100))]
    assert got[-1] == pytest.approx(99 * 0.033, abs=0.06)
    assert times.mended <= 3


@given(STAMPS, STAMPS)
def test_recorded_times_always_grow(pts: list[float | None], dts: list[float | None]) -> None:
    times = RecordedTimes(0.04)
    got = [times.at(p, d) for p, d in zip(pts, dts, strict=False)]
    assert all(a < b for a, b in pairwise(got))


def test_the_camera_gives_the_spacing_when_the_network_is_uneven() -> None:
    times = LiveTimes()
    late = [0.0, 0.2, 0.05, 0.0, 0.3, 0.1, 0.0, 0.02] * 20
    got = [times.at(100 + i * 0.1 + wait, i * 0.1) for i, wait in enumerate(late)]
    assert all(0.08 < b - a < 0.12 for a, b in pairwise(got[16:]))


def test_a_fast_camera_clock_is_followed() -> None:
    times = LiveTimes()
    # 0.1 % fast: without following, an hour would put the times 3.6 s off
    got = [(100 + i * 0.1, times.at(100 + i * 0.1, i * 0.1 * 1.001)) for i in range(36_000)]
    assert all(abs(arrival - t) < 0.1 for arrival, t in got)


@pytest.mark.parametrize("jump", [-50_000.0, 50_000.0])
def test_a_camera_whose_clock_was_set_is_anchored_anew(jump: float) -> None:
    times = LiveTimes()
    got = [times.at(100 + i * 0.1, i * 0.1 + (jump if i >= 50 else 0.0)) for i in range(100)]
    assert all(0.09 < b - a < 0.11 for a, b in pairwise(got))


def test_a_new_connection_never_goes_back() -> None:
    times = LiveTimes()
    first = [times.at(100 + i * 0.1, i * 0.1) for i in range(50)]
    times.restart()
    second = [times.at(104.9 + i * 0.1, i * 0.1) for i in range(50)]
    assert second[0] > first[-1]
    assert second[-1] == pytest.approx(109.8, abs=0.05)


@given(st.lists(st.tuples(st.floats(0, 5), st.none() | st.floats(-1e6, 1e6)), max_size=60))
def test_live_times_always_grow(steps: list[tuple[float, float | None]]) -> None:
    times, arrival, last = LiveTimes(), 1000.0, -math.inf
    for step, pts in steps:
        arrival += step
        t = times.at(arrival, pts)
        assert last < t <= max(arrival, last + 0.002) + 1e-6
        last = t


def test_damage_is_said_once_in_a_while_and_counted_in_full() -> None:
    damage = DamageCount(every=60.0)
    damage.add(2)
    assert damage.due(1.0) == 2
    damage.add(3)
    assert damage.due(2.0) is None
    damage.add(1)
    assert damage.due(61.5) == 4
    assert damage.due(200.0) is None
    assert (damage.total, damage.rest()) == (6, None)


def test_every_state_knows_every_happening() -> None:
    assert set(TABLE) == set(product(("starting", "ok", "stalled", "lost"), ("frame", "silence", "failure")))


def test_only_a_frame_brings_a_source_back_and_each_change_is_said_once() -> None:
    connection = Connection()
    steps = [("frame", ""), ("frame", ""), ("silence", "s"), ("silence", "s"), ("failure", "f")]
    steps += [("failure", "f"), ("silence", "s"), ("failure", "f"), ("frame", ""), ("frame", "")]
    said = [connection.on(happening, cause) for happening, cause in steps]  # type: ignore[arg-type]
    assert said == [None, None, "stalled", None, "lost", None, None, None, "recovered", None]


def test_a_further_cause_is_said_once_while_a_source_is_lost() -> None:
    connection = Connection()
    causes = ["gone", "gone", "refused", "gone", "refused"]
    assert [connection.on("failure", cause) for cause in causes] == ["lost", None, "lost", None, None]
    connection.on("frame")
    assert connection.on("failure", "gone") == "lost"


def test_waits_double_up_to_the_longest_and_begin_anew() -> None:
    backoff = Backoff(1.0, 60.0)
    assert [backoff.next(1.0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.next(0.0) == 30
    backoff.reset()
    assert backoff.next(1.0) == 1
    backoff.longest()
    assert backoff.next(1.0) == 60
