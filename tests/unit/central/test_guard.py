"""Every path declares its action, and nobody gets past it: role by role, path by path."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from central.api import guard, service
from central.api.guard import ACTION, CHANGES_NOTHING, DOOR, PUBLIC, declared
from central.api.pages import WITHIN
from central.api.service import make_app
from central.api.service_parts import BrokerHealth, Parts
from central.people.asker import COMMAND_LINE
from central.people.here import People
from central.people.keys import forgery_key
from central.people.roles import NOT_BY_TOKEN, ROLES, TABLE
from central.people.settings import PeopleSettings
from central.store import signing_in
from central.store.accounts import change_account
from central.store.audit import Asked, lines
from central.store.database import Store
from tests.unit.central.desk import OURS, Desk, desk

__all__ = ["desk"]
PUBLIC_PATHS = {
    "/",
    *(f"/{name}{rest}" for name in (*WITHIN, "phone") for rest in ("", "/{rest:path}")),
    "/api/openapi.json",
    "/api/signin",
    "/api/signin/oidc",
    "/api/signin/oidc/back",
    "/api/setup",
    "/api/setup/look",
    "/report",
    "/report/{token}",
    "/worker.js",
    "/phone.webmanifest",
    "/register",
    "/api/register",
    "/api/v1/reports/{token}",
    "/api/v1/report-form",
    "/open311/discovery",
    "/open311/discovery.{ending}",
    "/open311/v2/services",
    "/open311/v2/services.{ending}",
    "/open311/v2/services/{code}",
    "/open311/v2/tokens/{token}",
    "/open311/{rest:path}",
}
REPORTS = {
    "/api/v1/uploads",
    "/api/v1/reports",
    "/open311/v2/requests",
    "/open311/v2/requests.{ending}",
    "/open311/v2/requests/{name}",
}
# And whatever stands under /api/pki/ and /api/nodes/.
DOORS = {"/healthz", "/api/enroll", "/api/diagnostics/{sha256}", *REPORTS}


def routes(found: Any) -> Iterator[Any]:
    """Every route, also of routers that were included."""
    for route in found.routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from routes(inner)
        else:
            yield route


APP = make_app(Parts(None, None, None, None, None))  # type: ignore[arg-type]
ALL = list(routes(APP))
ASKABLE = [
    (method, route.path, declared(route)[ACTION])
    for route in ALL
    if isinstance(route, APIRoute) and ACTION in declared(route)
    for method in sorted(route.methods)
]


def put(path: str) -> str:
    """The path with something in it that is not there."""
    there = {"district": "131002", "node": "yard-99", "source": "cam-99", "version": 9, "section": "model"}
    return path.format(name="T-000009", sha256="0" * 64, login="nobody-here", code="gone", number=99, **there)


def test_every_route_declares_one_thing() -> None:
    odd = [
        getattr(route, "path", route)
        for route in ALL
        if not (isinstance(route, APIRoute) and len(declared(route)) == 1) and not isinstance(route, Mount)
    ]
    assert odd == []
    assert [route.path for route in ALL if isinstance(route, Mount)] == ["/icons", "/console", "/assets"]
    assert {action for _, _, action in ASKABLE} <= set(TABLE)


def test_what_is_open_is_what_we_know_to_be_open() -> None:
    assert {route.path for route in ALL if PUBLIC in declared(route)} == PUBLIC_PATHS
    doors = {
        route.path
        for route in ALL
        if DOOR in declared(route) and not route.path.startswith(("/api/pki/", "/api/nodes/"))
    }
    uploads = {"/api/evidence/{sha256}", "/api/stills/{sha256}"}
    assert doors == {*DOORS, *uploads}
    puts = [route.methods for route in ALL if route.path in uploads and DOOR in declared(route)]
    assert puts == [{"PUT"}, {"PUT"}]


def test_a_path_that_declares_nothing_is_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    router = APIRouter()
    router.add_api_route("/api/forgotten", lambda: "all our secrets")
    monkeypatch.setattr(service.tickets, "router", router)
    app: FastAPI = make_app(desk.parts)
    monkeypatch.setattr(desk, "app", app)
    answer = desk.ask("GET", "/api/forgotten", headers=desk.as_role("administrator"))
    assert (answer.status_code, "secrets" in answer.text) == (403, False)


@pytest.mark.parametrize(("method", "path", "action"), ASKABLE)
def test_nobody_gets_in_unknown(desk: Desk, method: str, path: str, action: str) -> None:
    for headers in (
        {},
        {"Cookie": "gewu=guessed"},
        {"Cookie": "gewu="},
        {"Authorization": "Bearer gewu_guessed"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {desk.tokens['administrator']}"},
        {"Authorization": "Bearer gewu_guessed", **desk.as_role("administrator")},
    ):
        answer = desk.ask(method, put(path), headers={**OURS, **headers})
        assert answer.status_code == 401, headers
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "action"), [each for each in ASKABLE if each[1] != "/api/stream"]
)  # which does not end
def test_every_role_gets_what_the_table_says_and_no_more(
    desk: Desk, method: str, path: str, action: Any
) -> None:
    ending = ("/api/signout", "/api/me/sessions", "/api/me/password")  # these end the session that asks
    for role in ROLES:
        if role in TABLE[action] and path in ending:
            continue
        session = desk.ask(method, put(path), headers=desk.as_role(role))
        assert (session.status_code == 403) == (role not in TABLE[action]), (role, session.text)
        assert session.status_code != 401
        token = desk.ask(method, put(path), headers={"Authorization": f"Bearer {desk.tokens[role]}"})
        may = role in TABLE[action] and action not in NOT_BY_TOKEN
        assert (token.status_code == 403) == (not may), (role, token.text)


@pytest.mark.parametrize(
    ("method", "path", "action"), [each for each in ASKABLE if each[0] not in CHANGES_NOTHING]
)
def test_a_change_comes_from_our_own_page(desk: Desk, method: str, path: str, action: Any) -> None:
    role = sorted(TABLE[action])[0]
    good = desk.as_role(role)
    other = {"Origin": "https://elsewhere.example"}
    for headers in (
        {**good, **other},
        {**good, "Origin": "null"},
        {**good, "Origin": "http://127.0.0.1:9"},
        {**good, "Sec-Fetch-Site": "same-site"},
        {**good, "Sec-Fetch-Site": "cross-site"},
        {name: value for name, value in good.items() if name != "Origin"},
        {name: value for name, value in good.items() if name != "X-Gewu-Forgery-Key"},
        {**good, "X-Gewu-Forgery-Key": forgery_key("another session")},
    ):
        assert desk.ask(method, put(path), headers=headers).status_code == 403, headers
    assert desk.ask("GET", "/api/me", headers=good).status_code == 200, "and nothing was ended"


def test_a_viewer_changes_nothing_that_anybody_sees(desk: Desk) -> None:
    def state() -> Any:
        with desk.store.read() as connection:
            from central.store.people_tables import accounts, api_tokens

            return [connection.execute(table.select()).all() for table in (accounts, api_tokens)]

    before = state()
    for method, path, action in ASKABLE:
        if method not in CHANGES_NOTHING and action != "account.own":
            for headers in (desk.as_role("viewer"), {"Authorization": f"Bearer {desk.tokens['viewer']}"}):
                asked = {"login": "mine", "name": "Mine", "role": "administrator", "disabled": True}
                assert desk.ask(method, put(path), headers=headers, json=asked).status_code == 403
    after = state()
    assert after[0] == before[0]
    assert [row.key for row in after[1]] == [row.key for row in before[1]]


def test_a_refusal_is_in_the_audit(desk: Desk) -> None:
    desk.ask("GET", "/api/users", headers=desk.as_role("department"))
    (line,) = lines(desk.store, Asked(who="department", action="user.manage"), limit=1)
    assert (line.outcome, line.about, line.way, line.origin) == (
        "refused",
        "GET /api/users",
        "session",
        "loopback",
    )
    assert "administrator may" in line.why


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:8080", 200),
        ("10.0.0.7:8080", 200),
        ("tickets.example", 200),
        ("desk.example:8080", 200),
        ("elsewhere.example", 421),
        ("tickets.example.elsewhere.example", 421),
        ("127.0.0.1.elsewhere.example", 421),
        ("", 421),
        ("[", 421),
    ],
)
def test_a_name_that_is_not_ours_is_not_answered(tmp_path: Path, host: str, status: int) -> None:
    people = People(PeopleSettings(public_url="https://tickets.example", hosts=["desk.example"]))
    assert people.knows_host(host) == (status == 200)
    people.hasher.close()


def test_what_is_not_ours_by_name_is_refused_before_all_else(desk: Desk) -> None:
    headers = {**desk.as_role("administrator"), "Host": "elsewhere.example"}
    for path in ("/", "/api/me", "/api/signin"):
        assert desk.ask("GET", path, headers=headers).status_code == 421
    assert desk.ask("GET", "/healthz", headers=headers).status_code == 200


def test_behind_tls_the_cookie_is_guarded(tmp_path: Path) -> None:
    desk = Desk(tmp_path, public_url="https://tickets.example")
    link = signing_in.reset_link(desk.store, "viewer", COMMAND_LINE, guard.now())
    asked = {"token": link, "password": "a phrase that is long"}
    origin = {"Origin": "https://tickets.example"}
    answer = desk.ask("POST", "/api/setup", json=asked, headers=origin)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-gewu"
    assert {part.strip().lower() for part in rest.split(";")[1:]} == {
        "httponly",
        "secure",
        "samesite=strict",
        "path=/",
    }
    secret = rest.partition(";")[0]
    plain = desk.ask("GET", "/api/me", headers={"Cookie": f"gewu={secret}"})
    assert plain.status_code == 401, "the unguarded name is not looked at"
    assert desk.ask("GET", "/api/me", headers={"Cookie": f"__Host-gewu={secret}"}).status_code == 200
    desk.close()


def test_a_disabled_account_s_session_and_token_end_at_once(desk: Desk) -> None:
    headers = {"Cookie": f"gewu={desk.session('department')}"}
    token = {"Authorization": f"Bearer {desk.tokens['department']}"}
    assert desk.ask("GET", "/api/tickets", headers=headers).status_code == 200
    assert desk.ask("GET", "/api/tickets", headers=token).status_code == 200
    change_account(desk.store, "department", COMMAND_LINE, guard.now(), disabled=True)
    assert desk.ask("GET", "/api/tickets", headers=headers).status_code == 401
    assert desk.ask("GET", "/api/tickets", headers=token).status_code == 401
    change_account(desk.store, "department", COMMAND_LINE, guard.now(), disabled=False)
    desk.sessions["department"] = desk.session("department")


def test_figures_are_open_only_when_the_settings_say_so(tmp_path: Path, desk: Desk) -> None:
    assert desk.ask("GET", "/metrics").status_code == 401
    token = {"Authorization": f"Bearer {desk.tokens['operator']}"}
    assert desk.ask("GET", "/metrics", headers=token).status_code == 200
    opened = Desk(tmp_path, metrics="open")
    assert opened.ask("GET", "/metrics").status_code == 200
    assert opened.ask("GET", "/api/tickets").status_code == 401
    opened.close()


def test_a_body_is_cut_off_before_it_is_read_whole(desk: Desk) -> None:
    asked = {"login": "x", "password": "y" * 70_000}
    assert desk.ask("POST", "/api/signin", json=asked, headers=OURS).status_code == 413

    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 10_000

    headers = {**OURS, "Content-Type": "application/json"}
    assert desk.ask("POST", "/api/signin", content=endless(), headers=headers).status_code == 413


def test_whoever_asks_learns_no_address(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    away = Store("postgresql://chief@127.0.0.1:1/tickets")
    health = BrokerHealth(False, True, "nothing listens at 192.0.2.7:1883", "database: 192.0.2.8")
    there = copy(desk)
    there.app = make_app(replace(desk.parts, store=away, ingest_health=lambda: health))
    for path in ("/healthz", "/api/signin"):
        answer = there.ask("GET", path)
        assert answer.status_code == 503
        assert not re.search(r"127\.0|192\.0|chief|refused", answer.text), answer.text
    assert caplog.text.count('server at "127.0.0.1"') == 2
    away.close()
