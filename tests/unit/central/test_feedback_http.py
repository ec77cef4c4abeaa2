"""Marks, precision and suppressions over HTTP, by role."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from broker.events import ObjectCount, ZoneRef
from central.api.guard import now
from central.feedback.marks import WHYS
from central.letters import Told
from central.store.schema import ticket_log
from central.store.taking import take
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, event, letter

BEGAN = now() - timedelta(hours=3)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With four tickets of one camera, in two zones."""
    made = Desk(tmp_path_factory.mktemp("feedback"))
    for n in range(4):
        x = 0.2 * n
        facts: dict[str, Any] = {
            "box": (x, 0.5, x + 0.1, 0.6),
            "objects": [ObjectCount(label="car", count=1)],
        }
        facts |= {"zone": ZoneRef(id="kerb" if n < 3 else "gate", version="v1"), "since": BEGAN}
        opened = event("opened", 0, subject=f"sit-{n}", last_seen=BEGAN, **facts)
        opened = opened.model_copy(update={"time": BEGAN + timedelta(minutes=n)})
        take(made.store, [Told(letter(opened.encode()), opened)])
    yield made
    made.close()


def ask(desk: Desk, method: str, path: str, role: str = "operator", **body: Any) -> httpx.Response:
    given = {"json": body} if method == "POST" else {}
    return desk.ask(method, path, headers=desk.as_role(role), **given)


def mark(desk: Desk, number: int, what: str, role: str = "operator", **more: Any) -> httpx.Response:
    return ask(desk, "POST", f"/api/tickets/T-{number:06d}/marks", role, mark=what, **more)


def test_marks_are_made_changed_taken_back_and_listed(desk: Desk) -> None:
    first = mark(desk, 1, "false_alarm", reason="moving_on", words="it drove off")
    assert (first.status_code, first.json()["ticket"], first.json()["zone"]) == (200, "T-000001", "kerb")
    assert mark(desk, 1, "right", "grid_worker").json()["who"] == "grid_worker"
    assert mark(desk, 2, "right", "supervisor").status_code == 200
    assert mark(desk, 3, "false_alarm", reason="queue").status_code == 200
    one = mark(desk, 3, "right", situation="sit-2", node="131002/yard-7")
    assert (one.json()["situation"], one.json()["node"]) == ("sit-2", NODE.source)
    assert mark(desk, 3, "none", situation="sit-2").json() is None
    listed = ask(desk, "GET", "/api/marks?limit=2").json()
    assert [(each["ticket"], each["mark"]) for each in listed["items"]] == [
        ("T-000003", "false_alarm"),
        ("T-000002", "right"),
    ]
    rest = ask(desk, "GET", f"/api/marks?limit=2&cursor={listed['next']}").json()
    assert ([each["ticket"] for each in rest["items"]], rest["next"]) == (["T-000001"], None)
    assert len(ask(desk, "GET", "/api/marks?history=true&zone=kerb&node=131002/yard-7").json()["items"]) == 5
    detail = ask(desk, "GET", "/api/tickets/T-000003").json()
    assert [(each["mark"], each["reason"]) for each in detail["marks"]] == [("false_alarm", "queue")]
    member = detail["members"][0]
    assert (member["zone"], member["zone_version"], member["rule"], member["rule_version"]) == (
        "kerb", "v1", "kerb-cars", "v1"
    )  # fmt: skip
    trail = ask(desk, "GET", "/api/tickets/T-000003/trail").json()["items"]
    assert {each["effect"] for each in trail} >= {"opened", "marked"}
    with desk.store.read() as connection:
        assert connection.execute(select(ticket_log.c.effect).where(ticket_log.c.effect == "marked")).all()


def test_precision_is_told_by_zone_and_week(desk: Desk) -> None:
    found = ask(desk, "GET", "/api/precision?by=zone&every=day").json()
    kerb, gate = found["groups"]
    assert kerb["key"] == {"node": NODE.source, "source": "cam-1", "zone": "kerb"}
    assert (kerb["right"], kerb["false_alarm"], kerb["precision"], kerb["reasons"]) == (
        2,
        1,
        0.6667,
        {"queue": 1},
    )
    assert 0.2 < kerb["low"] < 0.6667 < kerb["high"] < 0.95
    assert (gate["unmarked"], gate["precision"], gate["low"]) == (1, None, None)
    assert found["all"]["unmarked"] == 1
    assert sum(each["right"] for each in kerb["times"]) == 2
    assert ask(desk, "GET", "/api/precision?by=kind&zone=gate").json()["all"]["unmarked"] == 1
    assert ask(desk, "GET", "/api/precision?by=source&from=2020-01-01&to=2020-02-01").json()["groups"] == []
    assert ask(desk, "GET", "/api/precision?from=2020-02-01&to=2020-01-01").status_code == 422
    assert ask(desk, "GET", "/api/precision?by=colour").status_code == 422
    assert ask(desk, "GET", "/api/precision", "department").status_code == 403


def test_what_was_missed_is_said_once_and_can_be_taken_back(desk: Desk) -> None:
    since = BEGAN.isoformat()
    body = {
        "node": "131002/yard-7",
        "source": "cam-1",
        "kind": "illegal_parking",
        "since": since,
        "zone": "gate",
    }
    made = ask(desk, "POST", "/api/marks", request="request-1", box=[0.1, 0.2, 0.3, 0.4], **body)
    assert (made.status_code, made.json()["mark"], made.json()["box"]) == (
        201,
        "missed",
        [0.1, 0.2, 0.3, 0.4],
    )
    again = ask(desk, "POST", "/api/marks", request="request-1", **body)
    assert again.json()["number"] == made.json()["number"]
    assert ask(desk, "GET", "/api/precision?zone=gate").json()["all"]["missed"] == 1
    backwards = ask(desk, "POST", "/api/marks", request="request-2", until="2020-01-01T00:00:00Z", **body)
    assert backwards.json()["where"] == "body.until"
    path = f"/api/marks/{made.json()['number']}/withdraw"
    assert ask(desk, "POST", path).json()["ended_by"] == "operator"
    assert ask(desk, "POST", path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"mark": "false_alarm"}, 422, "body.reason"),
        ({"mark": "maybe"}, 422, "body.mark"),
        ({"mark": "false_alarm", "reason": "bored"}, 422, "body.reason"),
        ({"mark": "right", "words": "the man with the number 13812345678"}, 422, "body.words"),
        ({"mark": "right", "situation": "nobody"}, 422, "body.situation"),
        ({"mark": "right", "node": "nowhere"}, 422, "node"),
        ({"mark": "right", "colour": "red"}, 422, "body.colour"),
    ],
)
def test_what_is_no_mark_is_refused(desk: Desk, body: Any, status: int, where: str) -> None:
    answer = ask(desk, "POST", "/api/tickets/T-000004/marks", **body)
    assert (answer.status_code, answer.json()["where"]) == (status, where), answer.text
    assert ask(desk, "POST", "/api/tickets/T-000099/marks", mark="right").status_code == 404


def test_the_reasons_are_told_in_both_languages(desk: Desk) -> None:
    items = ask(desk, "GET", "/api/marks/reasons", "viewer").json()["items"]
    assert [each["reason"] for each in items] == list(WHYS)


def test_a_suppression_is_made_seen_counted_and_lifted(desk: Desk) -> None:
    body = {"request": "request-1", "ticket": "T-000004", "lasts": "2d", "words": "the guard's own car"}
    assert ask(desk, "POST", "/api/suppressions", "department", **body).status_code == 403
    made = ask(desk, "POST", "/api/suppressions", **body)
    assert (made.status_code, made.json()["zone"], made.json()["stands"]) == (201, "gate", True)
    assert ask(desk, "POST", "/api/suppressions", **body).json()["suppression"] == 1
    assert ask(desk, "POST", "/api/suppressions", **(body | {"ticket": "T-000003"})).status_code == 409
    assert ask(desk, "GET", "/api/summary", "viewer").json()["suppressions"] == 1
    figures = desk.ask("GET", "/metrics", headers={"Authorization": f"Bearer {desk.tokens['operator']}"}).text
    assert "gewu_central_suppressions 1.0" in figures
    assert "gewu_central_suppressed_situations 0.0" in figures
    assert [
        each["suppression"] for each in ask(desk, "GET", "/api/suppressions", "viewer").json()["items"]
    ] == [1]
    (one,) = ask(desk, "GET", "/api/suppressions?ticket=T-000004").json()["items"]
    mine = f"node={one['node']}&source={one['source']}"
    for query, count in ((mine, 1), (mine + "x", 0), ("ticket=T-000003", 0)):
        assert len(ask(desk, "GET", f"/api/suppressions?{query}").json()["items"]) == count, query
    for query, where in (("ticket=T-9", "query.ticket"), ("node=here", "node")):
        refused = ask(desk, "GET", f"/api/suppressions?{query}")
        assert (refused.status_code, refused.json()["where"]) == (422, where)
    lifted = ask(desk, "POST", "/api/suppressions/1/lift", words="sold")
    assert (lifted.json()["stands"], lifted.json()["lifted_by"]) == (False, "operator")
    assert ask(desk, "POST", "/api/suppressions/1/lift", words="again").status_code == 404
    assert ask(desk, "GET", "/api/suppressions").json()["items"] == []
    assert ask(desk, "GET", "/api/suppressions/99").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"ticket": "T-000099"}, 404, "body.ticket"),
        ({"lasts": "31d"}, 422, "body.lasts"),
        ({"lasts": "30s"}, 422, "body.lasts"),
        ({"situation": "nobody"}, 422, "body.situation"),
        ({"words": "130108199001011234"}, 422, "body.words"),
    ],
)
def test_what_cannot_be_hidden_is_refused(desk: Desk, body: Any, status: int, where: str) -> None:
    given = {"request": "request-9", "ticket": "T-000004"} | body
    answer = ask(desk, "POST", "/api/suppressions", **given)
    assert (answer.status_code, answer.json()["where"]) == (status, where), answer.text
