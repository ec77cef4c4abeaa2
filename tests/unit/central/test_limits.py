"""What one node may ask of the centre; names are forgotten, and time is ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.limits import MOST_KEPT, Allowance, LimitSettings, Noise, Uploads
from central.loudness import Loudness
from central.metrics import Metrics

MB = 1e6


def test_an_allowance_fills_evenly_and_is_forgotten_when_whole() -> None:
    allowance = Allowance(100.0, 50.0)
    assert allowance.wait_s("a", 0.0) == 0.0
    assert allowance.spend("a", 60.0, 0.0) == 0.0
    assert allowance.spend("a", 60.0, 0.0) == 10.0, "20 too much come back at 2 a second"
    assert allowance.wait_s("a", 4.0) == 6.0
    assert allowance.spend("b", 10.0, 10.0) == 0.0, "another's is its own"
    assert len(allowance) == 2
    allowance.spend("b", 1.0, 100.0)
    assert len(allowance) == 1, "a's is whole again and forgotten"


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    allowance = Allowance(10.0, 10.0)
    allowance.spend("a", 15.0, 100.0)
    assert allowance.wait_s("a", 50.0) == 5.0


def test_no_flood_of_names_grows_the_memory() -> None:
    allowance = Allowance(1.0, 1e9)
    for name in range(MOST_KEPT + 100):
        allowance.spend(f"node-{name}", 5.0, float(name))
    assert len(allowance) == MOST_KEPT
    assert allowance.wait_s(f"node-{MOST_KEPT + 99}", 1e4 + 99) > 0, "the newest is not the one forgotten"


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 40)), max_size=60))
def test_nobody_gets_more_than_a_period_s_worth_and_what_time_gives(story: list[tuple[float, float]]) -> None:
    allowance, now, got, largest = Allowance(100.0, 50.0), 0.0, 0.0, 0.0
    for pause, amount in story:
        now += pause
        if allowance.wait_s("a", now) == 0.0:
            allowance.spend("a", amount, now)
            got, largest = got + amount, max(largest, amount)
    assert got <= 100.0 + now * 2.0 + largest + 1e-6


def test_uploads_of_one_node_do_not_keep_out_another() -> None:
    uploads = Uploads(LimitSettings(evidence_mb_per_day=10, uploads_at_once=2))
    assert [uploads.begin("a", 0.0) for _ in range(2)] == [None, None]
    third = uploads.begin("a", 0.0)
    assert third is not None
    assert third[1].startswith("2 uploads of this node are running")
    assert uploads.begin("b", 0.0) is None
    for node in ("a", "a", "b"):
        uploads.end(node, int(6 * MB), 1.0)
    assert uploads.running == 0
    over = uploads.begin("a", 1.0)
    assert over is not None
    assert (round(over[0]), "evidence_mb_per_day" in over[1]) == (17280, True), "2 MB at 10 MB a day"
    assert uploads.begin("b", 1.0) is None
    uploads.end("b", 0, 1.0)
    assert uploads.begin("a", 1.0 + over[0]) is None


def test_a_noisy_node_is_told_once_and_forgotten() -> None:
    noise = Noise(LimitSettings(events_per_minute=60))
    told = [noise.heard("a", 0.0) for _ in range(62)]
    assert told == [False] * 60 + [True, False]
    assert noise.noisy(0.0) == ["a"]
    assert noise.heard("b", 1.0) is False
    assert noise.noisy(30.0) == ["a"]
    assert noise.noisy(200.0) == []
    assert noise.heard("a", 1000.0) is False
    assert noise.noisy(1000.0) == []


def test_people_are_told_of_a_noisy_node(caplog: pytest.LogCaptureFixture) -> None:
    now, metrics = [0.0], Metrics()
    loudness = Loudness(LimitSettings(events_per_minute=60), metrics, lambda: now[0])
    loudness.heard(["gewu://131002/a"] * 70 + ["gewu://131002/b"])
    loudness.heard(["gewu://131002/a"])
    said = [record.getMessage() for record in caplog.records]
    assert said == ["node gewu://131002/a sends more than 60 events a minute (limits.events_per_minute)"]
    assert metrics.registry.get_sample_value("gewu_central_noisy_nodes") == 1.0
    now[0] = 600.0
    assert metrics.registry.get_sample_value("gewu_central_noisy_nodes") == 0.0
