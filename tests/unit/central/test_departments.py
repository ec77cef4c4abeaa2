"""/api/departments: whom tickets can be sent to, whom the routing proposes, and who is no department."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from central.settings import CentralSettings
from central.terms import ground_of
from tests.unit.central.desk import Desk
from tests.unit.central.reports import HERE

ROUTING = {
    "departments": {"city": {"zh": "城管", "en": "City"}, "roads": {"zh": "市政", "en": "Roads"}},
    "routes": {
        "name": "root",
        "department": "city",
        "routes": [{"name": "pits", "match": {"kinds": ["illegal_parking"]}, "department": "roads"}],
    },
}
TOLD = {"kind": "illegal_parking", "longitude": HERE[0], "latitude": HERE[1], "accuracy_m": 8}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("departments"))
    assert ask(made, "POST", "/api/v1/reports", **TOLD).status_code == 201
    yield made
    made.close()


def ask(desk: Desk, method: str, path: str, role: str = "operator", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {desk.tokens[role]}"}
    return desk.ask(method, path, headers=headers, **({"json": body} if body else {}))


def routed(desk: Desk, **routing: Any) -> None:
    """The same desk in a city with this routing."""
    broker, storage = {"url": "mqtt://127.0.0.1"}, {"directory": "storage"}
    asked = {"broker": broker, "storage": storage, **({"routing": routing} if routing else {})}
    work = ground_of(CentralSettings.model_validate(asked), desk.store).work
    desk.app.state.parts = replace(desk.parts, work=work)


def test_the_routing_proposes_one_of_the_citys_departments_and_says_why(desk: Desk) -> None:
    routed(desk, **ROUTING)
    found = ask(desk, "GET", "/api/departments?ticket=T-000001", "viewer").json()
    assert [each["name"] for each in found["items"]] == ["city", "roads"]
    assert found["free"] is False
    (proposal,) = found["proposals"]
    assert (proposal["ticket"], proposal["department"]) == ("T-000001", "roads")
    assert proposal["reasons"][0]["code"] == "routed"
    gone = ask(desk, "GET", "/api/departments?ticket=T-000009")
    assert (gone.status_code, gone.json()["where"]) == (404, "query.ticket")
    assert ask(desk, "GET", "/api/departments").json()["proposals"] == []


def test_a_department_that_the_city_does_not_have_is_refused(desk: Desk) -> None:
    routed(desk, **ROUTING)
    version = ask(desk, "GET", "/api/tickets/T-000001").json()["version"]
    body = {"action": "dispatch", "version": version, "request": "request-1", "department": "raods"}
    refused = ask(desk, "POST", "/api/tickets/T-000001/actions", **body)
    assert refused.status_code == 422
    assert {"where": "body.department", "allowed": "city, roads", "code": "unknown_department"}.items() <= (
        refused.json().items()
    )


def test_where_the_configuration_names_none_any_name_is_taken(desk: Desk) -> None:
    routed(desk)
    found = ask(desk, "GET", "/api/departments").json()
    assert (found["items"], found["free"]) == ([], True)
    version = ask(desk, "GET", "/api/tickets/T-000001").json()["version"]
    body = {"version": version, "request": "request-2", "department": "anybody", "action": "dispatch"}
    answer = ask(desk, "POST", "/api/tickets/T-000001/actions", **body)
    assert answer.json().get("code") != "unknown_department"
