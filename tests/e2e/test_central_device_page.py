"""The page of a ticket that a device or a drone found, in a real browser, in both languages."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.embedded import EmbeddedBroker
from broker.events import Flight, Reading, SourceRef
from edge.readings import QUANTITIES
from tests.centre import Centre, Wire
from tests.chromium import Browser
from tests.conftest import ROOT
from tests.unit.central.makers import NODE, at, event
from tests.unit.central.pilots import here

CONSOLE = ROOT / "central" / "console" / "plain"
TEXT = "document.body.innerText"
COVER = SourceRef(id="cover-7", kind="sensor", name="Manhole 7")
READINGS = [
    Reading(quantity="contact", value=False, at=at(4), device="cover-7", quality="good"),
    Reading(quantity="tilt", value=31.25, unit="°", at=at(5), device="cover-7", quality="uncertain"),
    Reading(quantity="barrier", value="held_open", at=at(5), device="gate-2"),
    Reading(quantity="own_quantity", value=True, at=at(5)),
]


@pytest.fixture
def centre(embedded_broker: EmbeddedBroker, make_centre: Callable[..., Centre]) -> Centre:
    made = make_centre(embedded_broker.url)
    made.start()
    return made


def open_ticket(browser: Browser, centre: Centre, number: str) -> None:
    browser.cookie(centre.url, *centre.cookie)
    browser.open(f"{centre.url}/ticket#{number}")
    browser.until("document.querySelector('#head h2')")


def switch(browser: Browser, language: str) -> None:
    browser.run(f"localStorage.setItem('language', {json.dumps(language)})")
    browser.run("window.stale = true; location.reload()")
    browser.until("!window.stale && document.querySelector('#head h2') && document.querySelector('.live.on')")


def test_what_a_device_read_stands_where_pictures_would(
    browser: Browser,
    centre: Centre,
    embedded_broker: EmbeddedBroker,
    make_wire: Callable[..., Wire],
    tmp_path: Path,
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    facts: dict[str, Any] = {"kind": "manhole_cover", "source": COVER, "zone": None, "readings": READINGS}
    opened = event("opened", 0, **facts)
    wire.insist(opened.encode(), opened.id)
    browser.size(1280, 900)
    open_ticket(browser, centre, "T-000001")
    switch(browser, "en")
    shown = browser.run("document.getElementById('evidence').innerText")
    rows = [line.split("\t")[:3] for line in shown.splitlines() if "\t" in line][1:]
    assert rows == [
        ["Contact", "open", "Manhole 7"],
        ["Tilt", "31.25 ° uncertain", "Manhole 7"],
        ["Barrier", "held open", "gate-2"],
        ["own quantity", "yes", "Manhole 7"],
    ]
    assert "No picture" not in shown
    switch(browser, "zh")
    shown = browser.run("document.getElementById('evidence').innerText")
    for words in ("设备读数", "触点\t断开\tManhole 7", "倾角\t31.25 ° 不太确定", "道闸\t长时间未关"):
        assert words in shown, words
    browser.picture(tmp_path / "device.png")
    browser.size(390, 800)
    browser.picture(tmp_path / "narrow.png")
    wide = browser.run("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing hangs over on a telephone"
    assert browser.complaints == []


def test_what_a_drone_found_says_its_flight_and_how_well_the_place_is_known(
    browser: Browser, centre: Centre, embedded_broker: EmbeddedBroker, make_wire: Callable[..., Wire]
) -> None:
    wire = make_wire(embedded_broker.url, NODE)
    flown = Flight(id="f-20260301-03", telemetry="log", height_above_ground_m=61.84)
    drone = SourceRef(id="drone-1", kind="drone")
    opened = event("opened", 0, source=drone, flight=flown, location=here(accuracy_m=3.456))
    wire.insist(opened.encode(), opened.id)
    open_ticket(browser, centre, "T-000001")
    switch(browser, "en")
    told = browser.run(TEXT)
    for words in ("Flight\nf-20260301-03", "Height above ground\n61.8 m", "Place known to\n3.46 m"):
        assert words in told, words
    switch(browser, "zh")
    told = browser.run(TEXT)
    assert "航次\nf-20260301-03" in told
    assert browser.complaints == []


def words_of(language: str) -> dict[str, Any]:
    text = (CONSOLE / "reading_words.js").read_text(encoding="utf-8")
    found = re.search(rf"const {language} = (\{{.*?\n\}});", text, re.DOTALL)
    assert found is not None
    body = re.sub(r"^(\s*)(\w+):", r'\1"\2":', found[1], flags=re.MULTILINE)
    body = re.sub(r"([{,] )(\w+):", r'\1"\2":', body)
    told: dict[str, Any] = json.loads(re.sub(r",(\s*[}\]])", r"\1", body))
    return told


def test_every_reading_of_a_node_has_its_words_in_both_languages() -> None:
    for language in ("zh", "en"):
        words = words_of(language)
        assert set(words["quantities"]) == set(QUANTITIES)
        assert set(words["flags"]) == {name for name, each in QUANTITIES.items() if each.of == "flag"}
        states = {word for each in QUANTITIES.values() for word in each.words}
        assert set(words["states"]) == states
        assert set(words["qualities"]) == {"uncertain", "bad"}
