"""How often a source is looked at, by what ripens there and what its rules are about."""

import pytest

from edge.cadence import interval
from edge.perception.glance import Ripening
from edge.rules import dwell
from edge.settings import RuleSettings, SourceSettings, ZoneSettings


def source(*dwells: float, **settings: object) -> SourceSettings:
    """One zone with a rule for each dwell."""
    rules: list[RuleSettings] = [
        dwell.Settings(kind="dwell", id=f"r-{n}", incident="illegal_parking", dwell=f"{seconds}s")  # type: ignore[arg-type]
        for n, seconds in enumerate(dwells)
    ]
    zone = ZoneSettings(id="z", polygon=[(0, 0), (1, 0), (1, 1)], rules=rules)
    return SourceSettings(kind="file", id="cam", zones=[zone], **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dwells", "nothing", "something", "standing"),
    [
        ((300.0,), 4.0, 4.0, 4.0),
        ((16.0,), 4.0, 4.0, 2.0),
        ((12.0,), 4.0, 4.0, 1.5),
        # Three idle looks would be too late to know that it stands.
        ((8.0,), 4.0, 1.0, 1.0),
        ((300.0, 8.0), 4.0, 1.0, 1.0),
        ((1.0,), 4.0, 0.5, 0.5),
    ],
)
def test_looks_are_as_frequent_as_the_rules_need(
    dwells: tuple[float, ...], nothing: float, something: float, standing: float
) -> None:
    words: tuple[Ripening, ...] = ("nothing", "something", "standing")
    assert [interval(source(*dwells), word) for word in words] == [nothing, something, standing]


def test_an_allowance_for_some_counts_as_a_dwell() -> None:
    rule = dwell.Settings(kind="dwell", incident="illegal_parking", dwell="60s", allow={"bus": "8s"})  # type: ignore[arg-type,dict-item]
    zone = ZoneSettings(id="z", polygon=[(0, 0), (1, 0), (1, 1)], rules=[rule])
    assert interval(SourceSettings(kind="file", id="cam", zones=[zone]), "something") == 1.0


def test_a_deployer_sets_both_ends() -> None:
    slow = source(12.0, sample=0.5, idle="10s")
    assert [interval(slow, word) for word in ("nothing", "something", "standing")] == [10.0, 2.0, 2.0]
    assert interval(source(12.0, sample=0.1, idle="1s"), "nothing") == 10.0
