"""The console in a real browser: what it shows, live, in both languages, at both widths."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from broker.embedded import EmbeddedBroker
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
    browser.open(centre.url)
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
    browser.until(f"{TEXT}.includes('已清除') && document.documentElement.lang === 'zh-CN'")
    for width, dark in ((390, False), (1280, True)):
        browser.size(width, 900, dark=dark)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), width
        browser.picture(tmp_path / f"{width}.png")
    assert browser.complaints == []


def test_the_page_says_when_the_line_is_gone_and_finds_back(browser: Browser, centre: Centre) -> None:
    browser.open(centre.url)
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
