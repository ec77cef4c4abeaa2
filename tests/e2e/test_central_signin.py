"""Signing in at a live centre: failures, waits, what the time says, links, tokens, the command line."""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from central.cli import main
from central.people.lockout import FREE
from tests.centre import ADMINISTRATOR, PASSWORD, Centre, until
from tests.e2e.test_central_api import JPEG, problem, serves, sha256
from tests.ports import HOST, free_port
from tests.provider import CLIENT, SECRET, provider

FORGET = "import central.people.lockout as l; l.FREE.update(account=1000, address=1000)"
WORDS = "a long enough phrase of li"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all of these; nobody has to wait here, and there is no broker."""
    made = Centre(tmp_path_factory.mktemp("signin"), f"mqtt://{HOST}:{free_port()}")
    made.start(fault=FORGET, well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


@pytest.fixture
def chief(centre: Centre) -> Iterator[httpx.Client]:
    with centre.client() as made:
        yield made


def sign_in(centre: Centre, login: str, password: str, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{centre.url}/api/signin", json={"login": login, "password": password}, headers=headers, timeout=30
    )


def audit(chief: httpx.Client, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chief.get("/api/audit", params=asked).json()["items"]
    return found


def command(centre: Centre, *words: str, code: int = 0) -> str:
    """What gewu-central prints."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        assert main([words[0], str(centre.config), *words[1:]]) == code
    return (out if code == 0 else err).getvalue()


def test_the_set_up_link_is_used_up(centre: Centre, chief: httpx.Client) -> None:
    (key,) = re.findall(r"/setup#(\S+)", centre.said())
    assert len(key) >= 43
    body = {"token": key, "login": "thief", "password": WORDS}
    assert problem(httpx.post(f"{centre.url}/api/setup", json=body), 410)["where"] == "body.token"
    assert problem(httpx.post(f"{centre.url}/api/setup/look", json={"token": key}), 410)
    assert httpx.get(f"{centre.url}/api/signin").json() == {"outside": None, "set_up": False}
    made = audit(chief, about=ADMINISTRATOR, action="user.manage")[-1]
    assert (made["way"], made["origin"], made["outcome"]) == ("link", "loopback", "done")


def test_unknown_and_wrong_are_one_answer(centre: Centre, chief: httpx.Client) -> None:
    wrong, unknown = sign_in(centre, ADMINISTRATOR, "no"), sign_in(centre, "hunter2 is my password", "no")
    assert problem(wrong, 401) == problem(unknown, 401)
    assert wrong.headers.keys() == unknown.headers.keys()
    first, second = audit(chief, action="sign-in", outcome="refused")[:2]
    assert (second["about"], second["who"]) == (ADMINISTRATOR, "nobody")
    assert first["about"] == "an unknown name", "it may be a password"
    assert "hunter2" not in json.dumps(audit(chief)) + centre.said()
    sign_in(centre, ADMINISTRATOR, PASSWORD, Origin=centre.url)


def test_the_time_says_nothing_of_who_has_an_account(centre: Centre, chief: httpx.Client) -> None:
    took: dict[str, list[float]] = {ADMINISTRATOR: [], "nobody": []}
    for _ in range(5):
        for login, times in took.items():  # by turns, so that a slow moment is everybody's
            began = time.perf_counter()
            assert sign_in(centre, login, "wrong and of some length").status_code == 401
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.5 < known / unknown < 2.0


def test_another_site_s_page_signs_nobody_in(centre: Centre, chief: httpx.Client) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    for headers in (elsewhere, {"Sec-Fetch-Site": "cross-site"}):
        assert sign_in(centre, ADMINISTRATOR, PASSWORD, **headers).status_code == 403
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = json.dumps({"login": ADMINISTRATOR, "password": PASSWORD})
    assert httpx.post(f"{centre.url}/api/signin", content=body, headers=form).status_code == 422


def test_a_flood_of_sign_ins_is_told_to_come_back(centre: Centre, chief: httpx.Client) -> None:
    def one(number: int) -> int:
        return sign_in(centre, f"u-{number}", "x" * 20).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(30)))
        assert set(answers) == {401, 503}
        assert chief.get("/api/tickets").status_code == 200
    assert sign_in(centre, ADMINISTRATOR, PASSWORD, Origin=centre.url).status_code == 204


def test_a_password_is_changed_and_other_sessions_end(centre: Centre, chief: httpx.Client) -> None:
    link = chief.post("/api/users", json={"login": "li", "name": "Li", "role": "operator"}).json()["link"]
    assert problem(chief.post("/api/users", json={"login": "li", "name": "x", "role": "viewer"}), 409)
    set_up = {"token": link.removeprefix("/setup#")}
    assert httpx.post(f"{centre.url}/api/setup/look", json=set_up).json() == {"login": "li"}
    for short in ("short", "li", "password1234"):
        assert problem(httpx.post(f"{centre.url}/api/setup", json=set_up | {"password": short}), 422)
    first = httpx.post(f"{centre.url}/api/setup", json=set_up | {"password": WORDS})
    cookie = {"Cookie": first.headers["set-cookie"].partition(";")[0], "Origin": centre.url}
    me = httpx.get(f"{centre.url}/api/me", headers=cookie).json()
    assert (me["login"], me["role"], "user.manage" in me["actions"]) == ("li", "operator", False)
    page = cookie | {"X-Gewu-Forgery-Key": me["forgery_key"]}
    path = f"{centre.url}/api/me/password"
    assert problem(httpx.post(path, json={"old": "no", "new": WORDS + "!"}, headers=page), 403)
    again = httpx.post(path, json={"old": WORDS, "new": WORDS + "!"}, headers=page)
    assert again.status_code == 204
    assert httpx.get(f"{centre.url}/api/me", headers=cookie).status_code == 401
    fresh = {"Cookie": again.headers["set-cookie"].partition(";")[0]}
    assert httpx.get(f"{centre.url}/api/me", headers=fresh).status_code == 200
    assert sign_in(centre, "li", WORDS).status_code == 401
    assert sign_in(centre, "LI ", WORDS + "!").status_code == 204, "a login name has no case"
    changed = audit(chief, who="li", action="account.own")[0]
    assert changed["why"] == "changed the password; every session ended"


def test_every_view_of_a_picture_is_told_with_its_reason(centre: Centre, chief: httpx.Client) -> None:
    assert httpx.put(f"{centre.url}/api/evidence/{sha256(JPEG)}", content=JPEG).status_code in (200, 201)
    path = f"/api/evidence/{sha256(JPEG)}"
    assert chief.get(path, params={"reason": "T-000009"}).content == JPEG
    assert chief.get(f"{path}/picture").status_code == 200
    assert chief.get(f"/api/evidence/{'0' * 64}").status_code == 404
    later, earlier = audit(chief, action="evidence.view")
    assert (earlier["about"], earlier["why"], earlier["who"]) == (sha256(JPEG), "T-000009", ADMINISTRATOR)
    assert later["why"] == "no reason was given"


def test_tokens_and_accounts_on_the_command_line(centre: Centre, chief: httpx.Client) -> None:
    link = command(centre, "users", "add", "wang", "--role", "supervisor", "--name", "Wang").strip()
    assert link.startswith(f"{centre.url}/setup#")
    token = command(centre, "token", "make", "wang", "--name", "x", "--scope", "audit.view").strip()
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{centre.url}/api/audit", headers=bearer).status_code == 200
    assert problem(httpx.get(f"{centre.url}/api/tickets", headers=bearer), 403)
    (row,) = (json.loads(line) for line in command(centre, "token", "list", "--json").splitlines())
    assert (row["login"], row["scopes"], "audit" in row["used"]) == ("wang", ["audit.view"], False)
    assert "supervisor" in command(
        centre, "token", "make", "wang", "--name", "x", "--scope", "zone.edit", code=1
    )
    assert "viewer" in command(centre, "users", "role", "wang", "viewer")
    assert httpx.get(f"{centre.url}/api/audit", headers=bearer).status_code == 403
    command(centre, "token", "drop", str(row["number"]))
    assert httpx.get(f"{centre.url}/api/audit", headers=bearer).status_code == 401
    token = command(centre, "token", "make", "wang", "--name", "x", "--scope", "ticket.view").strip()
    bearer = {"Authorization": f"Bearer {token}"}
    (row,) = (json.loads(line) for line in command(centre, "token", "list", "--json").splitlines())
    assert httpx.get(f"{centre.url}/api/tickets", headers=bearer).status_code == 200
    assert "of Sanitation" in command(centre, "users", "department", "wang", "Sanitation")
    assert "of Sanitation" not in command(centre, "users", "department", "wang", "")
    command(centre, "users", "disable", "wang")
    assert httpx.get(f"{centre.url}/api/tickets", headers=bearer).status_code == 401
    assert "last administrator" in command(centre, "users", "disable", ADMINISTRATOR, code=1)
    assert "may sign in" in command(centre, "users", "enable", "wang")
    assert command(centre, "users", "reset-link", "wang").startswith(f"{centre.url}/setup#")
    assert f"no token {row['number']}" in command(centre, "token", "drop", str(row["number"]), code=1)
    assert command(centre, "token", "list", "--json") == ""
    assert [json.loads(line)["login"] for line in command(centre, "users", "list", "--json").splitlines()]
    assert {line["who"] for line in audit(chief, about="wang")} == {"command line"}
    assert token not in centre.said()


def test_a_line_that_is_open_ends_with_its_session(centre: Centre, chief: httpx.Client) -> None:
    answer = sign_in(centre, ADMINISTRATOR, PASSWORD, Origin=centre.url)
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0], "Origin": centre.url}
    key = httpx.get(f"{centre.url}/api/me", headers=cookie).json()["forgery_key"]
    with httpx.stream("GET", f"{centre.url}/api/stream", headers=cookie, timeout=20) as stream:
        received = stream.iter_lines()
        assert any(line == "event: hello" for line in received)
        out = httpx.post(f"{centre.url}/api/signout", headers=cookie | {"X-Gewu-Forgery-Key": key})
        assert out.status_code == 204
        assert list(received)[-1:] in ([], [""]), "the line has ended"


def test_who_fails_too_often_has_to_wait_also_after_a_restart(make_centre: Callable[..., Centre]) -> None:
    centre = make_centre(f"mqtt://{HOST}:{free_port()}")
    centre.start(well=False)
    until(lambda: serves(centre.url))
    with centre.client() as chief:
        answers = [sign_in(centre, ADMINISTRATOR, "wrong").status_code for _ in range(6)]
        assert answers == [401] * 5 + [429]
        assert audit(chief, outcome="refused")[0]["why"] == "wrong password; the next one has to wait 30 s"
        right = sign_in(centre, ADMINISTRATOR, PASSWORD)
        assert problem(right, 429)["detail"].startswith("too many failures in a row")
        assert 1 <= int(right.headers["retry-after"]) <= 30
        assert chief.get("/api/me").status_code == 200, "a session that is open goes on"
    centre.kill()
    centre.start(well=False)
    until(lambda: serves(centre.url))
    assert sign_in(centre, ADMINISTRATOR, PASSWORD).status_code == 429
    link = command(centre, "users", "reset-link", ADMINISTRATOR).strip()
    body = {"token": link.partition("#")[2], "password": WORDS}
    assert httpx.post(f"{centre.url}/api/setup", json=body).status_code == 204, "the way out"


def test_what_is_kept_of_secrets_is_hashes(centre: Centre, chief: httpx.Client) -> None:
    made = chief.post("/api/tokens", json={"name": "x", "scopes": ["ticket.view"], "days": 1}).json()
    session = chief.headers["cookie"].partition("=")[2]
    assert made["token"].startswith("gewu_")
    assert "token" not in {key for key, value in chief.get("/api/tokens").json()["items"][0].items() if value}
    folder = Path(centre.settings["storage"]["directory"])
    kept = b"".join(path.read_bytes() for path in folder.glob("central.db*"))
    for secret in (made["token"], session, PASSWORD, WORDS):
        assert secret.encode() not in kept
    assert sha256(made["token"].encode()).encode() in kept


def come_back(centre: Centre, browser: httpx.Client) -> httpx.Response:
    """Through the provider and back, as a browser goes."""
    away = browser.get("/api/signin/oidc")
    assert away.status_code == 303, away.text
    return browser.get(httpx.get(away.headers["location"]).headers["location"])


def knock(centre: Centre) -> None:
    """As if from the provider, with a start that nobody gave out."""
    carried = {"Cookie": 'gewu-outside="[\\"s\\", \\"n\\", \\"v\\"]"'}
    answer = httpx.get(f"{centre.url}/api/signin/oidc/back?state=s&error=x", headers=carried)
    assert answer.headers["location"] == "/signin#refused"


def test_signing_in_by_openid_connect(make_centre: Callable[..., Centre], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    with provider() as outside:
        port = free_port()
        oidc = {
            "issuer": outside.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(tmp_path / "secret"),
            "label": "City",
            "roles": {"desk": "operator"},
        }
        centre = make_centre(
            f"mqtt://{HOST}:{free_port()}",
            listen={"port": port},
            people={"public_url": f"http://{HOST}:{port}", "oidc": oidc},
        )
        centre.url = f"http://{HOST}:{port}"
        centre.start(well=False)
        until(lambda: serves(centre.url))
        with centre.client() as chief, httpx.Client(base_url=centre.url) as browser:
            assert browser.get("/api/signin").json() == {"outside": "City", "set_up": False}
            stranger = browser.get("/api/signin/oidc/back", params={"code": "x", "state": "y"})
            assert stranger.headers["location"] == "/signin#refused"
            answer = come_back(centre, browser)
            assert answer.headers["location"] == "/signin#done"
            me = browser.get("/api/me").json()
            assert (me["login"], me["name"], me["role"], me["password"]) == ("li", "Li", "operator", False)

            outside.claims["roles"] = ["another"]
            assert come_back(centre, browser).headers["location"] == "/signin#refused"
            assert browser.get("/api/me").status_code == 401, "what was open has ended"
            outside.claims |= {"sub": "u-2", "roles": ["desk"], "preferred_username": ADMINISTRATOR}
            assert come_back(centre, browser).headers["location"] == "/signin#refused"
            assert browser.get("/api/me").status_code == 401, "nobody's account is taken over by its name"
            for _ in range(3 * FREE["address"]):
                knock(centre)
            why = [line["why"] for line in audit(chief, action="sign-in", outcome="refused")]
        knocks = [each for each in why if "does not fit" in each]
        assert len(knocks) <= FREE["address"], "a flood from one address fills no audit"
        assert why[len(knocks)] == f"OpenID Connect: the login name {ADMINISTRATOR} is taken"
        assert "names no role" in why[len(knocks) + 1]
        assert len(why) == len(knocks) + 2, "who did not set out from here leaves no line"
        assert SECRET not in centre.said()
