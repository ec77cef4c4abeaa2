"""The console in a real browser: what it shows, live, in both languages, at both widths."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from broker.embedded import EmbeddedBroker
from broker.events import SourceRef
from tests.centre import Centre, Wire, until
from tests.chromium import Browser
from tests.conftest import ROOT
from tests.e2e.test_central_api import JPEG, sha256
from tests.unit.central.makers import NODE, event, evidence, health

CONSOLE = ROOT / "central" / "console"
TEXT = "document.body.innerText"


@pytest.fixture
def centre(embedded_broker: EmbeddedBroker, make_centre: Callable[..., Centre]) -> Centre:
    made = make_centre(embedded_broker.url)
    made.start()
    return made


def enter(browser: Browser, centre: Centre) -> None:
    """Open the console as the administrator."""
    browser.cookie(centre.url, *centre.cookie)
    browser.open(centre.url)


def put(centre: Centre, body: bytes) -> None:
    assert httpx.put(f"{centre.url}/api/evidence/{sha256(body)}", content=body).status_code == 201


def test_a_ticket_lives_on_the_page(
    browser: Browser,
    centre: Centre,
    embedded_broker: EmbeddedBroker,
    make_wire: Callable[..., Wire],
    tmp_path: Path,
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    browser.size(1280, 900)
    enter(browser, centre)
    browser.until(f"{TEXT}.includes('No node has reported yet') && {TEXT}.includes('gewu-edge run CONFIG')")

    opened = event("opened", 0, evidence=[evidence(JPEG)], place="Shoe Street <b>not bold</b>")
    wire.insist(opened.encode(), opened.id)
    browser.until(f"{TEXT}.includes('Illegal parking of motor vehicles')")
    shown = browser.run(TEXT)
    for words in ("机动车乱停放", "Shoe Street <b>not bold</b>", "standing 5.2 s", "T-000001"):
        assert words in shown, words
    assert "Picture on its way" in shown

    put(centre, JPEG)
    browser.until("document.querySelector('.ticket img')?.naturalWidth === 160")
    browser.run("document.querySelector('.ticket button.figure').click()")
    browser.until("document.getElementById('viewer').open")
    assert "T-000001" in browser.run("document.getElementById('caption').innerText")
    browser.run("document.getElementById('close').click()")

    browser.run("document.querySelector('.ticket details').open = true")
    browser.until(f"{TEXT}.includes('the opening, revision 0, has come')")
    raised = health("raised", 1)
    wire.insist(raised.encode(), raised.id)

    cleared = event("cleared", 3)
    wire.insist(cleared.encode(), cleared.id)
    browser.until(f"{TEXT}.includes('Nothing is open')")
    browser.until("document.querySelector('.chip.bad')?.innerText.includes('signal loss')")
    browser.run("document.querySelectorAll('#filters button')[1].click()")
    browser.until("document.querySelectorAll('.ticket.cleared').length === 1")

    browser.run("document.getElementById('language').click()")
    browser.until(f"{TEXT}.includes('自行消除') && document.documentElement.lang === 'zh-CN'")
    for width, dark in ((390, False), (1280, True)):
        browser.size(width, 900, dark=dark)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), width
        browser.picture(tmp_path / f"{width}.png")
    assert browser.complaints == []


def test_names_are_only_ever_text(
    browser: Browser, centre: Centre, embedded_broker: EmbeddedBroker, make_wire: Callable[..., Wire]
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    hurt = "<img src=x onerror=document.title='hurt'><script>document.title='hurt'</script>"
    opened = event("opened", 0, evidence=[evidence(JPEG)], place=hurt)
    named = {"source": {"name": hurt}, "zone": {"name": hurt}, "code": {"system": hurt, "code": "1"}}
    body = json.loads(opened.encode())
    for key, more in named.items():
        body["data"][key] = body["data"].get(key, {}) | more
    body["data"]["reasons"][0]["text"] = hurt
    wire.insist(json.dumps(body).encode(), opened.id)
    raised = json.loads(health("raised", 1).encode())
    raised["data"]["source"]["name"] = hurt
    wire.insist(json.dumps(raised).encode(), raised["id"])
    about = {"source": {"id": "cam-1", "kind": "camera", "name": hurt}, "place": hurt}
    said = {"at": raised["time"], "software": hurt, "configuration": "0" * 64, "sources": [about]}
    wire.send(json.dumps(said).encode(), channel="about")
    until(lambda: (centre.get("/api/sources")["nodes"][0]["sources"][0]["source"] or {}).get("name") == hurt)
    put(centre, JPEG)
    enter(browser, centre)
    browser.until("document.querySelector('.ticket img')?.naturalWidth === 160")
    browser.run("document.querySelector('.ticket details').open = true")
    browser.until("document.querySelector('.log li')")
    browser.until("document.querySelector('.chip b')?.innerText.includes('onerror')")
    browser.run("document.querySelector('.ticket button.figure').click()")
    assert browser.run("document.title") == "Gewu 格物"
    assert browser.run("document.querySelectorAll('main script, main img:not(.figure img)').length") == 0
    assert browser.complaints == []


def test_what_a_reader_opened_and_where_the_keyboard_is_outlive_the_news(
    browser: Browser, centre: Centre, embedded_broker: EmbeddedBroker, make_wire: Callable[..., Wire]
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    first = event("opened", 0)
    wire.insist(first.encode(), first.id)
    enter(browser, centre)
    browser.until("document.querySelector('.ticket')")
    browser.run("document.querySelector('.ticket summary').focus()")
    browser.run("document.querySelector('.ticket details').open = true")
    at_first = "document.activeElement.matches('[data-number=\"T-000001\"] summary')"
    assert browser.run(at_first)

    second = event("opened", 0, subject="sit-2", source=SourceRef(id="cam-2", kind="camera"))
    wire.insist(second.encode(), second.id)
    browser.until("document.querySelectorAll('.ticket').length === 2")
    assert browser.run("document.querySelector('[data-number=\"T-000001\"] details').open")
    assert browser.run(at_first)
    assert not browser.run("document.querySelector('[data-number=\"T-000002\"] details').open")

    updated = event("updated", 1, severity="high")
    wire.insist(updated.encode(), updated.id)
    browser.until("document.querySelector('.state.high')")
    assert browser.run(at_first)

    browser.run("document.querySelectorAll('#filters button')[2].focus()")
    cleared = event("cleared", 2)
    wire.insist(cleared.encode(), cleared.id)
    browser.until("document.querySelectorAll('#filters button span')[1].innerText === '1'")
    assert browser.run("document.activeElement === document.querySelectorAll('#filters button')[2]")


def test_no_source_that_is_ill_is_counted_among_the_well(
    browser: Browser, centre: Centre, embedded_broker: EmbeddedBroker, make_wire: Callable[..., Wire]
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    for number in range(12):
        body = json.loads(health("raised", 1).encode())
        body |= {"id": f"health-{number}", "subject": f"cam-{number}", "sequence": f"{number:012d}"}
        body["data"]["source"]["id"] = f"cam-{number}"
        wire.insist(json.dumps(body).encode(), body["id"])
    enter(browser, centre)
    browser.until("document.querySelectorAll('.chip.bad').length === 12")
    assert "more sources are well" not in browser.run(TEXT)


def test_every_control_has_a_name_in_both_languages(browser: Browser, centre: Centre) -> None:
    enter(browser, centre)
    browser.until("document.querySelector('.live.on') && document.querySelector('#filters button')")
    nameless = """[...document.querySelectorAll('button, dialog, section, [role=group]')].filter(
        (e) => !/\\p{L}/u.test(e.getAttribute('aria-label') ?? e.innerText ?? '')
            && !e.matches('#more, #empty')).map((e) => e.id)"""
    groups = set()
    for _ in range(2):
        assert browser.run(nameless) == []
        groups.add(browser.run("document.getElementById('filters').getAttribute('aria-label')"))
        browser.run("document.getElementById('language').click()")
    assert len(groups - {None}) == 2


def test_the_page_says_when_the_line_is_gone_and_finds_back(browser: Browser, centre: Centre) -> None:
    enter(browser, centre)
    browser.until("document.querySelector('.live.on')")
    centre.kill()
    browser.until(f"document.querySelector('.live.off') && {TEXT}.includes('Connection lost')")
    centre.start()
    until(lambda: browser.run("!!document.querySelector('.live.on')"), "the page is live again")


def test_both_languages_have_the_same_words() -> None:
    text = (CONSOLE / "words.js").read_text(encoding="utf-8")
    zh, en = (set(re.findall(r"^  (\w+):", part, re.MULTILINE)) for part in text.split("const en"))
    assert zh == en
    used = set(re.findall(r'say\("(\w+)"\)', "".join(p.read_text() for p in CONSOLE.glob("*.js"))))
    assert used <= en
