"""Reports over real HTTP and in a real browser: from the phone to the ticket, and the samples of the docs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.embedded import EmbeddedBroker
from broker.events import Location, Point
from central.cli import main
from tests.centre import PASSWORD, Centre, Wire, until
from tests.chromium import Browser
from tests.conftest import ROOT
from tests.e2e.test_central_api import serves
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, event
from tests.unit.central.reports import HERE, METRE
from tests.workers import Worker

DOCS = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
CONSOLE = ROOT / "central" / "console" / "plain"
TEXT = "document.body.innerText"
STORED = "JSON.parse(localStorage.getItem('gewu reports'))"
FORM = "document.querySelector('#form')?.hidden === false"
SETTINGS = {"reports": {"citizens": True, "open311": {"language": "en"}}}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all of these; there is no broker, and it serves all the same."""
    made = Centre(tmp_path_factory.mktemp("reports"), f"mqtt://{HOST}:{free_port()}", **SETTINGS)
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


@pytest.fixture
def phone(browser: Browser, centre: Centre) -> Browser:
    """The browser as large as a phone, in English, with nothing kept from before."""
    browser.size(390, 844)
    browser.open(f"{centre.url}/report")
    browser.run("localStorage.clear(), localStorage.setItem('language', 'en'), 0")
    browser.complaints.clear()
    return browser


def key_of(centre: Centre, scopes: list[str]) -> str:
    """An API token of an operator."""
    with centre.client() as client:
        if not any(each["login"] == "desk" for each in client.get("/api/users").json()["items"]):
            told = {"login": "desk", "name": "Desk", "role": "operator"}
            client.post("/api/users", json=told).raise_for_status()
    return token_of(centre, "desk", scopes)


def token_of(centre: Centre, login: str, scopes: list[str]) -> str:
    """An API token, made as a deployer makes one."""
    command = ["token", str(centre.config), "make", login, "--name", "platform"]
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from central.cli import main; sys.exit(main())", *command]
        + [word for scope in scopes for word in ("--scope", scope)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (found,) = re.findall(r"gewu_\S+", done.stdout)
    return str(found)


def press(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def enter(browser: Browser, **values: Any) -> None:
    for name, value in values.items():
        there = f"document.getElementById('{name}')"
        browser.run(f"{there}.value = {json.dumps(str(value))}, {there}.dispatchEvent(new Event('input')), 0")


def test_a_citizen_reports_by_phone_and_sees_what_becomes_of_it(
    phone: Browser, centre: Centre, tmp_path: Path
) -> None:
    phone.open(f"{centre.url}/report")
    phone.until(FORM)
    assert phone.run("document.querySelectorAll('#kinds button').length") == 11
    assert "takes no photos yet" in phone.run(TEXT)
    press(phone, "#send")
    phone.until(f"{TEXT}.includes('choose what it is')")
    press(phone, "[data-kind=exposed_garbage]")
    press(phone, "#send")
    phone.until(f"{TEXT}.includes('say where it is')")
    where = {"latitude": HERE[1], "longitude": HERE[0], "accuracy": 9}
    phone.ask("Browser.grantPermissions", permissions=["geolocation"], origin=centre.url)
    phone.ask("Emulation.setGeolocationOverride", **where)
    press(phone, "#locate")
    phone.until(f"{TEXT}.includes('39.500500, 116.700500 (within about 9 m)')")
    enter(phone, text="<img src=x onerror=document.title='hurt'> call 13812345678")
    phone.picture(tmp_path / "form.png")
    press(phone, "#send")
    phone.until("document.querySelector('#outbox a')")
    assert "Cut out of the text: a number" in phone.run(TEXT)
    number = phone.run("document.querySelector('#outbox b').innerText")
    phone.picture(tmp_path / "taken.png")
    assert number in [ticket["number"] for ticket in centre.tickets()]
    press(phone, "#outbox a")
    phone.until(
        "document.querySelector('.standing')?.innerText === 'It was received and waits to be looked at.'"
    )
    assert "call ▢" in phone.run(TEXT)
    assert phone.run("document.title") == "格物 Gewu"
    press(phone, "#language")
    phone.until("document.querySelector('.standing').innerText === '已收到，等待查看。'")
    phone.picture(tmp_path / "state.png")
    assert phone.run("document.documentElement.scrollWidth") <= 390
    assert phone.complaints == []


def test_what_was_not_answered_is_kept_and_sent_once(phone: Browser, centre: Centre) -> None:
    phone.open(f"{centre.url}/report")
    phone.until(FORM)
    before = len(centre.tickets())
    phone.ask("Network.enable")
    away = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    phone.ask("Network.emulateNetworkConditions", offline=True, **away)
    until(lambda: phone.run("fetch('/healthz').then(() => false, () => true)"), "the network is gone")
    press(phone, "[data-kind=disorderly_piling]")
    enter(phone, latitude=HERE[1] + 0.01, longitude=HERE[0])
    phone.run("""window.really = window.fetch, window.failed = 0, window.fetch = (...asked) =>
        window.really(...asked).catch((error) => { window.failed++; throw error; }), 0""")
    press(phone, "#send")
    phone.until(f"window.failed > 0 && {TEXT}.includes('Waits for the network')")
    assert phone.run(f"{STORED}.length") == 1
    phone.open("about:blank")
    phone.ask("Network.emulateNetworkConditions", offline=False, **away)
    phone.open(f"{centre.url}/report")
    phone.until(f"{STORED}.length === 0")
    assert len(centre.tickets()) == before + 1, "it is neither on the phone nor at the centre"


def test_an_answer_that_was_lost_makes_no_second_report(phone: Browser, centre: Centre) -> None:
    phone.open(f"{centre.url}/report")
    phone.until(FORM)
    phone.run("""window.really = window.fetch, window.lost = 0, window.fetch = async (...asked) => {
        const answer = await window.really(...asked);
        if (asked[1].method === 'POST' && window.lost++ === 0) throw new TypeError('lost');
        return answer; }, 0""")
    press(phone, "[data-kind=construction_materials]")
    enter(phone, latitude=HERE[1] + 0.02, longitude=HERE[0])
    press(phone, "#send")
    phone.until("document.querySelector('#outbox a')")
    assert phone.run("window.lost") == 2
    number = phone.run("document.querySelector('#outbox b').innerText")
    assert len(centre.get(f"/api/tickets/{number}")["members"]) == 1


def test_a_sign_knows_the_place_and_its_kind(
    phone: Browser, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [str(HERE[0]), str(HERE[1] + 0.03)]
    assert main(["places", str(centre.config), "add", "Gate 3", *where, "--kind", "bin_full"]) == 0
    code = capsys.readouterr().out.split()[0]
    phone.open(f"{centre.url}/report?at={code}")
    phone.until(FORM)
    phone.until(f"{TEXT}.includes('Place: Gate 3')")
    assert phone.run("document.querySelector('[aria-pressed=true]').dataset.kind") == "bin_full"
    press(phone, "#send")
    phone.until("document.querySelector('#outbox a')")
    phone.open(f"{centre.url}/report?at=gone-for-good")
    phone.until(f"{TEXT}.includes('code counts no more') && {FORM}")


def test_a_grid_worker_who_is_signed_in_reports_as_one(phone: Browser, centre: Centre) -> None:
    with centre.client() as client:
        link = client.post("/api/users", json={"login": "li", "name": "Li", "role": "grid_worker"}).json()[
            "link"
        ]
    password = {"token": link.partition("#")[2], "password": "a long enough word"}
    answer = httpx.post(f"{centre.url}/api/setup", json=password, headers={"Origin": centre.url})
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    phone.cookie(centre.url, name, value)
    phone.open(f"{centre.url}/report")
    phone.until(FORM)
    assert phone.run("document.getElementById('sign-in').hidden")
    press(phone, "[data-kind=shop_overflow]")
    enter(phone, latitude=HERE[1] + 0.04, longitude=HERE[0])
    press(phone, "#send")
    phone.until("document.querySelector('#outbox a')")
    number = phone.run("document.querySelector('#outbox b').innerText")
    (member,) = centre.get(f"/api/tickets/{number}")["members"]
    assert member["origin"] == "grid_worker"
    phone.ask("Network.clearBrowserCookies")


def test_what_a_worker_reports_waits_for_the_worker_when_the_session_is_over(
    phone: Browser, centre: Centre
) -> None:
    wang = Worker(centre, "wang", "grid_worker")
    phone.cookie(centre.url, *wang.cookie)
    phone.open(f"{centre.url}/report?at=gone-for-good")
    phone.until(FORM)
    before = len(centre.tickets())
    assert wang.client.delete("/api/me/sessions").status_code == 204
    press(phone, "[data-kind=shop_overflow]")
    enter(phone, latitude=HERE[1] + 0.05, longitude=HERE[0])
    press(phone, "#send")
    phone.until(f"{TEXT}.includes('sent by itself once you have signed in')")
    phone.open(f"{centre.url}/report?at=gone-for-good")
    phone.until(f"{FORM} && {TEXT}.includes('sent by itself once you have signed in')")
    assert len(centre.tickets()) == before, "no citizen told it"
    press(phone, "#sign-in a")
    phone.until("location.pathname === '/signin' && document.querySelector('input[name=password]')")
    for name, value in (("username", "wang"), ("password", f"{PASSWORD} of wang")):
        phone.run(f"document.querySelector('input[name={name}]').value = {json.dumps(value)}")
    press(phone, "button[type=submit]")
    phone.until("document.querySelector('#outbox a')")
    assert phone.run("location.pathname + location.search") == "/report?at=gone-for-good"
    number = phone.run("document.querySelector('#outbox b').innerText")
    (member,) = centre.get(f"/api/tickets/{number}")["members"]
    assert member["origin"] == "grid_worker"
    phone.ask("Network.clearBrowserCookies")
    wang.close()


def test_the_samples_of_the_docs_run(centre: Centre, tmp_path: Path) -> None:
    key = key_of(centre, ["report.make", "ticket.view"])
    headers = {"Authorization": f"Bearer {key}"}
    made = httpx.post(
        f"{centre.url}/open311/v2/requests.json",
        data={"service_code": "bin_full", "lat": str(HERE[1]), "long": str(HERE[0])},
        headers=headers,
    )
    environment = os.environ | {"CENTRE": centre.url, "KEY": key, "ID": made.json()[0]["service_request_id"]}
    blocks = [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```", DOCS, re.M | re.S) if not kind]
    lines = [line for block in blocks for line in re.split(r"\n(?=curl )", block.replace("\\\n", ""))]
    samples = [line for line in lines if line.startswith("curl")]
    assert len(samples) == 6
    for n, sample in enumerate(samples):
        command = sample.replace("curl -s", "curl -s -w '%{stderr}%{http_code}'", 1)
        done = subprocess.run(
            ["bash", "-c", command], env=environment, capture_output=True, text=True, check=True, timeout=30
        )
        assert done.stderr in ("200", "201"), (n, sample, done.stdout)
        assert done.stdout.startswith(("{", "[", "<?xml"))


def test_a_report_joins_what_a_camera_sees_and_ends_with_it(
    embedded_broker: EmbeddedBroker,
    make_centre: Callable[..., Centre],
    make_wire: Callable[..., Wire],
) -> None:
    centre = make_centre(embedded_broker.url, **SETTINGS)
    centre.start()
    wire = make_wire(embedded_broker.url, NODE)
    point = Point(type="Point", coordinates=HERE)
    where = Location(geometry=point, accuracy_m=3.0, method="calibrated")
    seen = event("opened", location=where)
    wire.insist(seen.encode(), seen.id)
    body = {"kind": "illegal_parking", "accuracy_m": 8, "seen": "2026-03-01T08:01:00Z"}
    body |= {"longitude": HERE[0], "latitude": HERE[1] + 6 * METRE}
    answer = httpx.post(f"{centre.url}/api/v1/reports", json=body)
    assert answer.status_code == 422, "it is too long ago"
    del body["seen"]
    answer = httpx.post(f"{centre.url}/api/v1/reports", json=body)
    told = answer.json()
    assert (told["ticket"], told["joined"]["code"]) == ("T-000001", "seen_by_two")
    then = datetime.now(timezone.utc)
    over = event("cleared", 9, location=where).model_copy(update={"time": then, "recordedtime": then})
    wire.insist(over.encode(), over.id)
    until(lambda: centre.tickets()[0]["scene"] == "clear", "the report ends with what the camera saw")
    log = centre.get("/api/tickets/T-000001")["log"]
    assert [line["effect"] for line in log] == ["opened", "joined", "cleared", "cleared"]
    assert httpx.get(f"{centre.url}{told['url']}").status_code == 200


def test_both_languages_of_the_page_have_the_same_words() -> None:
    text = (CONSOLE / "report_words.js").read_text(encoding="utf-8")
    zh, en = (set(re.findall(r"^  (\w+):", part, re.MULTILINE)) for part in text.split("const en"))
    assert zh == en
    script = (CONSOLE / "report.js").read_text(encoding="utf-8")
    assert set(re.findall(r'word\("(\w+)"\)', script)) <= en


def test_the_page_is_small() -> None:
    scripts = ("report.js", "report_outbox.js", "report_words.js", "shrink.js")
    names = ("report.html", *scripts, "report.css", "console.css")
    assert sum((CONSOLE / name).stat().st_size for name in names) < 30_000
