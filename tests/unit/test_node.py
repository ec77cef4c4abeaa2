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
from edge.states import States
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


def test_states_are_kept_together_and_quiet_ones_more_seldom() -> None:
    states, quiet = States(10.0), {f"cam-{n}": n != 3 for n in range(12)}
    commits: list[tuple[float, list[str]]] = []
    for step in range(600):  # ten minutes, each looks every second
        now = float(step)
        for source in quiet:
            states.looked(source)
        if due := states.due(quiet.items(), now):
            commits.append((now, due))
            for source in due:
                states.kept(source, now)
    assert len(commits) == 60
    assert len(commits[0][1]) == 12
    assert sum("cam-3" in due for _, due in commits) == 60
    assert all(sum(name in due for _, due in commits) == 10 for name in quiet if name != "cam-3")
    for source in states.due(quiet.items(), 10_000.0):
        states.kept(source, 10_000.0)
    assert states.due(quiet.items(), 20_000.0) == []  # nothing was decided since
    states.at_once("cam-5")
    states.looked("cam-5")
    assert states.due(quiet.items(), 10_000.5) == ["cam-5"]


def test_of_a_hundred_sources_so_many_are_kept_at_a_time_and_all_in_turn() -> None:
    states, quiet = States(10.0), {f"cam-{n}": False for n in range(100)}
    seen: list[str] = []
    for source in quiet:
        states.looked(source)
    for round_ in range(7):
        due = states.due(quiet.items(), 50.0 + round_ / 10)
        assert len(due) <= 16
        for source in due:
            states.kept(source, 50.0)
        seen += due
    assert sorted(seen) == sorted(quiet)
