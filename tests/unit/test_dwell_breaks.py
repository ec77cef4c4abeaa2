"""A camera was away for long: what stands there afterwards is told once it was seen for the dwell."""

import json
from dataclasses import replace

import pytest

from edge.breaks import BREAK_S, Breaks
from edge.observation import Observation
from edge.places import Place
from edge.rules import dwell
from tests.replays.looks import look
from tests.unit.test_dwell import PLACE, rule_of

AWAY_S = 7200.0


def seen(t: float) -> Observation:
    return look(t)


def standing(t: float, since: float, observed_s: float) -> Place:
    coverage = observed_s / (t - since) if t > since else 0.0
    return replace(PLACE, since=since, last_seen=t, observed_s=observed_s, coverage=coverage)


def opened_at(rule: dwell.Dwell, *, restart: bool) -> float | None:
    """Seconds after the outage at which it is told; it had stood for 100 s, half the dwell, before."""
    for n in range(101):
        rule.step(seen(float(n)), [standing(float(n), 0.0, float(n))])
    if restart:
        kept = json.loads(json.dumps(rule.dump()))
        rule = rule_of(dwell="200s")
        rule.restore(kept)
    for n in range(601):
        t = 100.0 + AWAY_S + n
        if rule.step(seen(t), [standing(t, 0.0, 100.0 + n)]):
            return float(n)
    return None


@pytest.mark.parametrize("restart", [False, True])
def test_after_hours_without_the_camera_it_is_told_once_it_was_seen_for_the_dwell(restart: bool) -> None:
    rule = rule_of(dwell="200s")

    assert opened_at(rule, restart=restart) == 200.0


def test_what_is_hardly_seen_since_the_break_is_not_told() -> None:
    rule = rule_of(dwell="200s")
    rule.step(seen(0.0), [standing(0.0, 0.0, 0.0)])

    for n in range(1, 400):
        t = AWAY_S + n
        assert rule.step(seen(t), [standing(t, 0.0, n / 10)]) == []
    last = rule.why(standing(AWAY_S + 399, 0.0, 39.9), AWAY_S + 399)[2]
    assert last.code == "hardly_observed"
    assert "10% of the 398 s since the watch was broken off" in last.text


def test_breaks_of_places_that_are_gone_are_forgotten() -> None:
    breaks = Breaks()
    breaks.look(0.0, [PLACE])
    breaks.look(BREAK_S + 1.0, [PLACE])
    assert len(breaks) == 1
    breaks.look(BREAK_S + 2.0, [])
    assert len(breaks) == 0
