"""The map's view and the search over HTTP."""

import pytest

from tests.unit.central.desk import Desk, desk  # noqa: F401 - a fixture
from tests.unit.central.test_scale_store import CELL, placed, told

VIEW = "116.59,39.44,116.9,39.6"


@pytest.fixture(scope="module")
def stocked(desk: Desk) -> Desk:  # noqa: F811
    told(desk.store, *(placed(n) for n in range(30)))
    return desk


def test_points_and_squares(stocked: Desk) -> None:
    asked = {"headers": stocked.as_role("operator")}
    seen = stocked.ask("GET", f"/api/map?bbox={VIEW}", **asked).json()
    assert (seen["total"], len(seen["points"]), seen["squares"]) == (30, 30, [])
    assert seen["points"][0]["number"] == "T-000030"
    assert {point["kind"]["word"] for point in seen["points"]} == {"bin_full", "illegal_parking"}
    few = stocked.ask("GET", f"/api/map?bbox={VIEW}&most=10&kind=bin_full", **asked).json()
    assert (few["total"], few["points"], sum(each["tickets"] for each in few["squares"])) == (15, [], 15)
    assert few["step"] > 0
    old = stocked.ask("GET", f"/api/map?bbox={VIEW}&open=false&since=2026-02-01T00:00:00Z", **asked).json()
    assert old["total"] == 30
    assert stocked.ask("GET", f"/api/map?bbox={VIEW}&open=false", **asked).json()["total"] in (0, 30)


@pytest.mark.parametrize(
    "bbox",
    ["", "1,2,3", "a,b,c,d", "2,1,1,2", "0,0,nan,1", "0,0,181,1", "0,2,1,1", "-inf,0,1,1", "1,2,3,4,5"],
)
def test_what_is_no_view_is_refused(stocked: Desk, bbox: str) -> None:
    answer = stocked.ask("GET", f"/api/map?bbox={bbox}", headers=stocked.as_role("operator"))
    assert answer.status_code == 400
    assert answer.json()["where"] == "query.bbox"
    assert "west <= east" in answer.json()["allowed"]


def test_a_time_without_a_zone_is_refused(stocked: Desk) -> None:
    asked = f"/api/map?bbox={VIEW}&open=false&since=2026-02-01T00:00:00"
    assert stocked.ask("GET", asked, headers=stocked.as_role("operator")).json()["where"] == "query.since"


def test_search_and_area(stocked: Desk) -> None:
    def found(asked: str) -> list[str]:
        answer = stocked.ask("GET", f"/api/tickets?{asked}", headers=stocked.as_role("operator"))
        assert answer.status_code == 200, answer.text
        return [each["number"] for each in answer.json()["items"]]

    assert found("q=T-000003") == ["T-000003"]
    assert found("q=%20") == found("") != []
    assert len(found("q=shoe&limit=200")) == 30
    assert found(f"area={CELL}") == found(f"q={CELL}") == found("area=131002") != []
    refused = stocked.ask("GET", "/api/tickets?area=12", headers=stocked.as_role("operator"))
    assert (refused.status_code, refused.json()["where"]) == (422, "query.area")
