"""What a trial says of the zones that run is what was told live: each situation, to the moment."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.events import parse
from edge.journal import Journal, JournalSettings
from tests.brokers import Mosquitto
from tests.journaled import Watch
from tests.nodes import Centre, Node, until
from tests.street import configuration, film

STREET = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.8], [0.3, 0.8]]
KERB = [[0.32, 0.3], [0.7, 0.3], [0.7, 0.75], [0.32, 0.75]]
PAVEMENT = [[0.6, 0.6], [0.98, 0.6], [0.98, 0.98], [0.6, 0.98]]
PARKING = {"kind": "dwell", "incident": "illegal_parking"}
LEFT = {"kind": "left", "incident": "exposed_garbage", "dwell": "20s"}
Told = dict[str, tuple[Any, ...]]


def told(events: Sequence[Any]) -> Told:
    """By situation what was said live: where, by which rule, what, when it was opened and cleared, why."""
    plain = [event.model_dump(mode="json") for event in events]
    ends = {each["subject"]: each for each in plain if each["type"].endswith("cleared.v1")}
    return {
        each["subject"]: (
            each["data"]["zone"]["id"],
            each["data"]["rule"]["id"],
            each["data"]["kind"],
            each["time"],
            end["time"] if (end := ends.get(each["subject"])) else None,
            # Of a clearing a trial tells the first reason.
            [
                reason["text"]
                for reason in each["data"]["reasons"] + (end["data"]["reasons"][:1] if end else [])
            ],
        )
        for each in plain
        if each["type"].endswith("opened.v1")
    }


def tried(file: Path, variant: str, *words: str) -> Told:
    """By situation what a trial tells, in the same way."""
    program = str(Path(sys.executable).with_name("gewu-edge"))
    command = [program, "trial", str(file), "--camera", "cam-1", "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {
        one["situation"]: (
            one["zone"],
            one["rule"],
            one["kind"],
            one["opened"],
            one.get("cleared"),
            [reason["text"] for reason in one["reasons"]],
        )
        for one in json.loads(done.stdout)["situations"]
        if one["variant"] == variant
    }


def written(file: Path, zones: list[dict[str, Any]], **more: Any) -> Path:
    """The configuration with these zones."""
    settings = yaml.safe_load(file.read_text())
    settings["sources"][0] |= {"zones": zones, **more}
    file.write_text(yaml.safe_dump(settings))
    return file


def test_a_car_and_a_heap_are_tried_as_they_were_watched(tmp_path: Path) -> None:
    path = film(tmp_path / "street.avi", 150, car=(45, 75), heap=(60, 120), person=True)
    zones = [
        {"id": "street", "polygon": STREET, "rules": [{**PARKING, "dwell": "10s"}]},
        {"id": "pavement", "polygon": PAVEMENT, "rules": [LEFT]},
    ]
    file = written(configuration(tmp_path, url="mqtt://127.0.0.1", path=path), zones, sample=2, idle="1s")
    watch = Watch(file, Journal(tmp_path / "journal", JournalSettings()))
    watch.run()
    live = told([parse(body) for body in watch.events()])
    watch.close()
    assert {(zone, kind, end is None) for zone, _, kind, _, end, _ in live.values()} == {
        ("street", "illegal_parking", False),
        ("pavement", "exposed_garbage", False),
    }
    zones[0] |= {"rules": [{**PARKING, "dwell": "60s"}]}
    draft = tmp_path / "slower.yaml"
    draft.write_text(yaml.safe_dump({"zones": zones}))
    year = ("--from", "2000-01-01T00:00:00Z", "--until", "2000-01-01T00:10:00Z")
    words = ("--journal", str(tmp_path / "journal"), "--zones", str(draft), *year)
    assert tried(file, "now", *words) == live
    slower = tried(file, "slower", *words)
    assert slower == {name: what for name, what in live.items() if what[0] == "pavement"}


@pytest.mark.timeout(120)
def test_a_node_that_runs_is_tried_as_it_spoke(tmp_path: Path, mosquitto_broker: Mosquitto) -> None:
    path = film(tmp_path / "street.avi", 9, car=(1, 9), person=True)
    zones = [
        {"id": "street", "polygon": STREET, "rules": [{**PARKING, "dwell": "2s"}]},
        {"id": "stop", "polygon": KERB, "rules": [{**PARKING, "dwell": "4s", "queue": "ignore"}]},
    ]
    file = written(configuration(tmp_path, url=mosquitto_broker.url, path=path), zones)
    with Centre(mosquitto_broker.url) as centre, Node(file) as node:
        until(lambda: len(centre.of("opened.v1")) == 2)
        assert node.ended() == 0
        live = told(centre.events())
    assert {zone for zone, *_ in live.values()} == {"street", "stop"}
    assert tried(file, "now") == live
