"""Indicators over real HTTP: tickets go through the loop and come to be counted."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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
