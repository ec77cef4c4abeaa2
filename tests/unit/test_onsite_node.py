"""A running node shows itself: page, figures, `gewu-edge status`; and how one ended that runs no more."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from edge.alive.door import answering
from edge.alive.pulse import Pulse
from edge.cli import main
from edge.lastrun import NAME, LastRun, kept, left
from edge.onsite.asking import running
from tests.ports import free_port
from tests.street import configuration, film


def configured(folder: Path, seconds: float, **changes: Any) -> tuple[Path, str]:
    """A node over a film of a car that stands; its configuration, and where it shows itself."""
    folder.mkdir(exist_ok=True)
    path = film(folder / "stays.avi", seconds, car=(0, seconds))
    config = configuration(folder, url="mqtt://127.0.0.1:9", path=path, dwell="1s")
    port = free_port()
    settings = {**yaml.safe_load(config.read_text()), "onsite": {"port": port}, **changes}
    settings["sources"][0]["repeat"] = "loop"
    config.write_text(yaml.safe_dump(settings, sort_keys=False))
    return config, f"http://127.0.0.1:{port}"


def figures(url: str) -> dict[str, float]:
    text = httpx.get(f"{url}/metrics").text
    found = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {f"{s.name}{json.dumps(s.labels, sort_keys=True)}": s.value for s in found}


def up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def asked(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["status", str(config), *words])
    return code, capsys.readouterr().out


def test_how_a_run_ended_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(tmp_path, lambda: 10.0, "gewu-1") as run:
        run.why = "time"
        found = left(tmp_path)
        assert found is not None
        assert (found.run.ended, found.rebooted) == (None, False)
    found = left(tmp_path)
    assert found is not None
    assert found.run == LastRun(10.0, os.getpid(), found.run.boot, "gewu-1", 10.0, "time")
    with pytest.raises(OSError, match="no disk"), kept(tmp_path, lambda: 20.0, "gewu-1"):
        raise OSError("no disk")
    found = left(tmp_path)
    assert found is not None
    assert (found.run.why, found.run.words) == ("fault", "OSError: no disk")
    told = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(told | {"boot": "another"}))
    assert left(tmp_path).rebooted  # type: ignore[union-attr]
    for wrong in ("", "{}", "[]", '{"began": "x"}'):
        (tmp_path / NAME).write_text(wrong)
        assert left(tmp_path) is None


def test_a_node_begins_although_somebody_looks_whether_one_runs(tmp_path: Path) -> None:
    from edge.lock import held

    (tmp_path / "lock").touch()
    code = (
        "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_SH); "
        "print(1, flush=True); time.sleep(0.1)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE
    ) as looking:
        assert looking.stdout is not None
        looking.stdout.readline()
        with held(tmp_path):
            assert running(tmp_path)
    assert not running(tmp_path)


@pytest.mark.parametrize(
    ("onsite", "says"),
    [({"enabled": False}, "switched off"), ({"port": 1}, "nothing answers"), ({}, "Another node answers")],
)
def test_a_node_that_cannot_be_asked_says_why(
    onsite: dict[str, Any], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from edge.lock import held
    from tests.onsite import serving

    with serving() as url:
        port = int(url.rpartition(":")[2])
        config, _ = configured(tmp_path, 1, onsite={"port": port, **onsite})
        settings = yaml.safe_load(config.read_text())
        settings["node"]["id"] = "edge-02"
        config.write_text(yaml.safe_dump(settings))
        with held(tmp_path / "data"), answering(tmp_path / "data", Pulse(list)):
            code, text = asked(config, capsys, "--once", "--lang", "en")
    assert code == 1
    assert says in " ".join(text.split())
    assert "it goes round; 0 of 0 sources give pictures" in text
