"""Tokens for nodes over HTTP: who makes them, and how far each node is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.enrolment import EnrolmentToken
from broker.pki.keys import new_key
from broker.pki.signing import csr
from broker.topics import Address
from central.api.service import make_app
from central.identity.enrolling import revoke
from central.identity.registry import Registry, Told
from central.identity.settings import NodesSettings
from tests.unit.central.desk import Desk

NODE = "131002/edge-01"
TOLD = Told("mqtts://broker.example", "https://centre.example")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """With an authority of its own."""
    made = Desk(tmp_path)
    ours = Registry(made.store, NodesSettings(), tmp_path / "authority", TOLD)
    made.parts = replace(made.parts, identity=ours)
    made.app = make_app(made.parts)
    yield made
    made.close()


def make(desk: Desk, node: str, role: str = "administrator", **more: Any) -> httpx.Response:
    body = {"node": node, **more}
    return desk.ask("POST", "/api/enrolments", headers=desk.as_role(role), json=body)


def listed(desk: Desk, role: str = "operator") -> list[tuple[str, str, str]]:
    answer = desk.ask("GET", "/api/enrolments", headers=desk.as_role(role))
    assert (answer.json()["centre_url"], answer.json()["broker_url"]) == (TOLD.centre_url, TOLD.broker_url)
    return [(one["node"], one["state"], one["by"]) for one in answer.json()["items"]]


def test_from_a_token_to_an_enrolled_node(desk: Desk) -> None:
    assert listed(desk) == []
    made = make(desk, NODE, life_s=600)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert made.json()["centre_url"] == TOLD.centre_url
    assert listed(desk) == [(NODE, "offered", "administrator")]
    first, token = (EnrolmentToken.read(one.json()["token"]) for one in (made, make(desk, NODE)))
    asked = {"csr": csr(new_key(), Address.named(NODE)).decode(), "software": "gewu-1"}
    assert desk.ask("POST", "/api/enroll", json={"token": first.secret, **asked}).status_code == 403
    assert desk.ask("POST", "/api/enroll", json={"token": token.secret, **asked}).status_code == 200
    assert listed(desk) == [(NODE, "enrolled", "administrator")]
    make(desk, NODE)
    assert listed(desk)[0][1] == "enrolled", "it is one of ours until the new token is used"
    revoke(desk.store, Address.named(NODE).source, by="test", why="stolen", now=desk.parts.identity.now())  # type: ignore[union-attr]
    assert listed(desk)[0][1] == "revoked"
    make(desk, NODE)
    assert listed(desk)[0][1] == "offered"
    lines = desk.ask("GET", "/api/audit?action=node.enroll", headers=desk.as_role("administrator")).json()
    assert ("administrator", "session") in {(one["who"], one["way"]) for one in lines["items"]}
    assert token.secret not in str(lines)


@pytest.mark.parametrize("node", ["edge-01", "13100/edge-01", "131002/", "131002/a b", f"131002/{'x' * 60}"])
def test_a_bad_name_is_refused(desk: Desk, node: str) -> None:
    assert make(desk, node).status_code == 422


def test_only_administrators_enrol(desk: Desk) -> None:
    assert make(desk, NODE, "operator").status_code == 403
    answer = desk.ask("GET", "/api/enrolments", headers=desk.as_role("viewer"))
    assert answer.status_code == 403


def test_a_centre_without_an_authority_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert make(desk, NODE).status_code == 503
    desk.close()
