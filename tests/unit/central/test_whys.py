"""Why a ticket is what it is, and what became of everything that a source told."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from broker.events import ObjectCount, Reason
from central.casework_settings import CaseworkSettings, profile_of
from central.letters import Told, refusal
from central.store.aside import quarantined
from central.store.feedback_tables import suppressions
from central.store.seating import Terms
from central.store.taking import take
from central.store.working import Work
from central.terms import following
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, at, event, letter

BOX, APART, OTHER = (0.4, 0.5, 0.6, 0.7), (0.1, 0.5, 0.3, 0.7), (0.7, 0.1, 0.8, 0.2)
WORK = Work(profile_of(CaseworkSettings()).model_copy(update={"automatic": ["accept", "dispatch"]}))
TERMS = Terms(follow=following(WORK))
STOOD = Reason(code="dwelt", text="has stood for 300 s; 180 s are allowed", values={"stood_s": 300.0})


def tell(desk: Desk, phase: str, subject: str, seconds: float, **facts: Any) -> str:
    given = {
        "box": BOX,
        "objects": [ObjectCount(label="car", count=1)],
        "reasons": [STOOD],
        "last_seen": at(seconds),
    } | facts
    revision = {"opened": 0, "updated": 1, "cleared": 9}[phase]
    made = event(phase, revision, subject=subject, **given)
    made = made.model_copy(update={"time": at(seconds)})
    received = letter(made.encode(), received=seconds + 1)
    return take(desk.store, [Told(received, made)], terms=TERMS).outcomes[0].effect


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("why"))
    tell(made, "opened", "first", 10)
    tell(made, "cleared", "first", 100)
    tell(made, "opened", "again", 200, since=at(150))
    tell(made, "opened", "beside", 300, box=APART)
    tell(made, "updated", "early", 400, box=OTHER)
    spoilt = letter(b"no event", received=410)
    quarantined(made.store, spoilt, refusal(spoilt, "not_an_event", "no event"))
    yield made
    made.close()


def get(desk: Desk, path: str) -> Any:
    answer = desk.ask("GET", path, headers=desk.as_role("operator"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(desk: Desk, path: str, **body: Any) -> Any:
    answer = desk.ask("POST", path, headers=desk.as_role("operator"), json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def since(desk: Desk) -> dict[str, Any]:
    path = "/api/sources/131002/yard-7/cam-1/outcomes?since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z"
    found = get(desk, path)
    return {each["situation"]: each for each in found["items"]} | {"quarantined": found["quarantined"]}


def test_why_a_ticket_is_what_it_is(desk: Desk) -> None:
    post(desk, "/api/tickets/T-000001/marks", mark="false_alarm", reason="queue", words="the light")
    steps = get(desk, "/api/tickets/T-000001/why")["steps"]
    told = [(each["what"], each["reason"]["code"], each["action"], each["by"]) for each in steps]
    routed_by = steps[2]["reason"]["code"]
    assert told == [
        ("opened", "confirmed", None, None),
        ("accept", "by_itself_accept", "accept", None),
        ("routed", routed_by, "dispatch", None),
        ("cleared", "seen_clear", "clear_itself", None),
        ("reopened", "again_in_view", "come_back", None),
        ("marked", "false_alarm", None, "operator"),
    ]
    opened, routed = steps[0], steps[2]
    assert opened["more"] == [STOOD.model_dump(mode="json")]
    assert (opened["node"], opened["situation"], opened["at"]) == (
        NODE.source,
        "first",
        "2026-03-01T08:00:11.000Z",
    )
    assert (routed["state"], routed["situation"]) == ("dispatched", None)
    assert routed["more"], "every turn of the tree"
    assert steps[-1]["details"] == {"mark": "false_alarm", "why": "queue"}
    assert [each["at"] for each in steps] == sorted(each["at"] for each in steps)
    missing = desk.ask("GET", "/api/tickets/T-000099/why", headers=desk.as_role("viewer"))
    assert missing.status_code == 404


def test_what_became_of_all_that_a_source_told(desk: Desk) -> None:
    found = since(desk)
    assert {name: each["outcome"] for name, each in found.items() if name != "quarantined"} == {
        "first": "ticket", "again": "ticket", "beside": "ticket", "early": "early",
    }  # fmt: skip
    assert (found["first"]["ticket"], found["first"]["founded"]) == ("T-000001", True)
    assert (found["again"]["ticket"], found["again"]["founded"]) == ("T-000001", False)
    assert found["again"]["joined"]["code"] == "again_in_view"
    assert found["beside"]["founded"]
    assert (found["beside"]["zone"], found["beside"]["zone_version"]) == ("kerb", "v1")
    assert found["early"]["ticket"] is None
    assert [(each["code"], each["deliveries"]) for each in found["quarantined"]] == [("not_an_event", 1)]


def test_what_is_hidden_says_by_what(desk: Desk) -> None:
    made = post(
        desk, "/api/suppressions", request="request-1", ticket="T-000002", lasts="1d", words="his van"
    )
    assert (made["hides"], made["things"], made["kind"]["word"]) == (0, ["vehicle"], "illegal_parking")
    with desk.store.write() as connection:  # as if it had been made when the story is told
        connection.execute(update(suppressions).values(made=at(350), ends=at(86_400)))
    assert tell(desk, "opened", "hidden", 500, box=APART) == "suppressed"
    found = since(desk)["hidden"]
    assert (found["outcome"], found["suppression"], found["ticket"]) == ("suppressed", 1, None)
    steps = get(desk, "/api/tickets/T-000002/why")["steps"]
    assert (steps[-1]["what"], steps[-1]["details"]) == ("suppression", {"suppression": 1})
    one = get(desk, "/api/suppressions/1")
    assert [each["situation"] for each in one["hidden"]] == ["hidden"]
    assert get(desk, "/api/suppressions?ended=true")["items"][0]["hid"] == 1
    assert (
        post(desk, "/api/suppressions/1/lift", words="sold")["lift_words"] == "sold"
        if one["stands"]
        else True
    )


def test_a_time_that_is_none_is_refused(desk: Desk) -> None:
    for asked in ("since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z", "since=2020-01-01T00:00:00Z"):
        path = f"/api/sources/131002/yard-7/cam-1/outcomes?{asked}"
        assert desk.ask("GET", path, headers=desk.as_role("operator")).json()["where"] == "query.since"
