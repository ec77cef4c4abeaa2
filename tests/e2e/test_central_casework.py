"""The closed loop over real HTTP, with accounts of different roles."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from broker.embedded import EmbeddedBroker
from broker.events import SourceRef
from tests.centre import Centre, Wire
from tests.e2e.test_central_api import JPEG, sha256
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, event, evidence
from tests.workers import Worker


class Crew:
    """A centre and four who work on its tickets."""

    def __init__(self, centre: Centre, wire: Wire) -> None:
        self.centre, self.wire = centre, wire
        self.olga = Worker(centre, "olga", "operator")
        self.dai = Worker(centre, "dai", "department", "Sanitation")
        self.gao = Worker(centre, "gao", "grid_worker")
        self.sun = Worker(centre, "sun", "supervisor")
        self._reported = 0

    def report(self) -> str:
        """A new ticket, that all of them work on from now on."""
        self._reported += 1
        camera, picture = SourceRef(id=f"cam-{self._reported}", kind="camera"), evidence(JPEG)
        opened = event("opened", 0, subject=f"sit-{self._reported}", evidence=[picture], source=camera)
        ticket = self.wire.insist(opened.encode(), opened.id).ticket
        assert ticket is not None
        for each in self.workers:
            each.on = ticket
        return ticket

    @property
    def workers(self) -> tuple[Worker, ...]:
        return self.olga, self.dai, self.gao, self.sun


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    broker = EmbeddedBroker(HOST, free_port())
    broker.start()
    centre = Centre(tmp_path_factory.mktemp("casework"), broker.url)
    centre.start()
    wire = Wire(broker.url, NODE)
    made = Crew(centre, wire)
    assert httpx.put(f"{centre.url}/api/evidence/{sha256(JPEG)}", content=JPEG).status_code == 201
    yield made
    for each in made.workers:
        each.close()
    wire.close()
    centre.kill()
    broker.stop()


def test_from_the_report_to_the_evaluation(crew: Crew) -> None:
    name = crew.report()
    olga, dai, gao, sun = crew.workers
    assert olga.may() == ["accept", "reject", "withdraw", "merge"]
    assert gao.may() == ["withdraw"]
    assert dai.may() == []
    olga.does("accept")
    olga.does("dispatch", department="Sanitation", post="day crew", reason="their street")
    assert dai.may() == ["send_back", "take", "feed_back"]
    dai.does("take")
    said = gao.client.post(
        f"/api/tickets/{name}/comments", json={"text": "by the gate", "request": "comment-1"}
    )
    assert said.status_code == 201
    dai.does("feed_back", reason="towed away")
    done = gao.does("verify")
    assert [line["action"] for line in done["followed"]] == ["close"]
    sun.does("evaluate")

    ticket = sun.ticket()
    assert (ticket["state"], ticket["department"], ticket["post"]) == ("evaluated", "Sanitation", "day crew")
    assert [step["at"] for step in ticket["steps"]] == ["past"] * 6 + ["now"]
    assert ticket["handled_by"] == ["dai"]
    first = sun.client.get(f"/api/tickets/{name}/trail", params={"limit": 4}).json()
    second = sun.client.get(f"/api/tickets/{name}/trail", params={"cursor": first["next"]}).json()
    assert second["next"] is None
    trail = [(line["sort"], line["who"], line["action"]) for line in first["items"] + second["items"]]
    assert trail == [
        ("event", None, None),
        ("action", "olga", "accept"),
        ("action", "olga", "dispatch"),
        ("action", "dai", "take"),
        ("comment", "gao", None),
        ("action", "dai", "feed_back"),
        ("action", "gao", "verify"),
        ("action", None, "close"),
        ("action", "sun", "evaluate"),
    ]
    assert [picture["sha256"] for picture in first["items"][0]["pictures"]] == [sha256(JPEG)]
    assert first["items"][0]["about"]["type"] == "gewu.incident.opened.v1"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_refusals_say_why(crew: Crew) -> None:
    name = crew.report()
    olga, dai, gao, _ = crew.workers
    olga.does("accept", request="request-once")
    again = olga.asks("accept", version=1, request="request-once")
    assert (again.status_code, again.json()["again"], again.json()["line"]["version"]) == (200, True, 2)
    assert problem(olga.asks("reject", version=1, reason="no car", request="request-once")) == (
        409,
        "request_reused",
    )
    stale = olga.asks("reject", version=1, reason="no car")
    assert problem(stale) == (409, "changed_since")
    body = stale.json()
    assert (body["version"], [line["who"] for line in body["since"]]) == (2, ["olga"])
    assert problem(dai.asks("dispatch", department="Parks")) == (403, "role_lacks")
    assert problem(olga.asks("close")) == (409, "illegal_action")
    assert problem(olga.asks("dispatch")) == (422, "missing_department")
    for text in ("ring 139 1234 5678", "冀A·12345 again", "id 11010119900307123X", "aa:bb:cc:dd:ee:ff"):
        answer = olga.asks("reject", reason=text)
        assert (answer.status_code, text in answer.text) == (422, False), answer.text
        said = {"text": text, "request": "comment-9"}
        assert gao.client.post(f"/api/tickets/{name}/comments", json=said).status_code == 422
    assert crew.centre.get("/api/audit", action="ticket.work", outcome="refused")["items"][0]["who"] == "dai"
    assert olga.ticket()["version"] == 2
    olga.on = "T-000099"
    assert problem(olga.asks("accept", version=1)) == (404, "no_ticket")


def test_lists_are_of_those_who_ask(crew: Crew) -> None:
    def numbers(**filters: Any) -> list[str]:
        answer = crew.olga.client.get("/api/tickets", params=filters)
        assert answer.status_code == 200, answer.text
        return [ticket["number"] for ticket in answer.json()["items"]]

    name = crew.report()
    crew.olga.does("accept")
    crew.olga.does("dispatch", department="Roads", post="day crew 4")
    crew.sun.does("escalate", level="district")
    crew.olga.does("park", until="2099-01-01T00:00:00Z", reason="the road is dug up")
    found: list[dict[str, Any]] = [{"department": "Roads"}, {"post": "day crew 4"}, {"level": "district"}]
    for filters in (*found, {"group": "held"}):
        assert numbers(**filters) == [name]
    assert name in numbers(step="dispatched"), "it is held where it was dispatched"
    for filters in ({"department": "Parks"}, {"group": "at_work"}, {"step": "fed_back"}, {"overdue": True}):
        assert name not in numbers(**filters)
    answer = crew.olga.client.get("/api/tickets", params={"step": "nowhere"})
    assert (answer.status_code, "handled" in answer.json()["allowed"]) == (400, True)
    profile = crew.olga.client.get("/api/casework").json()
    assert (profile["name"], len(profile["steps"])) == ("standard", 7)
