"""/api/places: signs are made, printed and taken away by administrators, and every step is in the audit."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from central.store.audit import Asked, lines
from tests.unit.central.desk import Desk
from tests.unit.central.reports import HERE

GATE = {"name": "Gate <3>", "longitude": HERE[0], "latitude": HERE[1], "kind": "bin_full"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("places"))
    yield made
    made.close()


def ask(desk: Desk, method: str, path: str, role: str = "administrator", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {desk.tokens[role]}"}
    return desk.ask(method, path, headers=headers, **({"json": body} if body else {}))


def test_a_place_is_made_printed_and_taken_away(desk: Desk) -> None:
    assert ask(desk, "POST", "/api/places", "operator", **GATE).status_code == 403
    made = ask(desk, "POST", "/api/places", **GATE).json()
    assert (made["name"], made["kind"]["word"], made["reports"]) == ("Gate <3>", "bin_full", 0)
    assert made["url"].endswith(f"/report?at={made['code']}")
    again = ask(desk, "POST", "/api/places", **GATE)
    assert (again.status_code, again.json()["where"]) == (409, "body.name")
    found = ask(desk, "GET", "/api/places").json()
    assert found["items"] == [made]
    for path in (made["sign"], found["sheets"]):
        paper = ask(desk, "GET", path)
        assert paper.headers["content-type"].startswith("text/html")
        assert "default-src 'none'; style-src 'sha256-" in paper.headers["content-security-policy"]
        assert (paper.text.count("<section>"), paper.text.count("Gate &lt;3&gt;")) == (1, 1)
        assert made["url"] in paper.text
    body = {"at": made["code"], "kind": "bin_full"}
    told = ask(desk, "POST", "/api/v1/reports", "operator", **body)
    assert told.status_code == 201, told.text
    assert ask(desk, "GET", "/api/places").json()["items"][0]["reports"] == 1
    assert ask(desk, "DELETE", f"/api/places/{made['code']}").status_code == 204
    for method, path in (("DELETE", f"/api/places/{made['code']}"), ("GET", made["sign"])):
        assert ask(desk, method, path).status_code == 404
    assert ask(desk, "POST", "/api/v1/reports", "operator", **body).status_code == 404
    did = [line.action for line in lines(desk.store, Asked(), limit=50)]
    assert [each for each in did if each.startswith("place.")] == [
        "place.drop",
        "place.add",
        "place.manage",
    ]  # the last was refused


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": " "}, "body.name"),
        ({"name": "京A12345"}, "body.name"),
        ({"name": "two\nlines"}, "body.name"),
        ({"longitude": 181}, "body.longitude"),
        ({"latitude": None}, "body.latitude"),
        ({"accuracy_m": 0}, "body.accuracy_m"),
        ({"kind": "nonsense"}, "body.kind"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_is_no_place_is_refused(desk: Desk, wrong: dict[str, Any], where: str) -> None:
    refused = ask(desk, "POST", "/api/places", **(GATE | wrong))
    assert (refused.status_code, refused.json()["where"]) == (422, where), refused.text
