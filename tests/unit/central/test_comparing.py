"""Zones that were tried, held against what people say of what was told."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.asks import Supposed
from broker.fields import utc
from central.feedback.comparing import Compared, Marked, Thing, compare, matched

T0 = 1_767_000_000.0
BOX, NEAR, FAR = (0.1, 0.1, 0.3, 0.3), (0.11, 0.1, 0.31, 0.3), (0.7, 0.7, 0.9, 0.9)
RIGHT = Marked("right", "illegal_parking", T0, T0 + 60, T0 + 600, "sit-1", "kerb", BOX)
FALSE = replace(
    RIGHT, mark="false_alarm", situation="sit-2", since=T0 + 1000, told=T0 + 1060, until=T0 + 1100
)
MISSED = replace(RIGHT, mark="missed", situation=None, since=T0 + 2000, told=T0 + 2000, until=T0 + 2600)
MARKS = [RIGHT, FALSE, MISSED]


def told(variant: str, name: str, like: Marked, **changes: Any) -> Supposed:
    """As a trial tells a situation of the place and time of a mark."""
    facts: dict[str, Any] = {
        "variant": variant,
        "situation": name,
        "same": like.situation,
        "zone": like.zone,
        "rule": "kerb-cars",
        "kind": like.kind,
        "since": utc(like.since),
        "opened": utc(like.told),
        "cleared": None if like.until is None else utc(like.until),
        "box": like.box,
        "observed_s": 60.0,
        "coverage": 1.0,
    }
    return Supposed(**(facts | changes))


def outcomes(found: Compared) -> list[str]:
    return [each.outcome for each in found.judged]


def test_what_a_variant_keeps_drops_and_adds() -> None:
    other = replace(RIGHT, situation="sit-9", since=T0 + 9000, told=T0 + 9060, until=T0 + 9300, box=FAR)
    new = replace(RIGHT, situation=None, since=T0 + 5000, told=T0 + 5000, until=T0 + 5100, box=FAR)
    trial = [
        *(told("now", "n-1", RIGHT), told("now", "n-2", FALSE), told("now", "n-3", other)),
        *(told("dwell-5m", "d-1", RIGHT), told("dwell-5m", "d-2", MISSED), told("dwell-5m", "d-3", new)),
    ]
    now, later = compare(trial, MARKS)
    assert (now.variant, later.variant) == ("now", "dwell-5m")
    assert outcomes(now) == ["kept", "kept", "missing"]
    assert outcomes(later) == ["kept", "dropped", "added"]
    assert (now.precision, now.recall, now.unknown) == (0.5, 0.5, 1)
    assert (later.precision, later.recall, later.unknown) == (1.0, 1.0, 1)
    assert (later.new, later.gone, later.score) == (("d-3",), ("n-3",), 2.0)
    assert (now.new, now.gone, now.score) == ((), (), 0.0)


def test_a_right_one_that_goes_weighs_more_than_a_false_one() -> None:
    trial = [told("now", "n-1", RIGHT), told("now", "n-2", FALSE)]
    (_, none) = compare(trial, MARKS[:2], variants=["now", "tight"])
    assert (outcomes(none), none.precision, none.recall, none.score) == (
        ["dropped", "dropped"],
        None,
        0.0,
        -1.0,
    )


def test_what_the_trial_never_saw_says_nothing_about_it() -> None:
    """No journal of that time: neither the zones of today nor the others tell of it."""
    found = compare([told("now", "n-2", FALSE), told("v", "v-2", FALSE)], MARKS)[1]
    assert outcomes(found) == ["untold", "kept", "missing"]
    assert (found.precision, found.recall) == (0.0, 0.0)
    dark = [(T0 + 1900, T0 + 2300)]
    found = compare([told("now", "n-2", FALSE), told("v", "v-2", FALSE)], MARKS, dark=dark)[1]
    assert (outcomes(found)[2], found.recall) == ("untold", None), "nobody looked when it was missed"
    assert compare([told("now", "n-2", FALSE)], [RIGHT])[0].recall is None


def test_without_now_what_was_told_counts_as_told() -> None:
    (found,) = compare([told("v", "v-1", RIGHT)], MARKS)
    assert outcomes(found) == ["kept", "dropped", "missing"]
    assert (found.new, found.gone) == ((), ())


def test_without_a_name_time_and_place_tell() -> None:
    def same(**changes: Any) -> bool:
        facts = {"same": None, "box": NEAR} | changes
        return outcomes(compare([told("v", "v-1", RIGHT, **facts)], [RIGHT])[0]) == ["kept"]

    assert same()
    assert same(since=utc(T0 + 200))
    assert same(cleared=None)
    assert not same(box=FAR)
    assert not same(kind="stall")
    assert not same(since=utc(T0 + 601), opened=utc(T0 + 700), cleared=utc(T0 + 900))
    assert not same(since=utc(T0 + 500), opened=utc(T0 + 500), cleared=utc(T0 + 900))
    assert same(box=None)
    assert not same(box=None, zone="gate")
    assert same(same="sit-1", box=FAR, zone="gate"), "the node knows it by its name"


def test_two_at_one_place_are_matched_once_each_the_surest_first() -> None:
    one = told("v", "v-1", RIGHT, same=None, box=NEAR)
    found = compare([one], [RIGHT, replace(RIGHT, situation="sit-3", box=NEAR)])[0]
    assert outcomes(found) == ["dropped", "kept"]


SPOTS = st.sampled_from([BOX, NEAR, FAR, None])
THINGS = st.builds(
    lambda since, lasts, box, name, kind: Thing(
        kind, T0 + since, T0 + since + lasts, box, "kerb", frozenset([name]) if name else frozenset()
    ),
    st.integers(0, 500),
    st.integers(0, 300),
    SPOTS,
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from(["illegal_parking", "stall"]),
)


@settings(max_examples=200)
@given(st.lists(THINGS, max_size=8), st.lists(THINGS, max_size=8))
def test_matching_is_one_to_one_and_everything_is_itself(these: list[Thing], those: list[Thing]) -> None:
    found = matched(these, those)
    assert len(set(found.values())) == len(found)
    for n, other in found.items():
        assert these[n].kind == those[other].kind or these[n].names & those[other].names
    nameless = [replace(each, names=frozenset()) for each in these]
    assert len(matched(nameless, nameless)) == len(nameless)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(MARKS), max_size=6), st.integers(0, 6))
def test_the_figures_stay_between_0_and_1(marks: list[Marked], kept: int) -> None:
    named = [replace(each, situation=f"sit-{n}") for n, each in enumerate(marks)]
    trial = [told("now", f"n-{n}", each) for n, each in enumerate(named)]
    trial += [told("v", f"v-{n}", each) for n, each in enumerate(named[:kept])]
    for found in compare(trial, named, variants=["now", "v"]):
        assert found.precision is None or 0 <= found.precision <= 1
        assert found.recall is None or 0 <= found.recall <= 1
        assert found.unknown == found.situations - sum(each.then for each in found.judged)
