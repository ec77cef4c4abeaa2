"""A node as a process shows what it does, is killed, and goes on knowing what is open."""

import json
import signal
from pathlib import Path

import httpx
import pytest

from edge.onsite.asking import running
from tests.nodes import Node, until
from tests.unit.test_onsite_node import asked, configured, figures, up


def test_a_node_shows_what_it_does_and_tells_how_it_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, url = configured(tmp_path, 8)
    assert asked(config, capsys, "--json")[0] == 3
    with Node(config) as node:
        until(lambda: up(url))
        kind = json.dumps({"kind": "illegal_parking"})
        until(lambda: figures(url).get(f"gewu_edge_situations_open{kind}") == 1.0)
        told = figures(url)
        source = json.dumps({"source": "cam-1"})
        assert told[f"gewu_edge_source_looks_total{source}"] >= 3
        assert 0 <= told[f"gewu_edge_source_delay_seconds{source}"] < 60
        assert told["gewu_edge_detector_run_seconds_count{}"] >= 3
        assert told["gewu_edge_broker_connected{}"] == 0
        code, text = asked(config, capsys, "--json")
        found = json.loads(text)
        assert (code, found["runs"], found["node"]) == (0, True, "edge-01")
        (situation,) = found["situations"]
        assert situation["reasons"][0]["code"]
        assert asked(config, capsys, "--once", "--lang", "zh")[0] == 0
        page = httpx.get(url, headers={"Accept-Language": "zh"}).text
        assert "机动车乱停放" in page
        assert running(tmp_path / "data")
        node.process.send_signal(signal.SIGKILL)
        node.ended()
    code, text = asked(config, capsys, "--once", "--lang", "en")
    assert code == 3
    assert "No node runs." in text
    assert "was killed or it crashed" in " ".join(text.split())
    assert "wait in its outbox" in " ".join(text.split())
    with Node(config) as node:
        until(lambda: up(url))
        assert figures(url)[f"gewu_edge_situations_open{kind}"] == 1.0  # known from before
        assert node.stop() == 0
    found = json.loads(asked(config, capsys, "--json")[1])
    assert (found["runs"], found["last"]["why"], found["rebooted"]) == (False, "stopped", False)
