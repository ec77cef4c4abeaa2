"""Indicators over real HTTP and in a real browser: tickets go through the loop and come to be counted."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.embedded import EmbeddedBroker
from broker.events import SourceRef
from central.figure_sheets import FIGURE_NAMES
from central.indicators.formulas import BASES, BYS, TALLIES
from tests.centre import MAIN, Centre, Wire, until
from tests.chromium import Browser
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, START, event
from tests.workers import Worker

FOUND = "2026-03"  # when the makers' events were found; everything else happens now
TEXT = "document.body.innerText"
WORDS = "import('/console/indicator_words.js').then(({ words }) => words)"


@dataclass(frozen=True)
class Town:
    """A centre with two tickets: the first went through the loop, at its second dispatch."""

    centre: Centre
    names: list[str]
    sun: Worker
    dai: Worker


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    broker = EmbeddedBroker(HOST, free_port())
    broker.start()
    made = Centre(tmp_path_factory.mktemp("indicators"), broker.url)
    made.start()
    workers = [Worker(made, "olga", "operator"), Worker(made, "sun", "supervisor")]
    workers += [Worker(made, "dai", "department", "Sanitation"), Worker(made, "gao", "grid_worker")]
    names = found_by_cameras(made, 2)
    work(workers, names)
    yield Town(made, names, workers[1], workers[2])
    for each in workers:
        each.close()
    made.kill()
    broker.stop()


def found_by_cameras(centre: Centre, number: int) -> list[str]:
    wire = Wire(str(centre.settings["broker"]["url"]), NODE)
    names = []
    for n in range(1, number + 1):
        opened = event("opened", 0, subject=f"sit-{n}", source=SourceRef(id=f"cam-{n}", kind="camera"))
        name = wire.insist(opened.encode(), opened.id).ticket
        assert name is not None
        names.append(name)
    wire.close()
    return names


def work(workers: list[Worker], names: list[str]) -> None:
    olga, _sun, dai, gao = workers
    for each in workers:
        each.on = names[0]
    olga.does("accept")
    olga.does("dispatch", department="Parks")
    olga.does("dispatch", department="Sanitation")
    dai.does("feed_back", reason="swept")
    gao.does("verify")
    olga.on = names[1]
    olga.does("reject", reason="a shadow")


def figures(worker: Worker, **asked: Any) -> dict[str, Any]:
    answer = worker.client.get("/api/indicators", params={"by": "department", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counted(worker: Worker, number: int) -> dict[str, Any] | None:
    found = figures(worker, period=FOUND)
    tallies = found["total"]["tallies"]
    return found if (tallies["found"], tallies["false_alarms"]) == (number, 1) else None


def test_from_the_report_to_the_figure_and_back_to_the_ticket(town: Town) -> None:
    assert START.strftime("%Y-%m") == FOUND
    sun = town.sun
    month = until(lambda: counted(sun, 2), "both are counted")
    assert month["total"]["figures"]["false_alarm_rate"]["value"] == 0.5
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    day = figures(sun, period=today)
    groups = {group["key"]: group["tallies"] for group in day["groups"]}
    assert (day["state"], groups["Sanitation"]["handled"]) == ("running", 1)
    assert (groups["Sanitation"]["accurate"], groups["Parks"]["accurate"]) == (1, 0)
    asked = {"figure": "dispatch_accuracy", "by": "department", "key": "Sanitation", "period": today}
    found = sun.client.get("/api/indicators/tickets", params=asked).json()
    assert [(each["number"], each["dispatch"]) for each in found["items"]] == [(town.names[0], 2)]
    sheet = sun.client.get("/api/indicators", params={"period": today, "format": "csv"})
    assert "Sanitation" in [row["key"] for row in csv.DictReader(StringIO(sheet.text))]
    judged = sun.client.get("/api/evaluation", params={"period": today}).json()
    assert {(each["key"], each["grade"]) for each in judged["items"]} == {
        ("Sanitation", None),
        ("Parks", None),
    }
    assert town.dai.client.get("/api/indicators").status_code == 403
    said = subprocess.run(
        [sys.executable, "-c", MAIN, "indicators", str(town.centre.config), "--period", FOUND, "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"false_alarms":1' in said.stdout


def press(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def test_the_page_leads_from_a_figure_to_its_tickets(browser: Browser, town: Town, tmp_path: Path) -> None:
    until(lambda: counted(town.sun, 2), "both are counted")
    browser.size(1280, 900)
    browser.cookie(town.centre.url, *town.sun.cookie)
    browser.open(f"{town.centre.url}/indicators")
    browser.until("document.querySelectorAll('#groups tbody tr').length === 2")
    shown = browser.run(TEXT)
    for words in ("Indicators", "Rightly dispatched", "50.0%", "1 / 2", "Sanitation", "Running"):
        assert words in shown, words
    browser.run(
        "[...document.querySelectorAll('#total .value')].find((e) => e.innerText === '50.0%').click()"
    )
    browser.until("document.getElementById('counted').open && document.querySelector('#counted tbody tr')")
    assert browser.run("document.querySelectorAll('#counted tbody tr').length") == 1
    press(browser, "#parts [value=denominator]")
    browser.until("document.querySelectorAll('#counted tbody tr').length === 2")
    assert "sent back or elsewhere" in browser.run(TEXT)
    assert browser.run("document.querySelector('#counted a').hash") == f"#{town.names[0]}"
    browser.picture(tmp_path / "counted.png")
    press(browser, "#counted-close")
    sheet = browser.run("fetch(document.getElementById('csv').href).then((answer) => answer.text())")
    assert sheet.startswith("by,key,zh,en,from,to,state,found")

    press(browser, "#groups .into")  # a department: what kinds it has
    browser.until("location.hash.includes('department=') && document.querySelector('#narrowed button')")
    press(browser, "#narrowed button")
    browser.until("!location.hash.includes('department=') && !document.querySelector('#narrowed button')")
    press(browser, "#lengths [value=week]")
    browser.until("/W\\d\\d/.test(document.getElementById('period').innerText)")
    press(browser, "#earlier")
    browser.until(f"{TEXT}.includes('No ticket counts')")
    press(browser, "#later")
    press(browser, "#sheets [value=scores]")
    browser.until("document.querySelector('#groups .grade')?.innerText === 'too few to judge'")
    for width, dark in ((390, True), (1280, False)):
        browser.size(width, 900, dark=dark)
        assert browser.run("document.documentElement.scrollWidth") <= width
        browser.picture(tmp_path / f"scores-{width}.png")
    press(browser, "#language")
    browser.until(f"{TEXT}.includes('综合评价') && {TEXT}.includes('数量太少')")
    words = browser.run(WORDS)
    assert keys_of(words["zh"]) == keys_of(words["en"])
    for name, known in (("figures", FIGURE_NAMES), ("tallies", TALLIES), ("by", BYS), ("instants", BASES)):
        assert set(words["en"][name]) == set(known)
    assert browser.complaints == []


def keys_of(words: dict[str, Any]) -> Any:
    return {name: keys_of(said) if isinstance(said, dict) else None for name, said in words.items()}
