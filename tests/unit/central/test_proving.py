"""How an enrolled node proves itself at the centre's doors, renews, and is shut out."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sqlalchemy import func, select

from broker.enrolment import BEARER_S, TIME_HEADER
from broker.pki.signing import csr, new_key
from central.identity.enrolling import MOST_VALID, NotKnown, revoke
from central.identity.known import enrolled
from central.identity.proving import MOST_A_LIFE
from central.store.database import Store
from central.store.identity_tables import (
    node_bearers,
    seen_assertions,
)
from tests.doors import A, B, Doors


def rows(store: Store, table: object) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_bearer_opens_the_own_door_for_ten_minutes(doors: Doors, tmp_path: Path) -> None:
    node, other = doors.node(A), doors.node(B)
    folder = tmp_path / "nodes" / "131002"
    folder.mkdir(parents=True)
    (folder / "yard-7.yaml").write_text("of: a\n")
    ask = "/api/nodes/self/configuration"
    bearer = node.bearer
    answer = doors.client.get(ask, headers=bearer)
    assert (answer.text, answer.headers["content-type"]) == ("of: a\n", "application/yaml")
    same = doors.client.get(ask, headers={**bearer, "If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    assert doors.client.get(ask, headers=other.bearer).status_code == 404
    assert doors.client.get(ask).status_code == 401
    doors.ahead += timedelta(seconds=BEARER_S + 1)
    assert doors.client.get(ask, headers=bearer).status_code == 401


def test_an_assertion_is_taken_once(doors: Doors) -> None:
    node = doors.node()
    assertion = node.assertion()
    assert node.ask_bearer(assertion).status_code == 200
    assert node.ask_bearer(assertion).status_code == 401
    assert node.ask_bearer().status_code == 200


def test_what_is_remembered_of_assertions_is_bounded_and_swept(doors: Doors) -> None:
    node = doors.node()
    codes = [node.ask_bearer().status_code for _ in range(MOST_A_LIFE + 2)]
    assert codes[-2:] == [429, 429]
    assert rows(doors.store, seen_assertions) == MOST_A_LIFE
    doors.ahead += timedelta(seconds=BEARER_S + 200)
    assert node.ask_bearer().status_code == 200
    assert (rows(doors.store, seen_assertions), rows(doors.store, node_bearers)) == (1, 1)


def test_a_node_with_a_wrong_clock_is_told_the_time(doors: Doors) -> None:
    node = doors.node()
    days = 3 * 86_400
    for off in (-days, days):
        issued = int(doors.now().timestamp()) + off
        answer = node.ask_bearer(node.assertion(iat=issued, exp=issued + 60))
        assert answer.status_code == 401
        assert TIME_HEADER.lower() in answer.headers
        assert TIME_HEADER in answer.json()["allowed"]


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": B.source},
    {"sub": B.source},
    {"sub": None},
    {"aud": "http://elsewhere.example"},
    {"aud": ["http://centre.example"]},
    {"jti": "short"},
    {"jti": None},
    {"iat": "now"},
    {"iat": True},
    {"iat": 1e300},
    {"exp": 1 << 70},
    {"exp": 9_999_999_999},
    {"exp": 0},
    {"exp": None},
]


def test_an_assertion_that_says_something_else_is_refused(doors: Doors) -> None:
    node = doors.node()
    doors.node(B)
    for changes in WRONG_CLAIMS:
        answer = node.ask_bearer(node.assertion(**changes))
        assert (answer.status_code, answer.json()["where"]) == (401, "body.assertion"), changes


def test_no_other_algorithm_and_no_other_key_is_taken(doors: Doors) -> None:
    node, other = doors.node(A), doors.node(B)
    stolen = other.assertion(header={"kid": node.enrolment.serial}, iss=A.source, sub=A.source)
    assert node.ask_bearer(stolen).status_code == 401
    head, body, mark = node.assertion().split(".")
    for alg in ("none", "HS256", "RS256"):
        bent = json.dumps({"alg": alg, "kid": node.enrolment.serial}).encode()
        word = base64.urlsafe_b64encode(bent).rstrip(b"=").decode()
        assert node.ask_bearer(f"{word}.{body}.{mark}").status_code == 401
        assert node.ask_bearer(f"{word}.{body}.").status_code == 401
    assert node.ask_bearer(f"{head}.{body}.{mark}").status_code == 200


def test_renewal_gives_a_new_certificate_beside_the_old_one(doors: Doors) -> None:
    node = doors.node()
    bearer, key = node.bearer, new_key()
    first, again = (
        doors.client.post("/api/nodes/self/renew", json=node.renewal(csr(key, A)), headers=bearer)
        for _ in range(2)
    )
    assert first.status_code == 200
    assert first.json()["serial"] == again.json()["serial"] != node.enrolment.serial
    assert first.json()["configuration"] is None
    assert node.ask_bearer().status_code == 200  # superseded, and good until its end
    doors.ahead = timedelta(days=91)
    assert node.ask_bearer(node.assertion()).status_code == 401


def test_a_node_that_renews_in_a_circle_is_stopped(doors: Doors) -> None:
    node = doors.node()
    bearer = node.bearer
    codes = [
        doors.client.post(
            "/api/nodes/self/renew", json=node.renewal(csr(new_key(), A)), headers=bearer
        ).status_code
        for _ in range(MOST_VALID + 1)
    ]
    assert codes == [200] * (MOST_VALID - 1) + [429, 429]


def test_an_upload_that_began_before_a_revocation_is_not_taken(doors: Doors) -> None:
    bearer = doors.node().bearer

    def put(meanwhile: Callable[[], object]) -> int:
        def slowly() -> Iterator[bytes]:
            yield b"\xff"
            while not any((doors.folder / "evidence" / "incoming").iterdir()):
                time.sleep(0.01)
            meanwhile()

        return doors.client.put(f"/api/evidence/{'0' * 64}", headers=bearer, content=slowly()).status_code

    def late() -> None:
        doors.ahead = timedelta(seconds=BEARER_S + 1)

    assert put(late) == 422, "a bearer that ends meanwhile is good enough"
    doors.ahead = timedelta(0)
    assert put(lambda: revoke(doors.store, A.source, by="test", why="stolen", now=doors.now())) == 401


def test_a_renewal_is_for_the_caller_whatever_the_request_says(doors: Doors) -> None:
    node = doors.node(A)
    ask = node.renewal(csr(new_key(), B))
    answer = doors.client.post("/api/nodes/self/renew", json=ask, headers=node.bearer)
    assert answer.json()["node"] == "131002/yard-7"


def test_a_bearer_alone_is_not_worth_a_certificate(doors: Doors) -> None:
    node, other, own = doors.node(A), doors.node(B), csr(new_key(), A)
    bearer, good = node.bearer, node.renewal(own)
    worthless = [
        {"csr": good["csr"]},
        {"csr": csr(new_key(), A).decode(), "assertion": good["assertion"]},
        {"csr": good["csr"], "assertion": node.assertion()},
        other.renewal(own),
        node.renewal(own) | {"assertion": node.assertion(csr="")},
    ]
    codes = [
        doors.client.post("/api/nodes/self/renew", json=ask, headers=bearer).status_code for ask in worthless
    ]
    assert codes == [422, 401, 401, 401, 401]
    assert node.ask_bearer(good["assertion"]).status_code == 401, "nor is it good for a bearer"
    assert doors.client.post("/api/nodes/self/renew", json=good, headers=bearer).status_code == 200
    assert doors.client.post("/api/nodes/self/renew", json=good, headers=bearer).status_code == 401, "once"


def test_revoking_ends_everything_at_once(doors: Doors) -> None:
    node = doors.node()
    bearer, token = node.bearer, doors.token()
    ended = revoke(doors.store, A.source, by="test", why="stolen from its pole", now=doors.now())
    assert (ended.certificates, ended.tokens) == (1, 1)
    assert doors.client.get("/api/nodes/self/configuration", headers=bearer).status_code == 401
    assert doors.client.put(f"/api/evidence/{'0' * 64}", headers=bearer, content=b"x").status_code == 401
    ask = node.renewal(csr(new_key(), A))
    assert doors.client.post("/api/nodes/self/renew", json=ask, headers=bearer).status_code == 401
    assert node.ask_bearer().status_code == 401
    assert doors.enroll(token.secret, csr(new_key(), A)).status_code == 403
    listed = doors.client.get("/api/pki/revoked").json()
    assert listed["names"] == ["131002/yard-7"]
    crl = x509.load_pem_x509_crl(doors.client.get("/api/pki/crl").content)
    assert [f"{entry.serial_number:x}" for entry in crl] == [node.enrolment.serial]
    (row,) = enrolled(doors.store)
    assert (row.state, row.why, row.until) == ("revoked", "stolen from its pole", None)
    assert doors.node().bearer  # a new token brings it back
    with pytest.raises(NotKnown, match="was never enrolled"):
        revoke(doors.store, B.source, by="test", why="x", now=doors.now())
