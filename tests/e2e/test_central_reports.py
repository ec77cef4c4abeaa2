"""Reports over real HTTP: the samples of the docs, and what a camera sees of the same thing."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest

from broker.embedded import EmbeddedBroker
from broker.events import Location, Point
from tests.centre import Centre, Wire, until
from tests.conftest import ROOT
from tests.e2e.test_central_api import serves
from tests.ports import HOST, free_port
from tests.unit.central.makers import NODE, event
from tests.unit.central.reports import HERE, METRE

DOCS = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
SETTINGS = {"reports": {"citizens": True, "open311": {"language": "en"}}}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all of these; there is no broker, and it serves all the same."""
    made = Centre(tmp_path_factory.mktemp("reports"), f"mqtt://{HOST}:{free_port()}", **SETTINGS)
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


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
