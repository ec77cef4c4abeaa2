"""Which packets are decoded: the plan alone, without any video."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.streams.plan import USUAL_S, Plan, Policy, Step
from edge.streams.streamtime import LiveTimes, RecordedTimes, Sampler

FPS = 25


def steps(plan: Plan, wants: list[tuple[float, float]], key_every: float, seconds: float) -> list[Step]:
    """What is done with the packets of a steady stream; wants: since when which interval."""
    taken = []
    for n in range(int(seconds * FPS)):
        t = n / FPS
        interval = [wanted for since, wanted in wants if since <= t][-1]
        taken.append(plan.take(t, n % round(key_every * FPS) == 0, interval))
    return taken


def share(taken: list[Step], what: Step) -> float:
    return taken.count(what) / len(taken)


@pytest.mark.parametrize(
    ("key_every", "interval", "alone"),
    [(4, 4, True), (5, 4, True), (5.2, 4, False), (1, 4, True), (2, 1, False)],
)
def test_keyframes_are_enough_up_to_a_quarter_more_than_is_wanted(
    key_every: float, interval: float, alone: bool
) -> None:
    plan = Plan("auto")
    taken = steps(plan, [(0, interval)], key_every, 120)
    assert plan.mode == ("keyframes" if alone else "all")
    assert set(taken[int(2 * key_every * FPS) :]) == ({"alone", "skip"} if alone else {"follow"})
    assert plan.distance == pytest.approx(key_every)


def test_until_the_distance_of_keyframes_is_known_all_is_decoded() -> None:
    taken = steps(Plan("auto"), [(0, 4)], 4, 8)
    assert taken[:100] == ["follow"] * 100
    assert taken[100:] == ["alone"] + ["skip"] * 99


def test_a_live_stream_is_taken_to_have_a_keyframe_every_four_seconds_until_it_shows() -> None:
    taken = steps(Plan("auto", USUAL_S), [(0, 4)], 4, 8)
    assert taken == (["alone"] + ["skip"] * 99) * 2
    assert set(steps(Plan("auto", USUAL_S), [(0, 0.5)], 4, 8)) == {"follow"}
    long = steps(Plan("auto", USUAL_S), [(0, 4)], 10, 30)
    assert [set(long[n * FPS + 1 : n * FPS + 100]) for n in (0, 10, 20)] == [{"skip"}, {"follow"}, {"follow"}]


def test_fewer_looks_stop_the_decoding_at_once_and_more_wait_for_a_keyframe() -> None:
    taken = steps(Plan("auto"), [(0, 4), (21, 0.5), (30, 4)], 4, 40)
    by_second = [set(taken[n * FPS : (n + 1) * FPS]) for n in range(40)]
    assert by_second[21:24] == [{"skip"}] * 3
    assert by_second[24:30] == [{"follow"}] * 6
    assert by_second[30:32] == [{"skip"}] * 2
    assert by_second[32] == {"alone", "skip"}


def test_a_camera_that_stretches_the_distance_is_decoded_in_full_and_back_after_three_short_ones() -> None:
    plan = Plan("auto")
    keys = [0, 4, 8, 20, 24, 28, 32, 36, 40]
    modes = {}
    for n in range(44 * FPS):
        plan.take(n / FPS, n / FPS in keys, 4.0)
        modes[n / FPS] = plan.mode
    assert [modes[t] for t in (7.0, 19.0, 20.0, 24.0, 28.0, 31.0)] == [
        *("keyframes", "keyframes"),
        *("all", "all", "all", "all"),
    ]
    assert modes[32.0] == "keyframes"


def test_packets_without_stamps_are_all_decoded() -> None:
    plan = Plan("auto")
    assert {plan.take(None, n % 25 == 0, 4.0) for n in range(200)} == {"follow"}


def test_stamps_that_jump_do_not_count_as_distances() -> None:
    plan = Plan("auto")
    for t in (0.0, 4.0, 8.0, 90_000.0, 90_004.0, 3.0, 7.0):
        plan.take(t, True, 4.0)
    assert plan.distance == 4.0


def test_after_a_broken_keyframe_nothing_is_decoded_until_the_next() -> None:
    plan = Plan("full")
    assert plan.take(0.0, True, 1.0) == "follow"
    plan.wait()
    assert [plan.take(t, t == 2.0, 1.0) for t in (0.5, 1.0, 1.5, 2.0, 2.5)] == ["skip"] * 3 + ["follow"] * 2


@given(
    st.sampled_from(["auto", "full", "keyframes"]),
    st.lists(st.tuples(st.floats(0.01, 9), st.booleans(), st.floats(0.04, 10)), max_size=80),
)
def test_what_follows_always_follows_a_keyframe_of_its_run(
    policy: Policy, packets: list[tuple[float, bool, float]]
) -> None:
    plan, t, run = Plan(policy), 0.0, True
    plan.take(0.0, True, 1.0)
    for gap, key, interval in packets:
        t += gap
        step = plan.take(t, key, interval)
        assert step == "skip" or step == "follow" or key
        assert step != "skip" or not key
        run = step == "follow" and (key or run)
        assert run or step != "follow"


@pytest.mark.parametrize("gap", [0.04, 0.5, 1.0, 2.1, 2.6, 3.0, 3.999, 4.0, 4.5, 5.0])
@pytest.mark.parametrize("jitter", [0.0, 0.03])
def test_looks_at_keyframes_are_neither_rare_nor_many(gap: float, jitter: float) -> None:
    sampler = Sampler(1 / 4)
    keys = [n * gap + (jitter if n % 2 else 0.0) for n in range(int(400 / gap))]
    looks = [t for t in keys if sampler.due(t, gap)]
    assert max(b - a for a, b in pairwise(looks)) <= 5.0 + 2 * jitter
    assert (looks[-1] - looks[0]) / (len(looks) - 1) >= min(4.0, max(gap, 2.5)) * 0.95


def test_another_interval_counts_from_the_last_look() -> None:
    sampler = Sampler(1 / 4)
    looks = []
    for n in range(40 * FPS):
        t = n / FPS
        sampler.interval = 0.5 if 10 <= t < 12 else 4.0
        if sampler.due(t):
            looks.append(t)
    assert looks == pytest.approx([0, 4, 8, 10, 10.52, 11.0, 11.52, *(15.52 + 4 * n for n in range(7))])


def test_a_look_that_could_not_be_had_is_made_up_for_by_the_next_picture() -> None:
    sampler = Sampler(1 / 4)
    assert sampler.due(0.0)
    assert sampler.due(4.0)
    sampler.missed()
    assert sampler.due(4.04)
    assert not sampler.due(4.08)
    assert sampler.due(8.0)


def test_a_fast_camera_clock_is_followed_by_packets_that_nobody_decodes() -> None:
    times, off = LiveTimes(), []
    for n in range(36_000):
        arrival = 100 + n * 0.1
        times.note(arrival, n * 0.1 * 1.001)
        if n % 40 == 0:
            off.append(abs(arrival - times.time(arrival, n * 0.1 * 1.001)))
    assert max(off) < 0.1


def test_frames_that_go_by_take_their_time() -> None:
    times = RecordedTimes(0.04)
    assert times.at(None, None) == 0.0
    for _ in range(99):
        times.passed(None, None)
    assert times.at(None, None) == pytest.approx(4.0)
    assert times.end == pytest.approx(4.04)


def test_the_end_is_that_of_the_last_frame_even_if_nobody_saw_it() -> None:
    times = RecordedTimes(0.04)
    times.at(10.0, 10.0)
    for t in (10.5, 11.5, 13.0):
        times.passed(t, t)
    assert times.end == pytest.approx(3.04)
    times.passed(99_000.0, None)  # a stamp beyond belief: the frame rate stands in
    assert times.end == pytest.approx(0.2)
