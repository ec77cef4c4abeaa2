"""The programs of docs/platform.md and the requests of docs/api.md, at a real centre."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.centre import Centre, until
from tests.conftest import ROOT
from tests.e2e.test_central_api import serves
from tests.e2e.test_central_reports import key_of, token_of
from tests.ports import HOST, free_port
from tests.workers import Worker

SAMPLES = ROOT / "docs" / "samples"
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all of these; there is no broker, and it serves all the same."""
    made = Centre(tmp_path_factory.mktemp("platform"), f"mqtt://{HOST}:{free_port()}")
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


def runs(program: str, *words: str) -> list[str]:
    """What a sample prints, by Python without any package."""
    command = [sys.executable, "-I", "-S", str(SAMPLES / f"{program}.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@contextmanager
def following(command: list[str], told: Path) -> Iterator[None]:
    """What it prints goes into a file, for as long as it is needed."""
    with told.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=told.parent)
        try:
            yield
        finally:
            process.kill()
            process.wait()


def test_reports_are_sent_followed_and_worked_on(centre: Centre, tmp_path: Path) -> None:
    key = key_of(centre, ["report.make", "ticket.view"])
    program = [sys.executable, "-I", "-S", "-u", str(SAMPLES / "follow.py"), centre.url, key, "place"]
    told = tmp_path / "told"
    with following(program, told):
        until((tmp_path / "place").exists)
        report = ("hotline-000417", "bin_full", "116.7005", "39.5005")
        (first,) = runs("report", centre.url, key, *report)
        number = first.split()[0]
        assert runs("report", centre.url, key, *report) == [f"{number} this report is known already"]
        olga, crew = Worker(centre, "olga", "operator"), Worker(centre, "crew", "department", "Sanitation")
        olga.on = number
        olga.does("accept")
        olga.does("dispatch", department="Sanitation")
        token = token_of(centre, "crew", ["ticket.view", "ticket.work", "ticket.handle"])
        department = ("department", centre.url, token, "Sanitation")
        assert runs(*department) == [f"{number} take", f"{number} feed_back"]
        assert runs(*department) == []
        until(lambda: f"{number} fed_back bin_full" in told.read_text())
    states = list(dict.fromkeys(line.split()[1] for line in told.read_text().splitlines()))
    assert states == ["reported", "accepted", "dispatched", "handling", "fed_back"]
    for each in (olga, crew):
        each.close()


def test_what_the_guide_asks_is_answered(centre: Centre) -> None:
    environment = os.environ | {"CENTRE": centre.url, "KEY": key_of(centre, ["ticket.view"])}
    asked = re.findall(r"^(curl .*)\n(\{.*)?", API, re.MULTILINE)
    assert len(asked) == 3
    for command, said in asked:
        done = subprocess.run(
            ["bash", "-c", command], env=environment, capture_output=True, text=True, check=True, timeout=30
        )
        answer = json.loads(done.stdout)
        assert set(re.findall(r'"(\w+)":', said)) <= set(answer), (command, answer)
    assert answer["items"] is not None
