"""Views that people keep, for themselves or for everybody."""

from typing import Any

import httpx
import pytest

from central.store.audit import Asked, lines
from tests.unit.central.desk import Desk, desk

__all__ = ["desk"]
MAP = {"longitude": 116.7, "latitude": 39.5, "zoom": 13.5}


def keep(desk: Desk, role: str = "operator", **body: Any) -> httpx.Response:
    return desk.ask("POST", "/api/views", headers=desk.as_role(role), json={"name": "Open"} | body)


def names(desk: Desk, role: str) -> list[tuple[str, bool]]:
    items = desk.ask("GET", "/api/views", headers=desk.as_role(role)).json()["items"]
    return [(each["name"], each["mine"]) for each in items]


def test_a_view_is_kept_under_its_name_and_is_ones_own(desk: Desk) -> None:
    first = keep(desk, filters="open=true&kind=bin_full", map=MAP)
    assert (first.status_code, first.json()["map"], first.json()["owner"]) == (201, MAP, "operator")
    again = keep(desk, filters="open=true&area=131002")
    assert again.json()["view"] == first.json()["view"]
    assert again.json()["filters"] == "open=true&area=131002"
    assert names(desk, "operator") == [("Open", True)]
    assert names(desk, "supervisor") == []
    number = first.json()["view"]
    assert desk.ask("DELETE", f"/api/views/{number}", headers=desk.as_role("supervisor")).status_code == 404
    assert desk.ask("DELETE", f"/api/views/{number}", headers=desk.as_role("operator")).status_code == 204
    assert names(desk, "operator") == []


def test_what_is_shared_everybody_sees_and_it_is_in_the_audit(desk: Desk) -> None:
    number = keep(desk, name="Weekly", filters="overdue=true", shared=True).json()["view"]
    keep(desk, "viewer", name="Mine")
    assert names(desk, "viewer") == [("Mine", True), ("Weekly", False)]
    refused = keep(desk, "viewer", name="Ours", shared=True)
    assert (refused.status_code, refused.json()["where"]) == (403, "body.shared")
    assert desk.ask("DELETE", f"/api/views/{number}", headers=desk.as_role("viewer")).status_code == 404
    assert desk.ask("DELETE", f"/api/views/{number}", headers=desk.as_role("supervisor")).status_code == 204
    said = lines(desk.store, Asked(action="view.share"), limit=9)
    assert [(line.who, line.outcome, line.about) for line in said] == [
        ("supervisor", "done", "Weekly"),
        ("viewer", "refused", "/api/views"),
        ("operator", "done", "Weekly"),
    ]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": ""}, "body.name"),
        ({"name": "call 13812345678"}, "body.name"),
        ({"filters": "colour=red"}, "body.filters"),
        ({"filters": "open"}, "body.filters"),
        ({"filters": "q=" + "x" * 1000}, "body.filters"),
        ({"filters": "q=13812345678"}, "body.filters"),
        ({"map": MAP | {"zoom": 99}}, "body.map.zoom"),
    ],
)
def test_what_is_no_view_is_refused(desk: Desk, body: Any, where: str) -> None:
    answer = keep(desk, **body)
    assert (answer.status_code, answer.json()["where"]) == (422, where), answer.text


def test_nobody_keeps_more_than_so_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.store.views.MOST_OF_ONE", 2)
    monkeypatch.setattr("central.store.views.MOST_SHARED", 1)
    role = "administrator"
    assert [keep(desk, role, name=name).status_code for name in ("a", "b", "c", "a")] == [201, 201, 409, 201]
    assert keep(desk, role, name="a", shared=True).status_code == 201
    assert keep(desk, role, name="b", shared=True).json()["code"] == "too_many"
