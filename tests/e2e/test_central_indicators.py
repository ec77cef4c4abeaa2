"""Indicators over real HTTP: a ticket goes through the loop and comes to be counted."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.embedded import EmbeddedBroker
from broker.events import SourceRef
from tests.centre import MAIN, Centre, Wire, until
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, START, event
from tests.workers import Worker

FOUND = "2026-03"  # when the makers' events were found; everything else happens now


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    broker = EmbeddedBroker(HOST, free_port())
    broker.start()
    made = Centre(tmp_path_factory.mktemp("indicators"), broker.url)
    made.start()
    yield made
    made.kill()
    broker.stop()


def figures(worker: Worker, **asked: Any) -> dict[str, Any]:
    answer = worker.client.get("/api/indicators", params={"by": "department", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_from_the_report_to_the_figure_and_back_to_the_ticket(centre: Centre) -> None:
    assert START.strftime("%Y-%m") == FOUND
    wire = Wire(str(centre.settings["broker"]["url"]), NODE)
    olga, sun = Worker(centre, "olga", "operator"), Worker(centre, "sun", "supervisor")
    dai, gao = Worker(centre, "dai", "department", "Sanitation"), Worker(centre, "gao", "grid_worker")
    names = []
    for n in (1, 2):
        opened = event("opened", 0, subject=f"sit-{n}", source=SourceRef(id=f"cam-{n}", kind="camera"))
        name = wire.insist(opened.encode(), opened.id).ticket
        assert name is not None
        names.append(name)
    for each in (olga, dai, gao, sun):
        each.on = names[0]
    olga.does("accept")
    olga.does("dispatch", department="Sanitation")
    dai.does("feed_back", reason="swept")
    gao.does("verify")
    olga.on = names[1]
    olga.does("reject", reason="a shadow")

    month = until(lambda: counted(sun, 2), "both are counted")
    assert month["total"]["figures"]["false_alarm_rate"]["value"] == 0.5
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    day = figures(sun, period=today)
    mine = next(group for group in day["groups"] if group["key"] == "Sanitation")
    assert (day["state"], mine["tallies"]["handled"], mine["tallies"]["kept"]) == ("running", 1, 1)
    asked = {"figure": "dispatch_accuracy", "by": "department", "key": "Sanitation", "period": today}
    found = sun.client.get("/api/indicators/tickets", params=asked).json()
    assert [each["number"] for each in found["items"]] == [names[0]]
    sheet = sun.client.get("/api/indicators", params={"period": today, "format": "csv"})
    assert "Sanitation" in [row["key"] for row in csv.DictReader(StringIO(sheet.text))]
    judged = sun.client.get("/api/evaluation", params={"period": today}).json()
    assert [(each["key"], each["grade"]) for each in judged["items"]] == [("Sanitation", None)]
    assert dai.client.get("/api/indicators").status_code == 403
    said = subprocess.run(
        [sys.executable, "-c", MAIN, "indicators", str(centre.config), "--period", FOUND, "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"false_alarms":1' in said.stdout
    for each in (olga, sun, dai, gao):
        each.close()
    wire.close()


def counted(worker: Worker, number: int) -> dict[str, Any] | None:
    found = figures(worker, period=FOUND)
    tallies = found["total"]["tallies"]
    return found if (tallies["found"], tallies["false_alarms"]) == (number, 1) else None
