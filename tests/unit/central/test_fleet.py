"""Actions on many nodes: what is decided, over a database, and what the API says of it; bundles; groups."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.fields import read, utc
from broker.fleet import Examine
from broker.inventory import Inventory
from broker.messages import About, NodeState
from broker.topics import Address
from central.api import guard
from central.diagnostics import FILES, Unfit, head_of
from central.fleet.deciding import BAD, NODE_STATES, RETURN_S, UNDER_WAY, Node, Running, decide
from central.fleet.deeds import DEEDS, TABLE, Deed
from central.store.ask_tables import asks
from central.store.fleet_actions import KEPT, drive_action, find_action, forget_actions, open_actions
from central.store.fleet_bundles import OF_A_NODE, Came, forget_bundles, keep_bundle, list_bundles
from tests.unit.central.desk import Desk
from tests.unit.central.makers import at
from tests.unit.central.test_health_wall import says

YARDS = [Address("131002", f"yard-{n}") for n in (1, 2, 3)]
NAMES = [f"131002/yard-{n}" for n in (1, 2, 3)]
RUNNING = Running("running", False, 2, 2, 1000.0)


def nodes(*states: Any, **more: Any) -> list[Node]:
    return [Node(f"yard-{n}", state, 0.0, online=True, **more) for n, state in enumerate(states)]


def test_a_few_are_asked_at_once_in_their_order_and_who_is_away_is_waited_for() -> None:
    some = nodes("waiting", "waiting", "waiting", "waiting")
    assert decide(RUNNING, some, 1.0).ask == ("yard-0", "yard-1")
    some[0] = replace(some[0], online=False)
    assert decide(RUNNING, some, 1.0).ask == ("yard-1", "yard-2")
    assert decide(RUNNING, nodes("asked", "waiting", "waiting", ask="sent"), 1.0).ask == ("yard-1",)
    over = decide(RUNNING, [some[0], *nodes("done")], 1000.0)
    assert [(turn.state, turn.reason.code) for turn in over.turns] == [("away", "not_connected")]
    assert (over.ask, over.state) == ((), "done")


def test_too_many_failures_end_it_and_who_is_under_way_comes_to_an_end() -> None:
    some = nodes("failed", "silent", "asked", "waiting", ask="working")
    stops = decide(RUNNING, some, 1.0)
    assert (stops.state, stops.reason and stops.reason.code) == ("stopping", "too_many_failed")
    assert [(turn.name, turn.state) for turn in stops.turns] == [("yard-3", "left_out")]
    after = decide(replace(RUNNING, state="stopping"), nodes("failed", "silent", "done", "left_out"), 2.0)
    assert (after.state, after.reason) == ("stopped", None)
    assert decide(RUNNING, nodes("refused", "refused", "waiting"), 1.0).ask == ("yard-2",)


def test_a_restart_is_believed_when_a_new_run_is_told_of() -> None:
    restart = replace(RUNNING, seen=True)
    (said,) = decide(restart, nodes("asked", ask="done"), 1.0).turns
    assert said.state == "returning"
    same = nodes("returning", began=5.0, before=5.0)
    assert decide(restart, same, 10.0).turns == ()
    (late,) = decide(restart, same, RETURN_S).turns
    assert (late.state, late.reason.code) == ("failed", "not_back")
    (back,) = decide(restart, nodes("returning", began=9.0, before=5.0), 10.0).turns
    assert (back.state, back.reason.code) == ("done", "runs_again")


@given(st.lists(st.sampled_from(NODE_STATES), min_size=1, max_size=30), st.integers(1, 5), st.integers(1, 5))
def test_never_more_than_allowed_are_under_way_and_it_ends(states: list[Any], once: int, most: int) -> None:
    action = replace(RUNNING, at_once=once, most_failed=most)
    found = decide(action, nodes(*states, ask="working"), 1.0)
    under_way = sum(state in UNDER_WAY for state in states)
    assert len(found.ask) <= max(0, once - under_way)
    if sum(state in BAD for state in states) >= most:
        assert found.ask == ()
        assert found.state in ("stopping", "stopped")
    settled = not found.ask and not any(state in (*UNDER_WAY, "waiting") for state in states)
    assert (found.state is not None) or not settled


def test_every_deed_has_its_care() -> None:
    assert set(TABLE) == set(get_args(Deed)) == set(DEEDS)
    assert all(care.model.model_fields["command"].default == deed for deed, care in TABLE.items())


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    for n, node in enumerate(YARDS):
        says(made.store, NodeState(online=n < 2, epoch="boot-1", highest=0), "state", node, 1)
        inventory = Inventory(began=at(100 + n), labels=["kerbside"] if n else [])
        told = About(
            at=at(1), software=f"gewu 0.{n}", configuration="0" * 64, sources=[], inventory=inventory
        )
        says(made.store, told, "about", node, 1)
    yield made
    made.close()


def chief(desk: Desk, method: str, path: str, body: Any = None, role: str = "administrator") -> Any:
    given = {} if body is None else {"json": body}
    return desk.ask(method, path, headers=desk.as_role(role), **given)


def test_groups_are_named_nodes_and_all_that_say_a_label(ours: Desk) -> None:
    made = chief(
        ours, "POST", "/api/fleet/groups", {"name": "新华路", "nodes": [NAMES[0]], "labels": ["kerbside"]}
    )
    assert made.status_code == 201, made.text
    group = made.json()
    assert group["members"] == [node.source for node in YARDS]
    twice = chief(ours, "POST", "/api/fleet/groups", {"name": "新华路"})
    assert (twice.status_code, twice.json()["code"]) == (409, "group_taken")
    path = f"/api/fleet/groups/{group['id']}"
    changed = chief(ours, "PUT", path, {"name": "Kerbs", "labels": ["kerbside"], "version": 1})
    assert (changed.json()["members"], changed.json()["version"]) == ([n.source for n in YARDS[1:]], 2)
    assert chief(ours, "PUT", path, {"name": "Kerbs", "version": 1}).json()["code"] == "changed_since"
    listed = chief(ours, "GET", f"/api/fleet/nodes?group={group['id']}").json()
    assert [each["node"] for each in listed["items"]] == [n.source for n in YARDS[1:]]
    assert listed["alike"]["software"] == {"gewu 0.1": 1, "gewu 0.2": 1}
    change = {"request": "roll-out-1", "change": {"stills": {"every": "1m"}}, "groups": [group["id"]]}
    rolled = chief(ours, "POST", "/api/rollouts", change)
    assert [each["node"] for each in rolled.json()["each"]] == [n.source for n in YARDS[1:]]
    assert chief(ours, "DELETE", f"{path}?version=2").status_code == 204
    gone = chief(ours, "POST", "/api/fleet/actions", {"request": "action-10", "deed": "tidy", "groups": [99]})
    assert (gone.status_code, gone.json()["code"]) == (404, "no_group")


def test_nodes_are_found_by_what_they_run_a_page_at_a_time(ours: Desk) -> None:
    page = chief(ours, "GET", "/api/fleet/nodes?limit=2").json()
    assert (page["totals"]["nodes"], page["totals"]["online"], page["next"]) == (3, 2, YARDS[1].source)
    rest = chief(ours, "GET", f"/api/fleet/nodes?limit=2&cursor={page['next']}").json()
    assert ([each["node"] for each in rest["items"]], rest["next"]) == ([YARDS[2].source], None)
    by = chief(ours, "GET", "/api/fleet/nodes?by=software&value=gewu%200.1").json()
    assert [each["node"] for each in by["items"]] == [YARDS[1].source]
    assert chief(ours, "GET", "/api/fleet/nodes?online=false").json()["totals"]["nodes"] == 1
    assert chief(ours, "GET", "/api/fleet/nodes/131002/yard-9").json()["code"] == "no_node"


def begun(desk: Desk, **asked: Any) -> int:
    wanted = {"request": "action-01", "deed": "tidy", "nodes": NAMES} | asked
    made = chief(desk, "POST", "/api/fleet/actions", wanted)
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


def drive(desk: Desk, number: int, now: datetime | None = None) -> list[tuple[str, str | None]]:
    desk.parts.wall._looked = float("-inf")
    views = {view.words.node: view for view in desk.parts.wall.views(desk.store)}
    drive_action(desk.store, number, views, now or guard.now())
    found = find_action(desk.store, number)
    assert found is not None
    return [(row.state, row.ask) for row in found[1]]


def test_an_action_asks_nodes_and_its_asks_are_in_nobodys_way(ours: Desk) -> None:
    number = begun(ours, at_once=1)
    assert begun(ours, at_once=1) == number
    reused = chief(
        ours, "POST", "/api/fleet/actions", {"request": "action-01", "deed": "renew", "nodes": NAMES}
    )
    assert reused.json()["code"] == "request_reused"
    assert [state for state, _ in drive(ours, number)] == ["asked", "waiting", "waiting"]
    with ours.store.write() as connection:
        connection.execute(asks.update().values(status="done"))
    assert [state for state, _ in drive(ours, number)] == ["done", "asked", "waiting"]
    with ours.store.write() as connection:
        assert [row.account for row in connection.execute(asks.select())] == [0, 0]
        why = {"code": "not_tidied", "text": "the disk is away"}
        connection.execute(
            asks.update().where(asks.c.status == "waiting").values(status="failed", reasons=[why])
        )
    assert [state for state, _ in drive(ours, number)] == ["done", "failed", "waiting"]
    told = chief(ours, "GET", f"/api/fleet/actions/{number}").json()
    assert told["each"][1]["reason"]["code"] == "not_tidied"
    stopped = chief(
        ours, "POST", f"/api/fleet/actions/{number}/stop", {"version": told["version"], "why": "enough"}
    )
    assert stopped.json()["state"] == "stopping"
    assert [state for state, _ in drive(ours, number)] == ["done", "failed", "left_out"]
    assert open_actions(ours.store) == []
    assert forget_actions(ours.store, guard.now() + KEPT + timedelta(days=1)) == 1
    assert find_action(ours.store, number) is None


def test_findings_are_asked_for_in_the_language_of_who_reads_them(ours: Desk) -> None:
    number = begun(ours, deed="examine", only=["disk"], language="zh")
    drive(ours, number)
    with ours.store.read() as connection:
        bodies = [read(Examine, row.body) for row in connection.execute(asks.select())]
    assert {(one.language, *one.only) for one in bodies} == {("zh", "disk")}
    assert chief(ours, "GET", f"/api/fleet/actions/{number}").json()["language"] == "zh"
    english = begun(ours, request="action-02", deed="examine")
    assert chief(ours, "GET", f"/api/fleet/actions/{english}").json()["language"] == "en"
    asked = {"request": "action-03", "deed": "examine", "nodes": NAMES, "language": "fr"}
    assert chief(ours, "POST", "/api/fleet/actions", asked).status_code == 422
    drive(ours, begun(ours, request="action-04", deed="tidy", language="zh"))


def test_what_cannot_be_is_said_and_two_restarts_of_one_node_are_one_too_many(ours: Desk) -> None:
    begun(ours, deed="restart")
    again = {"request": "action-02", "deed": "restart", "nodes": [NAMES[1]]}
    assert chief(ours, "POST", "/api/fleet/actions", again).json()["code"] == "busy"
    for wanted, code in (
        ({"nodes": []}, "no_nodes"),
        ({"nodes": ["131002/nowhere"]}, "no_node"),
        ({"nodes": NAMES, "only": ["disk"]}, "not_of_this"),
    ):
        asked = {"request": "action-03", "deed": "tidy"} | wanted
        assert chief(ours, "POST", "/api/fleet/actions", asked).json()["code"] == code
    assert chief(ours, "GET", "/api/fleet/actions/77").json()["code"] == "no_fleet_action"
    refused = chief(ours, "POST", "/api/fleet/actions", again, "supervisor")
    assert refused.status_code == 403


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in {"bundle.json": json.dumps({"schema": "gewu.diagnostics.v1"}), **parts}.items():
            file.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no zip", "no_diagnostics"),
        (zipped(**{"picture.jpg": "x"}), "no_diagnostics"),
        (zipped(**{"bundle.json": "{}"}), "no_diagnostics"),
        (zipped(**{"log.txt": "lost rtsp://viewer:Sommer-2026@10.0.0.7/main"}), "not_redacted"),
        (zipped(**{"log.txt": "-----BEGIN EC PRIVATE KEY-----"}), "not_redacted"),
        (zipped(**{"health.json": "Authorization: Bearer abcdefghijklmnop1234"}), "not_redacted"),
        (zipped(**{"log.txt": "a phone 3c:22:fb:10:aa:01 came"}), "not_redacted"),
        (zipped(**{"log.txt": "x" * 16_000_001}), "too_large"),
    ],
)
def test_the_centre_looks_a_second_time(body: bytes, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        head_of(body)
    assert caught.value.code == code
    assert "Sommer" not in str(caught.value)


def test_a_good_bundle_is_read_and_few_of_a_node_are_kept(ours: Desk) -> None:
    assert head_of(zipped(**dict.fromkeys(FILES - {"bundle.json"}, "fine")))["schema"]
    for n in range(OF_A_NODE + 2):
        body = f"bundle {n}".encode()
        came = Came(hashlib.sha256(body).hexdigest(), YARDS[0].source, at(n), "ask-1", {}, body)
        assert keep_bundle(ours.store, came)
        assert not keep_bundle(ours.store, came)
    assert len(list_bundles(ours.store)) == OF_A_NODE
    newest = list_bundles(ours.store)[0]
    path = f"/api/diagnostics/131002/yard-1/{newest.sha256}"
    assert chief(ours, "GET", path).content == f"bundle {OF_A_NODE + 1}".encode()
    assert chief(ours, "GET", path, role="supervisor").status_code == 403
    assert chief(ours, "DELETE", path).status_code == 204
    assert chief(ours, "GET", path).json()["code"] == "no_bundle_here"
    assert forget_bundles(ours.store, utc(4_000_000_000)) == OF_A_NODE - 1
    assert list_bundles(ours.store) == []
