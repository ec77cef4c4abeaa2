"""What came of a street against what must come of it."""

from typing import Any

import pytest

from edge.simulation.expecting import Situation, Situations, table, verdict
from edge.simulation.script import Expected

OPEN = Situation("manhole_cover", "cover-1", None, 29_700.0, 31_260.0)


def wish(**more: Any) -> Expected:
    return Expected.model_validate({"kind": "manhole_cover", "source": "cover-1"} | more)


def verdicts(wishes: list[Expected], found: list[Situation], *, others: bool = False) -> list[str]:
    return [line.verdict for line in verdict(wishes, found, others=others)]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"opened": "08:15"},
        {"opened": ["08:15:00", "08:15:00"], "cleared": "08:41"},
        {"opened": "08:14", "cleared": ["08:00", "09:00"]},
    ],
)
def test_what_comes_as_it_should(more: dict[str, Any]) -> None:
    assert verdicts([wish(**more)], [OPEN]) == ["as expected"]


@pytest.mark.parametrize(
    "more",
    [
        {"source": "cover-2"},
        {"kind": "road_water"},
        {"zone": "kerb"},
        {"opened": "08:13"},
        {"opened": "08:15", "cleared": "never"},
        {"cleared": "08:45"},
        {"times": 2},
    ],
)
def test_what_does_not_is_missed(more: dict[str, Any]) -> None:
    assert verdicts([wish(**more)], [OPEN])[0] == "missed"


def test_what_comes_twice_or_unasked_is_too_many() -> None:
    twice = [OPEN, Situation("manhole_cover", "cover-1", None, 50_000.0, None)]
    assert verdicts([wish()], twice) == ["too many"]
    assert verdicts([wish(opened="08:15")], twice) == ["as expected", "too many"]
    assert verdicts([wish(opened="08:15")], twice, others=True) == ["as expected"]
    assert verdicts([wish(times=0)], []) == ["as expected"]
    assert verdicts([], []) == []


def test_the_table_shows_what_is_wrong_beside_what_came() -> None:
    lines = verdict([wish(opened="09:00", cleared="never"), wish(source="cover-2")], [OPEN])
    text = table(lines)
    assert "missed    manhole_cover at cover-1  opened 08:59:00 to 09:01:00, not cleared" in text
    assert "opened 08:15:00, cleared 08:41:00" in text
    assert text.splitlines()[2].split() == ["missed", "manhole_cover", "at", "cover-2", "once", "none"]


def event(kind: str, at: str, subject: str = "s-1") -> dict[str, Any]:
    data = {"kind": "manhole_cover", "source": {"id": "cover-1"}, "zone": None}
    return {"type": f"gewu.incident.{kind}.v1", "subject": subject, "time": at, "data": data}


def test_events_are_taken_in_any_order_and_twice() -> None:
    found = Situations(begin=1_772_323_200.0)  # 2026-03-01T00:00:00Z
    cleared, opened = event("cleared", "2026-03-01T08:41:00Z"), event("opened", "2026-03-01T08:15:00Z")
    for each in (cleared, opened, opened, event("updated", "2026-03-01T08:30:00Z")):
        found.take(each)
    found.take({"type": "gewu.source.health.v1", "subject": "cover-1"})
    assert list(found.by_subject.values()) == [OPEN]
    assert (found.opened, found.cleared) == (1, 1)
