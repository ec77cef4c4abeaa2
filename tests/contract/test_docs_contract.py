"""docs/contract.md tells the truth: its table, its sample, its program."""

import re
import subprocess
import sys
from pathlib import Path

from broker import events, exports, production
from broker.embedded import EmbeddedBroker
from broker.topics import ROOT, TABLE, Address
from tests.contract.samples import FOLDER, PATHS
from tests.contract.test_link import linked, send

ROOT_FOLDER = Path(__file__).resolve().parents[2]
PAGE = (ROOT_FOLDER / "docs" / "contract.md").read_text(encoding="utf-8")
PROGRAM = ROOT_FOLDER / "docs" / "samples" / "consumer.py"


def test_the_sample_on_the_page_is_an_event() -> None:
    (sample,) = re.findall(r"```json\n(\{.*?\n\})\n```", PAGE, re.DOTALL)
    event = events.parse(sample)
    assert isinstance(event, events.IncidentOpened)
    assert type(event).model_validate_json(sample).encode() == event.encode()


def test_the_topic_table_on_the_page_is_the_table() -> None:
    rows = re.findall(
        r"^\| `([a-z/]+)` \| (\w+) \| (\d) \| (yes|no) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE
    )
    assert rows == [
        (
            channel.name,
            channel.writer,
            str(channel.qos),
            "yes" if channel.retained else "no",
            "never" if channel.expiry_s is None else f"{channel.expiry_s} s",
            channel.carries,
        )
        for channel in TABLE.values()
    ]
    assert f"`{ROOT}/{{district}}/{{node}}/{{channel}}`" in PAGE


def test_every_event_type_and_message_is_on_the_page() -> None:
    for name in exports.models():
        assert f"`{name}`" in PAGE, name


def test_the_settings_of_mosquitto_told_on_the_page_are_in_the_file() -> None:
    told = re.findall(r"^\| `([a-z_]+ [^`]+)` \|", PAGE, re.MULTILINE)
    assert len(told) >= 5
    lines = production.template("mosquitto.conf").splitlines()
    for line in told:
        assert line in lines


def test_the_program_is_short_and_prints_incidents(embedded_broker: EmbeddedBroker) -> None:
    code = [line for line in PROGRAM.read_text().splitlines() if line.strip()]
    assert len(code) <= 22
    command = [sys.executable, str(PROGRAM), embedded_broker.host, str(embedded_broker.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "listening: Granted QoS 1\n"
            told = _tell_all(embedded_broker.url, program)
        finally:
            program.kill()
    assert told == [
        "cleared illegal_parking 新华路北侧人行道 since 2026-03-01T08:00:00.400Z\n",
        "opened illegal_parking 新华路北侧人行道 since 2026-03-01T08:00:00.400Z\n",
    ]


def _tell_all(url: str, program: "subprocess.Popen[str]") -> list[str]:
    names = ("gewu.reading.v1.gate", "gewu.incident.cleared.v1.camera-illegal-parking")
    names += ("gewu.incident.opened.v1.camera-illegal-parking",)
    assert {FOLDER / f"{name}.json" for name in names} <= set(PATHS)
    topic = Address("131002", "north-gate").topic("event")
    assert program.stdout is not None
    with linked(url, "node") as node:
        for name in names:
            send(node, topic, (FOLDER / f"{name}.json").read_bytes())
        return [program.stdout.readline(), program.stdout.readline()]
