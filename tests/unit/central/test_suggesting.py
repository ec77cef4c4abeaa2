"""Changes of a zone out of its false alarms: each is a good configuration, and does what its reason says."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from central.feedback.comparing import Marked
from central.feedback.outlines import footprint, moved_edges, without_spots
from central.feedback.spans import duration_s, duration_text, hours_without
from central.feedback.suggesting import MOST, Suggestion, suggest
from edge.kinds import ConfiguredZone

SHANGHAI = ZoneInfo("Asia/Shanghai")
T0 = 1_772_409_600.0  # 2026-03-02 08:00 in Shanghai
RULE = {"kind": "dwell", "incident": "illegal_parking", "dwell": "3m"}
KERB: dict[str, Any] = {
    "id": "kerb",
    "polygon": [[0.1, 0.4], [0.9, 0.4], [0.9, 0.9], [0.1, 0.9]],
    "rules": [RULE],
}
GATE = {"id": "gate", "polygon": [[0.0, 0.0], [0.2, 0.0], [0.2, 0.2]], "rules": [RULE]}
CAR = frozenset({"car"})
MIDDLE, TOP, LEFT = (0.45, 0.5, 0.55, 0.7), (0.45, 0.25, 0.55, 0.45), (0.1, 0.5, 0.2, 0.7)


def mark(what: Any, stood_s: float, box: Any = MIDDLE, at: float = T0, **more: Any) -> Marked:
    facts = {"situation": None, "zone": "kerb", "things": CAR, "why": None} | more
    return Marked(what, "illegal_parking", at, at + 180, at + stood_s, box=box, **facts)


def wrong(stood_s: float = 240, box: Any = MIDDLE, at: float = T0, **more: Any) -> Marked:
    return mark("false_alarm", stood_s, box, at, **more)


def right(stood_s: float = 1800, box: Any = (0.7, 0.6, 0.85, 0.85), at: float = T0, **more: Any) -> Marked:
    return mark("right", stood_s, box, at, **more)


def tried(*marks: Marked, **zone: Any) -> dict[str, Suggestion]:
    found = suggest([GATE, KERB | zone], "kerb", marks, SHANGHAI)
    assert len(found) <= MOST
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert each.zones[0] == GATE, "other zones stay as they are"
        assert good(each), each
    return {each.id: each for each in found}


def good(each: Suggestion) -> bool:
    """Whether a node would take it. Raises ValidationError."""
    return all(ConfiguredZone.model_validate(zone).id == zone["id"] for zone in each.zones)


def rule_of(each: Suggestion) -> dict[str, Any]:
    found: dict[str, Any] = each.zones[1]["rules"][0]
    return found


def test_where_nothing_is_a_false_alarm_nothing_is_suggested() -> None:
    assert tried() == tried(right()) == {}
    assert suggest([KERB], "nobody", [wrong()], SHANGHAI) == []
    assert tried(wrong(zone="gate")) == {}


def test_a_longer_dwell_lies_above_the_false_and_below_the_right() -> None:
    found = tried(wrong(200), wrong(240), right(900), right(1200))["dwell-illegal_parking-1"]
    assert rule_of(found)["dwell"] == "265s"
    assert found.reason.text == ("2 of 2 false alarms stood for less than 265s; so did 0 of 2 right ones")
    assert found.reason.values == {"dwell_s": 265.0, "ended": 2.0, "lost": 0.0}


def test_where_they_overlap_there_is_a_choice() -> None:
    found = tried(wrong(200), wrong(210), wrong(2000), right(400), right(500))
    assert [rule_of(each)["dwell"] for each in found.values() if each.change == "dwell"] == ["235s", "37m"]
    assert found["dwell-illegal_parking-2"].reason.values == {"dwell_s": 2220.0, "ended": 3.0, "lost": 2.0}


def test_what_still_stands_is_ended_by_no_dwell() -> None:
    standing = replace(wrong(), until=None)
    assert [each.change for each in tried(standing).values()] == []


def test_an_edge_moves_as_far_as_it_must() -> None:
    found = tried(wrong(box=TOP), wrong(box=(0.6, 0.26, 0.7, 0.46)), right())["edge-1"]
    assert "upper edge" in found.reason.text
    zone = shapely.Polygon(found.zones[1]["polygon"])
    assert zone.bounds[1] == pytest.approx(0.43, abs=0.011)
    assert shapely.Polygon(KERB["polygon"]).covers(zone)
    assert found.reason.values is not None
    assert (found.reason.values["ended"], found.reason.values["lost"]) == (2.0, 0.0)


def test_a_spot_is_left_out_also_in_the_middle() -> None:
    found = tried(wrong(), wrong(box=(0.455, 0.5, 0.555, 0.7)), right())["spot-1"]
    zone = shapely.Polygon(found.zones[1]["polygon"])
    assert zone.is_valid
    assert zone.area > 0.9 * shapely.Polygon(KERB["polygon"]).area
    foot = shapely.box(*footprint(MIDDLE))
    assert shapely.intersection(zone, foot).area < 0.5 * foot.area
    assert "2 of 2 false alarms lie at one spot" in found.reason.text


def test_hours_that_hold_little_else_are_left_out() -> None:
    hour = 3600.0
    early = [wrong(at=T0 + 86_400 * n - 2 * hour, stood_s=9000 + n) for n in range(4)]
    found = tried(*early, *(right(at=T0 + 86_400 * n + 4 * hour) for n in range(4)))["hours"]
    assert found.zones[1]["schedule"] == {"spans": [{"days": ["daily"], "hours": "07:00-06:00"}]}
    assert found.reason.text == "4 of 4 false alarms come outside 07:00-06:00, and 0 of 4 right ones"
    scheduled = {"schedule": {"spans": [{"days": ["workdays"], "hours": "06:00-20:00"}]}}
    assert "hours" not in tried(*early, **scheduled), "a schedule that people wrote stays theirs"


def test_a_label_that_alone_is_told_wrongly_may_stand_longer() -> None:
    lorry = frozenset({"truck"})
    found = tried(wrong(500, things=lorry), wrong(620, things=lorry), wrong(), right())["allow-truck"]
    assert rule_of(found)["allow"] == {"truck": "11m30s"} or rule_of(found)["allow"] == {"truck": "690s"}
    assert "allow-truck" not in tried(wrong(500, things=lorry), wrong(520, things=lorry), right(things=lorry))


def test_queues_are_held_where_people_say_that_it_was_one() -> None:
    waits = [wrong(400, why="queue"), wrong(380, why="queue")]
    ignoring = tried(*waits, rules=[RULE | {"queue": "ignore"}])["queue-hold"]
    assert rule_of(ignoring)["queue"] == "hold"
    assert rule_of(tried(*waits)["queue-longer"])["queue_hold"] == "450s"
    assert "queue-longer" not in tried(wrong(200, why="queue"))


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("5m", 300), ("1.5h", 5400), ("2d", 172_800)])
def test_durations_are_read_and_written(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds
    assert duration_s(duration_text(seconds)) == seconds
    assert duration_s(5) is None
    assert duration_s("soon") is None


@given(st.lists(st.integers(0, 23), max_size=20), st.lists(st.integers(0, 23), max_size=20))
def test_hours_left_out_have_most_of_the_wrong_and_few_of_the_right(a: list[int], b: list[int]) -> None:
    found = hours_without(a, b)
    if found is not None:
        assert found.ended >= 0.6 * len(a)
        assert found.lost <= 0.1 * len(b)
        assert found.hours[:5] != found.hours[6:]


SIDES = st.floats(0.02, 0.3)
CORNERS = st.floats(0, 0.9)
BOXES = st.builds(lambda x, y, w, h: (x, y, min(1.0, x + w), min(1.0, y + h)), CORNERS, CORNERS, SIDES, SIDES)


def hull(points: list[tuple[float, float]]) -> list[list[float]]:
    """The outline around some points; a triangle where they lie on one line."""
    found = shapely.MultiPoint(points).convex_hull
    if not isinstance(found, shapely.Polygon) or found.area < 0.001:
        return [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    return [list(each) for each in found.exterior.coords[:-1]]


ZONES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8).map(hull)


@settings(max_examples=80)
@given(ZONES, st.lists(BOXES, min_size=1, max_size=5), st.lists(BOXES, max_size=5), st.floats(0.1, 1.0))
def test_any_zone_gets_sound_outlines_that_do_what_they_say(
    zone: list[list[float]], false: list[Any], true: list[Any], share: float
) -> None:
    before = shapely.Polygon(zone)
    for found in (*moved_edges(zone, false, true, share), *without_spots(zone, false, true, share)):
        after = shapely.Polygon(found.polygon)
        assert after.is_valid
        assert 0 < after.area < before.area
        assert before.buffer(1e-3).covers(after)
        assert all(0 <= value <= 1 for point in found.polygon for value in point)
        assert found.ended > 2 * found.lost
        assert found.ended <= len(false)


def test_a_zone_that_crosses_itself_gets_none() -> None:
    crossed = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
    assert moved_edges(crossed, [MIDDLE], [], 0.5) == without_spots(crossed, [MIDDLE, MIDDLE], [], 0.5) == []
