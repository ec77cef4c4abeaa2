"""Stills: taken of the node that is asked, shown to who may look, each look put down, and soon gone."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from broker.asks import Look
from central.api import guard
from central.api.service import make_app
from central.people.asker import COMMAND_LINE
from central.store.asking import Wanted, ask_node
from central.store.audit import Asked, lines
from central.store.database import Store
from central.store.nodes import heard_from
from central.store.still_rows import Arrived, any_row, keep_still, make_room, newest_still
from central.vault import IMAGES, Vault
from tests.doors import B, Doors
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, at, letter
from tests.unit.central.pilots import about as about_node
from tests.unit.central.pilots import told_about

KEPT = {"kept_s": 86_400.0, "max_bytes": 1e6}
MOVIE = b"\0\0\0\x18ftypisom" + b"\0" * 40


def picture(grey: int) -> bytes:
    body: bytes = cv2.imencode(".jpg", np.full((90, 160, 3), grey, np.uint8))[1].tobytes()
    return body


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def still(name: str, seconds: float, source: str = "cam-1", ask: str | None = None) -> Arrived:
    return Arrived(name * 64, NODE.source, source, at(seconds), at(seconds), 1000, ask)


def test_the_newest_of_each_source_stays_and_those_of_asks_for_ten_minutes(
    new_store: Callable[[], Store],
) -> None:
    store = new_store()
    for each in (still("a", 0), still("b", 60), still("c", 61, ask="ask-1"), still("d", 62, "cam-2")):
        assert keep_still(store, each)
    assert not keep_still(store, still("b", 70)), "it is known"
    assert keep_still(store, still("b", 63, "cam-3")), "two dark cameras look alike"
    assert make_room(store, at(119), **KEPT) == [], "a page may be on its way to it"
    assert make_room(store, at(131), **KEPT) == ["a" * 64]
    keep_still(store, still("e", 132))
    assert make_room(store, at(200), **KEPT) == [], "another source has the same picture"
    assert make_room(store, at(60 + 601), **KEPT) == ["c" * 64]
    assert newest_still(store, NODE.source, "cam-1").sha256 == "e" * 64  # type: ignore[union-attr]
    assert make_room(store, at(70), kept_s=86_400.0, max_bytes=2500) == ["d" * 64], "the oldest makes way"
    assert any_row(store, ["b" * 64, "d" * 64]) == {"b" * 64}
    gone = [make_room(store, at(86_540), **KEPT), make_room(store, at(86_540), **KEPT)]
    assert gone == [["b" * 64, "e" * 64], []]


def test_a_picture_that_was_here_and_is_asked_for_stays_as_long_as_any_other(
    new_store: Callable[[], Store],
) -> None:
    """A camera that shows nothing new gives the same picture to who asks as to who did not."""
    store = new_store()
    keep_still(store, still("a", 0))
    keep_still(store, still("b", 100))
    assert not keep_still(store, still("a", 200, ask="ask-1"))
    assert newest_still(store, NODE.source, "cam-1").taken == at(200)  # type: ignore[union-attr]
    keep_still(store, still("c", 210))
    assert make_room(store, at(400), **KEPT) == ["b" * 64]
    keep_still(store, still("a", 150))
    assert newest_still(store, NODE.source, "cam-1").sha256 == "c" * 64  # type: ignore[union-attr]
    assert make_room(store, at(799), **KEPT) == []
    assert make_room(store, at(801), **KEPT) == ["a" * 64]


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Desk]:
    """A centre that lets in nodes without an identity."""
    made = Desk(tmp_path)
    vault = Vault(tmp_path / "stills", max_bytes=50_000, examiner=made.parts.vault.examiner, kinds=IMAGES)
    vault.prepare()
    made.parts = replace(made.parts, stills=vault)
    made.app = make_app(made.parts)
    with made.store.write() as connection:
        heard_from(connection, [letter(b"")])
    yield made
    made.close()


def put(ours: Desk, body: bytes, source: str = "cam-1", **more: str) -> httpx.Response:
    asked = {"source": source, "taken": "2026-03-01T08:00:00Z", "node": NODE.name} | more
    return ours.ask("PUT", f"/api/stills/{sha256(body)}", params=asked, content=body)


def test_who_may_look_sees_the_newest_and_each_look_is_put_down(ours: Desk) -> None:
    olga = ours.as_role("operator")
    path = f"/api/sources/{NODE.name}/cam-1/still"
    assert ours.ask("GET", path, headers=olga).status_code == 204
    first, second = picture(10), picture(200)
    assert [put(ours, body).status_code for body in (first, first, second)] == [201, 200, 201]
    seen = ours.ask("GET", path, headers=olga)
    assert (seen.status_code, seen.headers["x-gewu-taken"]) == (200, "2026-03-01T08:00:00.000Z")
    grey = cv2.imdecode(np.frombuffer(seen.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert abs(float(grey.mean()) - 200) < 3
    assert seen.content != second, "its pixels alone, written anew"
    assert seen.headers["content-security-policy"] == "default-src 'none'; sandbox"
    tag = {"If-None-Match": seen.headers["etag"]}
    assert ours.ask("GET", path, headers=olga | tag).status_code == 304
    boss = ours.ask("GET", path, headers=ours.as_role("supervisor") | tag)
    assert boss.status_code == 200, "what another has seen is nobody else's"
    assert ours.ask("GET", f"/api/stills/{sha256(first)}", headers=olga).status_code == 200
    looks = lines(ours.store, Asked(action="still.view"), limit=9)
    assert [(each.who, each.about) for each in looks] == [
        (who, f"{NODE.name}/cam-1") for who in ("operator", "supervisor", "operator")
    ]
    assert ours.ask("GET", path, headers=ours.as_role("viewer")).status_code == 403


@pytest.mark.parametrize(
    ("body", "more", "status", "code"),
    [
        (MOVIE, {}, 415, "wrong_type"),
        (b"\xff\xd8\xff nothing", {}, 422, "not_plain"),
        (picture(1), {"ask": "ask-9"}, 404, "no_ask"),
        (picture(1), {"source": "cam-9"}, 404, "no_source"),
        (picture(1), {"node": "nowhere"}, 422, "field_wrong"),
        (picture(1), {"taken": "yesterday"}, 422, "field_wrong"),
    ],
)
def test_what_is_not_wanted_is_refused_and_leaves_nothing(
    ours: Desk, tmp_path: Path, body: bytes, more: dict[str, str], status: int, code: str
) -> None:
    told_about(ours.store, about_node(drones=["cam-1"]), node=NODE)
    answer = put(ours, body, **more)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert [path for path in (tmp_path / "stills").rglob("*") if path.is_file()] == []


def test_a_node_sends_what_it_was_asked_for_and_another_may_not(doors: Doors) -> None:
    node, other = doors.node(), doors.node(B)
    look = Look(id="ask-1", expires=guard.now() + timedelta(seconds=60), source="cam-new")
    ask_node(doors.store, Wanted(node.source, look, 1, "looked"), COMMAND_LINE, guard.now())
    body = picture(99)
    asked = {"source": "cam-new", "taken": "2026-03-01T08:00:00Z", "ask": "ask-1"}
    path = f"/api/stills/{sha256(body)}"
    answers = [
        doors.client.put(path, params=asked, content=body, headers=each)
        for each in ({}, other.bearer, node.bearer)
    ]
    assert [each.status_code for each in answers] == [401, 404, 201]
