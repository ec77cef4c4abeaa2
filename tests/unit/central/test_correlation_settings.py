"""What counts as one thing, as people write it."""

import pytest

from broker.settings import SettingsError, loads
from central.correlation.bonds import Closeness
from central.correlation.settings import CorrelationSettings


def table(text: str) -> CorrelationSettings:
    return loads(text, CorrelationSettings, name="x")


def test_what_is_left_out_is_as_shipped_and_else_as_usual() -> None:
    kinds = table(
        "usual: {reach_m: 7}\nkinds:\n  illegal_parking: {cool_down: 5m}\n  own_kind: {most_m: 9}\n"
    ).table()
    assert kinds.closeness("illegal_parking") == Closeness(reach_m=2.0, most_m=30.0, cool_down_s=300.0)
    assert kinds.closeness("own_kind") == Closeness(reach_m=7.0, most_m=9.0, cool_down_s=1800.0)
    assert kinds.closeness("another") == Closeness(reach_m=7.0)


def test_kinds_that_are_one_go_by_the_first() -> None:
    kinds = table("same: [[illegal_parking, fire_lane_occupied]]\n").table()
    assert kinds.family("fire_lane_occupied") == kinds.family("illegal_parking") == "illegal_parking"
    assert kinds.closeness("fire_lane_occupied") == kinds.closeness("illegal_parking")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("same: [[a, b], [b, c]]", "b is in two lists"),
        ("same: [[a, b]]\nkinds: {b: {reach_m: 2}}", "b goes by a, which is where it is to be said"),
        ("same: [[a]]", "at least 2"),
        ("usual: {reach_m: 51}", "less than or equal to 50"),
        ("usual: {cool_down: 30}", "cool_down"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        table(text)
