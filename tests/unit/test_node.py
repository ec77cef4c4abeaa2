"""A node in this process: what one source breaks costs no other, also at the end."""

import json
import threading
import time
from pathlib import Path

import pytest
import yaml

from edge.config import load
from edge.node import Node
from edge.outbox import Outbox
from edge.perception.observer import Observer
from edge.streams.reader import system_clock
from tests.street import configuration, film


def test_eyes_are_remembered_with_every_event_and_where_that_fails_no_other_source_is_harmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    config = configuration(tmp_path, url="mqtt://127.0.0.1:9", path=film(tmp_path / "s.avi", 5, car=(0, 5)))
    settings = yaml.safe_load(config.read_text())
    settings["sources"] = [{**settings["sources"][0], "id": name} for name in ("bad", "good")]
    config.write_text(json.dumps(settings))
    kept, asked = Observer.memory, []

    def memory(eyes: Observer) -> dict[str, bytes]:
        if eyes._source == "bad":
            raise MemoryError
        asked.append(eyes.counts.looks)
        return kept(eyes)

    monkeypatch.setattr(Observer, "memory", memory)
    loaded = load(config)
    summary = Node(loaded, system_clock()).run(threading.Event())
    folder = loaded.settings.storage.directory
    outbox = Outbox(folder / "outbox.sqlite", loaded.settings.address, max_pending=10)
    outbox.open(time.time(), "test")
    assert set(outbox.snapshots()) == {"bad", "good"}
    outbox.close()
    assert summary.frames > 0
    assert len(set(asked)) >= 2  # as the car was told, and at the end
    assert [file.name for file in sorted((folder / "views").iterdir())] == ["good.view"]
    assert "source bad: what its eyes know cannot be kept" in caplog.text
