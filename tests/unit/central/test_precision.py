"""What share of what was told was right: the figures alone."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.feedback.marks import MARKS, REASONS, WHYS
from central.feedback.precision import FIELDS, Count, Judged, beginning, precision, wilson

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 0, 30, tzinfo=SHANGHAI).timestamp()
ONE = Judged(MONDAY, "gewu://131002/n", "cam-1", "kerb", "v1", "kerb-cars", "r1", "illegal_parking", None)
DAY = 86_400.0
JUDGED = st.builds(
    lambda n, zone, mark: replace(ONE, at=MONDAY + n * 7000, zone=zone, mark=mark),
    st.integers(-300, 300),
    st.sampled_from(["kerb", "gate", None]),
    st.sampled_from([*MARKS, None]),
)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # R: prop.test(x, n, correct = FALSE)$conf.int
    [(9, 10, 0.5958, 0.9821), (0, 5, 0.0, 0.4345), (5, 5, 0.5655, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    found = wilson(right, of)
    assert found is not None
    assert found == pytest.approx((low, high), abs=2e-4)


def test_of_nothing_nothing_is_known() -> None:
    empty = Count()
    assert (empty.precision, empty.interval, empty.recall) == (None, None, None)
    unmarked = precision([ONE], "zone", "day", SHANGHAI)
    assert (unmarked[0].whole.precision, unmarked[0].whole.unmarked) == (None, 1)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(right: int, wrong: int) -> None:
    found, of = wilson(right, right + wrong), right + wrong
    if found is not None:
        assert 0 <= found[0] <= right / of + 1e-12
        assert right / of - 1e-12 <= found[1] <= 1


def test_days_and_weeks_begin_by_the_places_clock() -> None:
    sunday = MONDAY - 3600
    assert beginning(MONDAY, "week", SHANGHAI).date().isoformat() == "2026-03-02"
    assert beginning(sunday, "week", SHANGHAI).date().isoformat() == "2026-02-23"
    assert beginning(sunday, "day", SHANGHAI).date().isoformat() == "2026-03-01"
    assert beginning(MONDAY, "day", timezone.utc).date().isoformat() == "2026-03-01"


def test_a_new_version_of_a_zone_is_told_apart_and_the_worst_comes_first() -> None:
    old = [replace(ONE, mark="false_alarm", why="queue"), replace(ONE, mark="false_alarm")]
    new = [replace(ONE, zone_version="v2", mark="right", at=MONDAY + DAY * n) for n in range(3)]
    missed = [replace(ONE, zone_version=None, mark="missed")]
    found = precision([*old, *new, *missed], "zone_version", "day", SHANGHAI)
    assert [each.key["zone_version"] for each in found] == ["v1", "v2", None]
    assert [each.whole.precision for each in found] == [0.0, 1.0, None]
    assert found[0].whole.whys == {"queue": 1, "other": 1}
    assert [since.day for since, _ in found[1].times] == [2, 3, 4]
    (whole,) = precision([*old, *new, *missed], "all", "week", SHANGHAI)
    assert (whole.whole.precision, whole.whole.recall) == (0.6, 0.75)


@given(st.lists(JUDGED, max_size=60), st.sampled_from(sorted(FIELDS)), st.sampled_from(["day", "week"]))
def test_whatever_is_asked_for_everything_is_counted_once(judged, by, every) -> None:  # type: ignore[no-untyped-def]
    groups = precision(judged, by, every, SHANGHAI)
    assert sum(_all(each.whole) for each in groups) == len(judged)
    for group in groups:
        assert sum(_all(count) for _, count in group.times) == _all(group.whole)
        assert [since for since, _ in group.times] == sorted({since for since, _ in group.times})
        assert sum(group.whole.whys.values()) == group.whole.false_alarm
    assert precision(reversed(judged), by, every, SHANGHAI) == groups


def _all(count: Count) -> int:
    return count.right + count.false_alarm + count.missed + count.unmarked


def test_every_reason_has_both_names() -> None:
    assert tuple(REASONS) == WHYS
    assert all(each.zh and each.en for each in REASONS.values())
    assert timedelta(days=1).total_seconds() == DAY
