"""A street in a script against a real node, a real broker and a real centre, in seconds for an hour."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests import street
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import until
from tests.ports import free_port

SCRIPT = """\
lasts: 2h
things:
  - id: cover-17
    kind: zigbee2mqtt
    way: zigbee
    fields: { contact: true, battery: 80 }
    every: 10m
    timetable: { "00:20": open, "00:50": closed }
    faults: [{ kind: duplicated, share: 0.3 }]
  - { id: cover-18, like: cover-17, timetable: { "00:20": open, "00:23": closed }, faults: [] }
  - { id: cover-19, like: cover-18, timetable: {}, faults: [{ kind: broken, begin: "01:00", end: "01:15" }] }
  - { id: gate, kind: hikvision, way: gates, timetable: { "01:00": active } }
  - id: board
    kind: modbus
    port: 0
    registers: { watts: { address: 0 } }
    timetable: { "00:30": { watts: 9000 } }
  - id: box
    kind: frigate
    way: frigate
    camera: front
    every: 60s
    box: [800, 300, 1000, 420]
    timetable: { "01:10": stands, "01:40": leaves }
expect:
  - { kind: illegal_parking, source: cam-9, opened: ["01:14", "01:17"], cleared: ["01:40", "01:50"] }
  - kind: manhole_cover
    source: cover-17
    opened: ["00:25:00", "00:25:01"]
    cleared: ["00:51:00", "00:51:01"]
  - { kind: barrier_held_open, source: gate, opened: ["01:04:59", "01:05:01"], cleared: never }
  - { kind: illegal_power, source: board, opened: ["00:30:00", "00:31:00"], cleared: never }
"""


def rule(incident: str, **more: Any) -> dict[str, Any]:
    return {"kind": "state", "incident": incident, "after": "5m"} | more


def written(folder: Path, url: str, script: str = SCRIPT) -> tuple[Path, Path]:
    """A script, and a node for it."""
    gates, meters = free_port(), free_port()
    cover = {"part": "rain_manhole", "rules": [rule("manhole_cover", quantity="contact", value=False)]}
    power = {"kind": "threshold", "incident": "illegal_power", "quantity": "power", "above": 5000}
    intake: dict[str, Any] = {
        "id": "zigbee",
        "kind": "mqtt",
        "broker": {"url": url},
        "topics": ["zigbee2mqtt/+"],
        "decoder": {"kind": "zigbee2mqtt"},
    }
    posts = {"id": "gates", "kind": "alarm_server", "host": "127.0.0.1", "port": gates}
    decoder = {"kind": "hikvision", "device": "gate", "inputs": {"1": "barrier_held_open"}}
    boxes = {"id": "frigate", "kind": "frigate", "broker": {"url": url}}
    parking = {"kind": "dwell", "incident": "illegal_parking", "dwell": "5m"}
    corners = [[0.4, 0.3], [0.9, 0.3], [0.9, 0.9], [0.4, 0.9]]
    zone = {"id": "kerb", "polygon": corners, "rules": [parking]}
    registers = [{"name": "board", "readings": [{"quantity": "power", "address": 0}]}]
    line = {"id": "meters", "kind": "modbus", "host": "127.0.0.1", "port": meters, "every": "20s"}
    settings = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": url},
        "storage": {"directory": str(folder / "data")},
        "intakes": [intake, posts | {"senders": ["127.0.0.1/32"], "decoder": decoder}],
        "analytics": [boxes | {"cameras": [{"id": "cam-9", "camera": "front", "zones": [zone]}]}],
        "pollers": [line | {"devices": registers}],
        "devices": {
            "profiles": {"cover": cover},
            "items": [
                *({"id": f"cover-{n}", "profile": "cover"} for n in (17, 18, 19)),
                {"id": "gate", "rules": [rule("barrier_held_open", quantity="barrier", value="held_open")]},
                {"id": "board", "rules": [power]},
            ],
        },
    }
    paths = folder / "street.yaml", folder / "edge.yaml"
    paths[0].write_text(script.replace("port: 0", f"port: {meters}"))
    paths[1].write_text(yaml.safe_dump(settings))
    return paths


def simulated(script: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the last line, and what was said beside."""
    command = [str(Path(sys.executable).with_name("gewu-edge")), "simulate", str(script), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    lines = done.stdout.splitlines()
    return done.returncode, json.loads(lines[-1]) if lines else {}, done.stderr


def test_two_hours_of_a_street_become_tickets_with_the_times_of_the_street(
    mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre], tmp_path: Path
) -> None:
    centre = make_centre(mosquitto_broker.url)
    centre.start()
    script, node = written(tmp_path, mosquitto_broker.url)
    code, summary, said = simulated(script, "--config", str(node))
    assert code == 0, said
    assert (summary["simulated_s"], summary["expected"], summary["pending"]) == (7200.0, 4, 0)
    assert (summary["opened"], summary["cleared"], summary["lost"]) == (4, 2, 0)
    assert summary["sent"].keys() == {"zigbee2mqtt", "hikvision", "frigate"}
    assert 1 <= summary["refused"] <= 2
    assert summary["ratio"] > 60
    until(lambda: len(centre.tickets()) == 4)
    kinds = {ticket["kind"]["word"]: ticket for ticket in centre.tickets()}
    assert kinds.keys() == {"manhole_cover", "barrier_held_open", "illegal_power", "illegal_parking"}
    assert kinds["manhole_cover"]["source"]["id"] == "cover-17"
    assert list((tmp_path).glob("data*")) == []  # nothing is left, nor mixed with what a place has seen
    centre.stop()


def test_what_does_not_come_and_what_comes_too_much_is_shown_and_is_a_fault(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    things = SCRIPT.partition("  - { id: gate")[0].replace("lasts: 2h", "lasts: 1h")
    wrong = f"""{things}expect:
  - {{ kind: manhole_cover, source: cover-17, opened: "00:40" }}
  - {{ kind: manhole_cover, source: cover-19, times: 0 }}
"""
    script, node = written(tmp_path, mosquitto_broker.url, wrong)
    code, summary, said = simulated(script, "--config", str(node), "--keep", str(tmp_path / "kept"))
    assert code == 1
    assert (summary["missed"], summary["too_many"], summary["expected"]) == (1, 1, 1)
    assert "missed    manhole_cover at cover-17" in said
    assert "too many  manhole_cover at cover-17" in said
    assert (tmp_path / "kept" / "outbox.sqlite").exists()


def test_a_film_is_seen_at_the_pace_of_the_street(mosquitto_broker: Mosquitto, tmp_path: Path) -> None:
    film = street.film(tmp_path / "film.mp4", 50, car=(10, 50))
    node = street.configuration(tmp_path, url=mosquitto_broker.url, path=film, dwell="20s")
    node.write_text(node.read_text().replace("idle: 200ms", "idle: 1s").replace("sample: 5", "sample: 1"))
    script = tmp_path / "street.yaml"
    opened = '{ kind: illegal_parking, source: cam-1, zone: kerb, opened: ["00:00:29", "00:00:33"] }'
    script.write_text(f"lasts: 1m\nthings: []\nexpect: [{opened}]\n")
    code, summary, said = simulated(script, "--config", str(node))
    assert code == 0, said
    assert (summary["simulated_s"], summary["hurried"]) == (60.0, 0)


def test_a_way_that_leads_nowhere_is_told_before_anything_is_played(tmp_path: Path) -> None:
    script, node = written(
        tmp_path, f"mqtt://127.0.0.1:{free_port()}", SCRIPT.replace("way: gates", "way: doors")
    )
    code, _, said = simulated(script, "--config", str(node))
    assert code == 3
    assert "way 'doors' is neither among the script's ways nor an intake; known are zigbee, gates" in said


def test_a_street_is_played_to_a_node_that_runs_by_itself(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    script, node = written(tmp_path, mosquitto_broker.url, SCRIPT.partition("  - { id: gate")[0])
    code, summary, said = simulated(
        script, "--only-play", "--speed", "20000", "--config", str(node), "--repeat", "3"
    )
    assert code == 0, said
    assert summary["sent"]["zigbee2mqtt"] > 100
    assert summary["lost"] == 0
