"""The public register in a real browser, and a hold on the ticket's page."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx

from broker.embedded import EmbeddedBroker
from broker.fields import read
from broker.messages import About
from tests.centre import Centre, Wire, until
from tests.chromium import Browser
from tests.unit.central.makers import NODE, event
from tests.unit.central.test_register import about, source

TEXT = "(document.body?.innerText ?? '')"
NARROW = "document.documentElement.scrollWidth <= innerWidth"


def test_the_public_reads_what_is_sensed_and_a_hold_shows_on_its_ticket(
    browser: Browser,
    embedded_broker: EmbeddedBroker,
    make_centre: Callable[..., Centre],
    make_wire: Callable[..., Wire],
    tmp_path: Path,
) -> None:
    pictures = Path(os.environ.get("GEWU_TEST_PICTURES", tmp_path))
    public = {"operator": "示例市城市管理局", "contact": "desk@city.example"}
    centre = make_centre(
        embedded_broker.url, retention={"public": public, "kinds": {"bin_full": {"texts": "7d"}}}
    )
    centre.start()
    wire = make_wire(embedded_broker.url, NODE)
    said = about(source(1, place="rtsp://10.0.0.9/x"), source(2, kinds=["bin_full"]), source(3, "gate"))
    wire.send(said.encode(), channel="about")
    assert read(About, said.encode()) == said
    until(lambda: httpx.get(f"{centre.url}/api/register").json()["sources"])

    browser.size(390, 800)
    browser.open(f"{centre.url}/register?lang=zh")
    browser.until(f"{TEXT}.includes('公共感知登记')")
    shown = browser.run(TEXT)
    for words in (
        "示例市城市管理局",
        "让消防车",
        "摄像机",
        "卡口与道闸",
        "7 天",
        "网格员",
        "desk@city.example",
    ):
        assert words in shown, words
    assert "10.0.0.9" not in shown
    assert browser.run(NARROW)
    browser.picture(pictures / "register-390.png")
    browser.run("document.getElementById('language').click()")
    browser.until(f"document.documentElement?.lang === 'en' && {TEXT}.includes('What is sensed, and why')")
    for width, dark in ((390, True), (1280, False)):
        browser.size(width, 900, dark=dark)
        assert browser.run(NARROW), width
        browser.picture(pictures / f"register-en-{width}.png")
    assert browser.complaints == []

    opened = event("opened", 0)
    wire.insist(opened.encode(), opened.id)
    with centre.client() as client:
        made = client.post("/api/holds", json={"ticket": "T-000001", "reason": "case 2026-118"})
    assert made.status_code == 201, made.text
    browser.cookie(centre.url, *centre.cookie)
    browser.open(f"{centre.url}/ticket#T-000001")
    browser.until(f"{TEXT}.includes('#1 case 2026-118')")
    browser.size(1280, 900)
    browser.picture(pictures / "held.png")
    assert browser.complaints == []
