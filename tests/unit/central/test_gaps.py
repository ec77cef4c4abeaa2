"""What is missing, and when it is asked for: against a slow reference, and case by case."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.fields import LARGEST
from central.gaps import ENDS_ASKED, MOST_RANGES, Found, Heard, Look, Pace, Span, Standing, holes, look

PACE = Pace()
NOW = 1_000_000.0
spans = st.builds(lambda first, length: Span(first, first + length), st.integers(0, 60), st.integers(0, 12))


@given(st.integers(-1, 50), st.integers(-1, 70), st.lists(spans, max_size=12))
def test_holes_are_those_of_a_slow_reference(watermark: int, highest: int, present: list[Span]) -> None:
    here = {n for span in present for n in range(span.first, span.last + 1)}
    missing = [n for n in range(watermark + 1, highest + 1) if n not in here]
    found, open_holes = holes(watermark, highest, present)
    assert [n for hole in open_holes for n in range(hole.first, hole.last + 1)] == missing
    assert found == (missing[0] - 1 if missing else max(watermark, highest))
    assert all(a.last + 1 < b.first for a, b in itertools.pairwise(open_holes))


def seen(*present: tuple[int, int], upto: int, reached: int | None = None, end_told: bool = False) -> Found:
    last = max((span[1] for span in present), default=-1)
    return Found(tuple(Span(*span) for span in present), upto, last if reached is None else reached, end_told)


HOLE = seen((0, 4), (6, 9), upto=9)
QUIET = Heard(highest=9, came=NOW - 60)
OLD = Standing(watermark=4, hole_since=NOW - 11)


def at(standing: Standing, heard: Heard = QUIET, found: Found = HOLE, now: float = NOW) -> Look:
    return look(standing, heard, found, now, PACE)


def test_nothing_missing_moves_the_watermark_and_waits_for_news() -> None:
    result = at(Standing(), found=seen((0, 9), upto=9))
    assert (result.standing.watermark, result.missing, result.ask, result.due) == (9, 0, (), None)
    assert result.reason.code == "whole"


def test_a_young_hole_may_still_close() -> None:
    result = at(Standing())
    assert (result.standing.watermark, result.standing.hole_since) == (4, NOW)
    assert (result.reason.code, result.ask, result.due) == ("hole_young", (), NOW + 10)


def test_an_old_hole_is_asked_for() -> None:
    result = at(OLD)
    assert (result.ask, result.holes, result.missing) == ((Span(5, 5),), (Span(5, 5),), 1)
    assert (result.standing.asked_at, result.standing.tries, result.due) == (NOW, 1, NOW + 10)
    assert result.reason.code == "hole_old"


def test_what_was_asked_for_is_asked_again_ever_more_rarely() -> None:
    standing, now, waits = OLD, NOW, []
    for _ in range(12):
        result = at(standing, now=now)
        assert result.ask
        assert result.due is not None
        waits.append(result.due - now)
        early = at(result.standing, now=result.due - 0.001)
        assert (early.reason.code, early.ask, early.due) == ("asked_already", (), result.due)
        standing, now = result.standing, result.due
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]


def test_a_hole_that_moves_on_is_another_hole() -> None:
    stuck = replace(OLD, asked_at=NOW - 1, tries=9)
    result = at(stuck, found=seen((0, 6), (8, 9), upto=9))
    assert (result.standing, result.reason.code) == (Standing(6, NOW), "hole_young")


def test_the_tail_is_not_asked_for_while_the_node_sends() -> None:
    tail = seen((0, 4), upto=9)
    sending = replace(QUIET, came=NOW - 1)
    assert at(OLD, sending, tail).reason.code == "node_sending"
    assert at(OLD, sending, tail).due == NOW + 9
    assert at(OLD, QUIET, tail).ask == (Span(5, 9),)


def test_a_hole_behind_which_events_came_is_asked_for_though_the_node_sends() -> None:
    both = seen((0, 4), (6, 7), upto=9)
    assert at(OLD, replace(QUIET, came=NOW - 1), both).ask == (Span(5, 5),)
    assert at(OLD, QUIET, both).ask == (Span(5, 5), Span(8, 9))


def test_a_node_that_is_away_is_asked_once_an_hour_and_at_once_when_it_is_back() -> None:
    away = replace(QUIET, online=False)
    asked = replace(OLD, asked_at=NOW - 100, tries=1)
    assert (at(asked, away).reason.code, at(asked, away).due) == ("node_away", NOW - 100 + 3600)
    assert at(replace(asked, asked_at=NOW - 3601), away).ask
    tired = replace(OLD, asked_at=NOW - 100, tries=9)
    assert at(tired).reason.code == "asked_already"
    back = at(tired, replace(QUIET, since=NOW - 5))
    assert (back.ask, back.standing.tries) == ((Span(5, 5),), 1)


def test_a_thousand_ranges_are_asked_for_at_once_and_no_more() -> None:
    every_other = seen(*((n, n) for n in range(1, 4000, 2)), upto=3999)
    result = at(Standing(-1, NOW - 11), Heard(3999), every_other)
    assert (len(result.ask), len(result.holes), result.missing) == (MOST_RANGES, 2000, 2000)
    assert result.ask[0] == Span(0, 0)


def test_a_part_that_is_whole_is_followed_by_the_next_at_once() -> None:
    result = at(Standing(), Heard(5000), seen((0, 999), upto=999))
    assert (result.standing.watermark, result.due, result.reason.code) == (999, NOW, "more_to_look_at")


def test_the_end_of_an_epoch_that_is_over_is_asked_for_and_not_for_ever() -> None:
    over = Heard(9, current=False, since=NOW)
    whole = seen((0, 9), upto=9)
    standing, now, asked = Standing(9), NOW, []
    for _ in range(20):
        result = at(standing, over, whole, now)
        standing, asked = result.standing, [*asked, *result.ask]
        if result.due is None:
            break
        assert result.due > now
        now = result.due
    assert asked == [Span(10, LARGEST)] * ENDS_ASKED
    assert result.due is None
    told = at(Standing(9), over, replace(whole, end_told=True), NOW + 99)
    assert (told.ask, told.due) == ((), None)
    assert at(Standing(9), replace(over, online=False), whole, NOW + 99).ask == ()
    last = Heard(LARGEST, current=False, since=NOW)
    assert at(Standing(9), last, seen((10, LARGEST), upto=LARGEST), NOW + 99).ask == (), "there is no further"
    assert at(Standing(9), replace(over, current=True), whole, NOW + 99).ask == ()


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_that_is_set_neither_stops_the_asking_nor_hurries_it_for_long(step: float) -> None:
    asked = at(OLD)
    assert asked.due is not None
    now = NOW + step
    result = at(asked.standing, now=now)
    assert result.due is not None
    assert now < result.due <= now + 20


@given(
    st.integers(-1, 20),
    st.lists(spans, max_size=8),
    st.one_of(st.none(), st.floats(NOW - 9999, NOW + 9999)),
    st.integers(0, 15),
    st.booleans(),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.floats(NOW - 9999, NOW + 9999)),
)
def test_whatever_is_known_every_look_has_an_end_and_a_reason(
    watermark: int,
    present: list[Span],
    since: float | None,
    tries: int,
    online: bool,
    current: bool | None,
    came: float | None,
) -> None:
    standing = Standing(watermark, since, since, tries)
    heard = Heard(70, came, online, current, since)
    result = at(standing, heard, Found(tuple(present), 70, 40))
    assert result.reason.text
    assert result.standing.watermark >= watermark
    assert bool(result.holes) <= (result.due is not None)  # what is missing is never forgotten
    assert result.due is None or NOW < result.due <= NOW + 3600
    assert len(result.ask) <= MOST_RANGES
    if result.ask and result.holes:
        assert set(result.ask) <= set(result.holes)
    assert at(result.standing, heard, Found(tuple(present), 70, 40)).ask == (), "never twice at once"
