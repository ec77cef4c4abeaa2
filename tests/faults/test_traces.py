"""One trace from a picture to its ticket: node, broker and centre as processes, and a real receiver."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Node
from tests.receivers import Receiver, receiving
from tests.street import configuration, film

pytest.importorskip("opentelemetry.sdk.trace", reason="the extra `tracing` is not installed")
WAY = {"look", "decide", "commit", "publish", "ingest", "correlate", "ticket"}
ABOVE = {
    "look": None,
    "decide": "look",
    "commit": "decide",
    "publish": "decide",
    "ingest": "decide",
    "correlate": "ingest",
    "ticket": "ingest",
}


def traces(receiver: Receiver) -> dict[str, dict[str, dict[str, Any]]]:
    """Spans by trace and name, with what they say."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for got in list(receiver.got):
        assert got.path == "/v1/traces"
        asked = ExportTraceServiceRequest()
        asked.ParseFromString(got.body)
        for of_one in asked.resource_spans:
            service = {each.key: each.value.string_value for each in of_one.resource.attributes}
            for span in (span for scope in of_one.scope_spans for span in scope.spans):
                found[span.trace_id.hex()][span.name] = {
                    "id": span.span_id.hex(),
                    "parent": span.parent_span_id.hex() or None,
                    "service": service["service.name"],
                    "began": span.start_time_unix_nano,
                    "ended": span.end_time_unix_nano,
                    "about": {each.key: each.value.string_value for each in span.attributes},
                }
    return found


def test_a_picture_and_its_ticket_are_one_trace_over_node_broker_and_centre(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    with receiving() as collector:
        collector.free.set()
        told = {"endpoint": collector.url.removesuffix("/hook"), "share": 1.0}
        centre = Centre(tmp_path / "central", mosquitto_broker.url, tracing=told)
        centre.start("--log", "json")
        try:
            path = film(tmp_path / "stays.avi", 4, car=(0, 4))
            config = configuration(tmp_path, url=mosquitto_broker.url, path=path)
            settings = {**yaml.safe_load(config.read_text()), "tracing": told}
            config.write_text(yaml.safe_dump(settings, sort_keys=False))
            with Node(config, "--log", "json") as node:
                assert node.ended() == 0
        finally:
            centre.stop()
        found = [(name, spans) for name, spans in traces(collector).items() if "ticket" in spans]
    ((name, spans),) = [(name, spans) for name, spans in found if spans["ticket"]["about"].get("gewu.ticket")]
    assert set(spans) == WAY
    assert {s: spans[s]["service"] for s in ("look", "publish", "ingest")} == {
        "look": "gewu-edge",
        "publish": "gewu-edge",
        "ingest": "gewu-central",
    }
    for span, above in ABOVE.items():
        assert spans[span]["parent"] == (spans[above]["id"] if above else None), span
        assert spans[span]["began"] <= spans[span]["ended"]
    order = [spans[span]["began"] for span in ("look", "decide", "commit", "correlate", "ticket")]
    assert order == sorted(order)
    number = spans["ticket"]["about"]["gewu.ticket"]
    assert number.startswith("T-")
    lines = [json.loads(line) for line in node.lines if line.startswith("{") and '"at"' in line]
    said = [line for line in lines if line.get("trace") == name]
    assert {line.get("event") for line in said} >= {spans["commit"]["about"]["gewu.event"]}
    told_there = [json.loads(line) for line in centre.log.read_text().splitlines() if name in line]
    assert [line["ticket"] for line in told_there] == [number]
    (receipted,) = [line for line in lines if line.get("ticket") == number]
    assert receipted["event"] == spans["commit"]["about"]["gewu.event"]


def test_nothing_of_it_is_imported_where_nothing_is_traced() -> None:
    code = "import sys, edge.node, central.app; print([m for m in sys.modules if 'opentelemetry.sdk' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_who_wants_traces_without_the_packages_is_told_what_to_install(tmp_path: Path) -> None:
    path = film(tmp_path / "empty.avi", 1)
    config = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=path)
    settings = {**yaml.safe_load(config.read_text()), "tracing": {"endpoint": "http://127.0.0.1:9"}}
    config.write_text(yaml.safe_dump(settings, sort_keys=False))
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        f"from edge.cli import main; sys.exit(main(['run', {str(config)!r}, '--seconds', '1']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert re.search(r"pip install 'gewu\[tracing\]'", done.stderr)
