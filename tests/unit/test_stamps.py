"""Times as devices write them."""

from datetime import timedelta, timezone

import pytest

from edge.stamps import epoch, iso, sound

EIGHT = timezone(timedelta(hours=8))
NOON = 1_767_268_800.0  # 2026-01-01T12:00:00Z


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T12:00:00Z",
        "2026-01-01 12:00:00z",
        "2026-01-01T20:00:00+08:00",
        "2026-01-01T20:00:00+8:00",
        "2026-01-01T20:00:00+0800",
        "2026-01-01T20:00:00 +0800",
        "2026-01-01T08:30:00.000-03:30",
        "2026-01-01T12:00:00,000Z",
        "2026-01-01T12:00:00.000000000Z",
        " 2026-01-01T12:00:00Z ",
    ],
)
def test_an_instant_in_many_hands(text: str) -> None:
    assert iso(text) == NOON


def test_a_fraction_and_a_leap_second() -> None:
    assert iso("2026-01-01T12:00:00.25Z") == NOON + 0.25
    assert iso("2026-01-01T11:59:60Z") == NOON - 1.0


def test_without_a_zone_only_where_one_is_given() -> None:
    assert iso("2026-01-01T20:00:00") is None
    assert iso("2026-01-01T20:00:00", EIGHT) == NOON


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", 7, None, "2026-01-01T12:00:00" + "0" * 40),
        *("2026-13-01T12:00:00Z", "2026-01-01T12:00:00+99:00"),
        *("1970-01-01T00:00:09Z", "2109-01-01T12:00:00Z"),
    ],
)
def test_what_is_no_time(text: object) -> None:
    assert iso(text) is None


def test_numbers() -> None:
    assert epoch(NOON) == epoch(str(NOON * 1000.0), 1000.0) == NOON
    assert epoch(True) is epoch(12) is sound(None) is None
