"""When a simulated thing says what, and what goes wrong on purpose."""

from itertools import pairwise
from typing import Any

import pytest

from edge.simulated.zigbee2mqtt import WORDS, Settings
from edge.simulation.thing import seconds_of
from edge.simulation.timetable import Utterance, utterances

HOUR = 3600.0


def said(seed: int = 1, seconds: float = 24 * HOUR, **more: Any) -> list[Utterance]:
    base = {
        "kind": "zigbee2mqtt",
        "id": "cover-1",
        "way": "zigbee",
        "fields": {"contact": True},
        "every": "1h",
    }
    return utterances(Settings.model_validate(base | more), WORDS, seconds, seed)


def test_all_is_said_again_every_so_often_and_at_once_when_it_changes() -> None:
    told = said(timetable={"08:10": "open", "08:40": {"contact": True, "battery": 3}})
    assert len(told) == 24 + 2
    changes = [each for each in told if each.sent in (8 * HOUR + 600, 8 * HOUR + 2400)]
    assert [each.fields for each in changes] == [{"contact": False}, {"contact": True, "battery": 3}]
    assert [each.fields["contact"] for each in told if 8.2 * HOUR < each.sent < 8.6 * HOUR] == []
    assert told[-1].fields == {"contact": True, "battery": 3}


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    chancy: dict[str, Any] = {"jitter": "20m", "faults": [{"kind": "silent", "share": 0.5}]}
    assert said(1, **chancy) == said(1, **chancy) != said(2, **chancy)


def test_jitter_moves_each_round_by_half_of_it_at_most() -> None:
    times = [each.sent for each in said(jitter="20m")]
    steps = [b - a for a, b in pairwise(times)]
    assert min(steps) >= HOUR - 600
    assert max(steps) <= HOUR + 600
    assert max(steps) - min(steps) > 300


def test_a_number_drifts_from_when_it_was_set_and_ends_at_nothing() -> None:
    told = said(fields={"battery": 10}, drift={"battery": -1}, timetable={"20:00": {"battery": 90}})
    at = {round(each.sent / HOUR): each.fields["battery"] for each in told if each.sent % HOUR < 60}
    assert at[5] == pytest.approx(5, abs=0.02)
    assert at[15] == 0
    assert at[22] == pytest.approx(88, abs=0.02)


def test_noise_is_around_the_number() -> None:
    values = [float(each.fields["power"]) for each in said(fields={"power": 100}, noise={"power": 2})]
    assert 0.5 < max(values) - 100 < 10
    assert 0.5 < 100 - min(values) < 10


def test_silence_on_purpose_is_within_its_time() -> None:
    times = [each.sent for each in said(faults=[{"kind": "silent", "begin": "02:00", "end": "09:00"}])]
    assert not [t for t in times if 2 * HOUR <= t < 9 * HOUR]
    assert len(times) == 24 - 7


def test_what_is_late_keeps_its_own_moment() -> None:
    told = said(faults=[{"kind": "late", "by": "90s"}])
    assert {each.sent - each.made for each in told} == {90.0}


def test_what_is_overtaken_is_sent_after_the_next() -> None:
    told = said(faults=[{"kind": "out_of_order", "begin": "05:00", "end": "06:00"}])
    (late,) = [each for each in told if each.sent != each.made]
    assert [each.made > late.made for each in told if each.sent < late.sent].count(True) == 1


def test_what_is_doubled_is_sent_twice_and_what_is_broken_is_marked() -> None:
    told = said(faults=[{"kind": "duplicated"}])
    assert len(told) == 48
    assert told[0] == told[1]
    assert all(each.broken for each in said(faults=[{"kind": "broken"}]))


def test_a_timetable_that_begins_anew() -> None:
    told = said(again="1h", timetable={"00:10": "open", "00:20": "closed"}, every=None)
    assert [(each.sent, each.fields["contact"]) for each in told[1:5]] == [
        (600.0, False),
        (1200.0, True),
        (4200.0, False),
        (4800.0, True),
    ]
    assert len(told) == 1 + 2 * 24
    with pytest.raises(ValueError, match="02:00 is not within the 3600 s"):
        said(again="1h", timetable={"02:00": "open"})


def test_the_end_is_the_end() -> None:
    assert all(each.sent < 90 for each in said(seconds=90.0, every="1s", faults=[{"kind": "late"}]))
    assert said(seconds=90.0, every="1s", faults=[{"kind": "late", "by": "2m"}]) == []


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("08:10", 29400.0), ("08:10:30.5", 29430.5), (36300, 36300.0), ("100:00", 360000.0)],
)
def test_moments(written: object, seconds: float) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize("written", ["8", "eight", "08:xx", True, None, -1, "1:2:3:4", 1e9])
def test_what_is_no_moment(written: object) -> None:
    with pytest.raises(ValueError, match=r"is no moment|not within 31 days"):
        seconds_of(written)


def test_a_word_that_the_kind_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(
        ValueError, match=r"'ajar' is no word of zigbee2mqtt; known are closed, dry, no_smoke"
    ):
        said(timetable={"08:10": "ajar"})
