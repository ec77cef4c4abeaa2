"""Roll-outs: their stages, what counts as worse, and what is decided from it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.rollouts.deciding import DOUBT_S, OFFLINE_S, Node, Running, decide
from central.rollouts.judging import Figures, LookingFigures, SourceFigures, worse
from central.rollouts.machine import BY_PEOPLE, DONE, STATES, TABLE, IllegalStep, after, diagram
from central.rollouts.stages import USUAL, sizes, stage_of
from tests.conftest import ROOT

GOOD = SourceFigures("ok", 5.0, 0.4, 1000, 0)
WELL = Figures(0.0, sources={"cam-1": GOOD})
ROLLOUT = Running("applying", 0, 3, 0.0, soak_s=1000.0, patience_s=600.0)
SOAKING = replace(ROLLOUT, state="soaking")


def source(**changes: Any) -> Figures:
    return Figures(10.0, sources={"cam-1": replace(GOOD, frames=2000, **changes)})


def node(state: Any, *, said: str | None = None, now: Figures | None = None, **more: Any) -> Node:
    return Node("yard-7", state, 0.0, said, WELL, now, **more)


def test_the_table_leads_from_the_start_to_its_ends_and_the_page_shows_it() -> None:
    assert after("applying", "soak") == "soaking"
    assert after("stopped", "resume") == "applying"
    with pytest.raises(IllegalStep, match="resume is not allowed in the state done; allowed: nothing"):
        after("done", "resume")
    assert {rule.to for rule in TABLE.values()} == set(STATES)
    assert not any(state in rule.of for rule in TABLE.values() for state in DONE)
    assert set(BY_PEOPLE) <= set(TABLE)
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert f"```mermaid\n{diagram()}\n```" in page


def test_stages_are_numbers_and_shares_and_end_with_all() -> None:
    assert sizes(USUAL, 200) == [1, 20, 200]
    assert sizes(USUAL, 3) == [1, 3]
    assert sizes(["2", "50%"], 9) == [2, 5, 9]
    assert [stage_of(n, [1, 3, 4]) for n in range(4)] == [0, 1, 1, 2]
    for bad in ([], ["0"], ["x"], ["101%"], ["1"] * 11):
        with pytest.raises(ValueError, match="expected"):
            sizes(bad, 5)


@given(st.lists(st.integers(1, 100).map(lambda n: f"{n}%"), min_size=1, max_size=10), st.integers(1, 5000))
def test_every_node_is_in_one_stage(stages: list[str], nodes: int) -> None:
    found = sizes(stages, nodes)
    assert found == sorted(set(found))
    assert found[-1] == nodes
    assert stage_of(nodes - 1, found) == len(found) - 1


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (source(), []),
        (source(fps=9.0, delay_s=0.1), []),
        (source(fps=3.6), []),
        (source(fps=3.4), ["fewer_frames"]),
        (source(delay_s=1.5), []),
        (source(delay_s=1.7), ["later"]),
        (source(state="stalled"), ["source_failed"]),
        (source(dropped=200), ["more_dropped"]),
        (Figures(9.0, sources={}), ["source_gone"]),
        (replace(source(), troubles=frozenset({"disk_full"})), ["new_trouble"]),
        (replace(source(), conditions=frozenset({"cam-1 view_changed"})), ["new_condition"]),
    ],
)
def test_what_is_worse_is_told(now: Figures, codes: list[str]) -> None:
    assert [each.code for each in worse(WELL, now)] == codes


SEES = LookingFigures("a" * 64, looks=1000, things=2000, failed=0, ms=40.0)


def detector(**figures: Any) -> Figures:
    """After another model began."""
    looking = LookingFigures(**{"model": "b" * 64, "looks": 60, "things": 120, "ms": 41.0} | figures)
    return replace(WELL, at=10.0, looking=looking)


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (detector(), []),
        (detector(ms=79.0), []),
        (detector(ms=81.0), ["slower_detector"]),
        (detector(things=11), ["sees_less"]),
        (detector(looks=19, things=0), []),
        (detector(looks=20, things=0), ["sees_less"]),
        (detector(looks=60, things=120, failed=5), ["detector_fails"]),
        (detector(model="a" * 64, looks=1060, things=2000), ["sees_less"]),
        (detector(model="a" * 64, looks=1060, things=2030), []),
        (replace(detector(), looking=None), []),
    ],
)
def test_a_model_that_is_slower_or_fails_or_is_blind_is_caught(now: Figures, codes: list[str]) -> None:
    assert [each.code for each in worse(replace(WELL, looking=SEES), now)] == codes
    assert Figures.read(now.told()) == now


def test_a_larger_model_may_take_longer_where_people_say_so() -> None:
    before = replace(WELL, looking=SEES)
    assert worse(before, detector(ms=110.0), slower=3.0) == []
    slow = decide(SOAKING, [Node("yard-7", "applied", 0.0, "applied", before, detector(ms=110.0))], 600.0)
    assert slow.turns[0].state == "doubtful"
    rollout = replace(SOAKING, slower=3.0)
    node_fine = Node("yard-7", "applied", 0.0, "applied", before, detector(ms=110.0))
    assert decide(rollout, [node_fine], 600.0).turns == ()


def test_a_model_that_has_hardly_looked_yet_is_watched_on_while_there_is_patience() -> None:
    before = replace(WELL, looking=SEES)

    def at(now: float, was: Figures = before, **figures: Any) -> list[str]:
        node = Node("yard-7", "applied", 0.0, "applied", was, replace(detector(**figures), at=now))
        return [turn.state for turn in decide(SOAKING, [node], now).turns]

    assert at(1100.0, looks=19, things=0) == []  # a blind one looks less: nothing ripens
    assert at(1100.0, looks=20, things=40) == ["well"]
    assert at(1700.0, looks=19, things=0) == ["well"]
    rare = replace(WELL, looking=replace(SEES, things=100))
    assert at(1100.0, rare, looks=99, things=0) == []
    assert at(1100.0, rare, looks=100, things=0) == ["worse"]
    assert at(1100.0, replace(WELL, looking=replace(SEES, things=0)), looks=1, things=0) == ["well"]
    assert at(1100.0, model="a" * 64, looks=1001, things=2000) == ["well"]  # no other model


def test_a_node_that_its_change_ended_is_caught_however_fast_it_is_back() -> None:
    assert [each.code for each in worse(WELL, replace(WELL, at=100.0, uptime_s=30.0))] == ["started_anew"]
    assert worse(WELL, replace(WELL, at=100.0, uptime_s=99.0)) == []
    assert worse(WELL, replace(WELL, at=100.0, uptime_s=4000.0)) == []


def test_what_was_bad_before_is_no_worse() -> None:
    bad = replace(source(state="lost", fps=None), troubles=frozenset({"disk_full"}))
    assert worse(bad, replace(bad, at=20.0)) == []
    begun = Figures(9.0, sources={"cam-1": replace(GOOD, frames=10, dropped=9)})
    assert worse(WELL, begun) == [], "which has begun anew, and says nothing yet"


def test_figures_are_written_down_and_read() -> None:
    figures = replace(source(), troubles=frozenset({"a"}), conditions=frozenset({"cam-1 dark"}))
    assert Figures.read(figures.told()) == figures


def test_a_stage_is_given_applied_watched_and_followed_by_the_next() -> None:
    first = decide(ROLLOUT, [node("waiting")], 1.0)
    assert (first.give, first.step) == (("yard-7",), None)
    assert decide(ROLLOUT, [node("waiting", away_s=5.0)], 1.0).give == (), "not while it is away"
    assert decide(ROLLOUT, [node("sent")], 1.0).step is None
    applied = decide(ROLLOUT, [node("sent", said="applied")], 1.0)
    assert (applied.step, applied.turns[0].state) == ("soak", "applied")
    fine = node("applied", now=replace(source(), at=900.0))
    assert decide(SOAKING, [fine], 999.0).step is None
    over = decide(SOAKING, [fine], 1000.0)
    assert (over.step, over.turns[0].state) == ("next_stage", "well")
    assert decide(replace(SOAKING, stage=2), [fine], 1000.0).step == "finish"
    again = replace(fine, state="well")
    assert decide(SOAKING, [again], 1000.0).step == "next_stage", "which was cut off in between"


@pytest.mark.parametrize("said", ["refused", "rolled_back"])
def test_a_node_that_refuses_or_gives_it_up_stops_it(said: str) -> None:
    for rollout, state in ((ROLLOUT, "sent"), (SOAKING, "applied")):
        found = decide(rollout, [node(state, said=said), replace(node(state), name="yard-8")], 5.0)
        assert (found.step, found.turns[0].state) == ("stop", said)
        assert found.reason is not None
        assert "yard-7" in found.reason.text


def test_worse_for_long_enough_stops_it_and_a_hiccup_does_not() -> None:
    bad = replace(source(fps=1.0), at=100.0)
    doubt = decide(SOAKING, [node("applied", now=bad)], 101.0)
    assert (doubt.step, doubt.turns[0].state) == (None, "doubtful")
    doubtful = replace(node("doubtful", now=bad), since=101.0)
    assert decide(SOAKING, [doubtful], 102.0).turns == ()
    stop = decide(SOAKING, [doubtful], 101.0 + DOUBT_S)
    assert (stop.step, stop.turns[0].state) == ("stop", "worse")
    assert stop.reason is not None
    assert stop.reason.code == "fewer_frames"
    fine = replace(doubtful, now=replace(source(), at=200.0))
    assert decide(SOAKING, [fine], 201.0).turns[0].state == "applied"
    assert decide(SOAKING, [doubtful], 1000.0).step == "stop", "at the end there is no doubt"


def test_silence_is_told_apart_from_absence() -> None:
    late = decide(ROLLOUT, [node("sent"), replace(node("waiting"), name="yard-8")], 600.0)
    assert [turn.state for turn in late.turns] == ["late", "away"]
    assert late.step == "stop"
    away = decide(ROLLOUT, [node("waiting", away_s=600.0)], 600.0)
    assert (away.step, away.turns[0].state) == ("soak", "away")
    assert decide(SOAKING, [node("away")], 1000.0).step == "next_stage"
    gone = decide(SOAKING, [node("applied", away_s=OFFLINE_S)], 300.0)
    assert gone.turns[0].reason.code == "went_away"
    old = node("applied", now=replace(source(), at=-1.0))
    assert decide(SOAKING, [old], 1500.0).step is None, "what it said before says nothing"
    assert decide(SOAKING, [old], 1600.0).turns[0].reason.code == "silent"
