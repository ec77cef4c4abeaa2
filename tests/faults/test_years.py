"""What would end a node for good: loops that hang, files of rubbish, a disk that is full at the start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.exits import HUNG
from tests.brokers import Mosquitto
from tests.disks import fill, small_disk_of
from tests.faults.test_node_storage import stored_at
from tests.nodes import Centre, Node, until
from tests.street import configuration, film

# A real node whose loop that looks stops in its third second: in Python, or in C with Python's lock held.
HANGS = """
import ctypes, sys, threading, time
import edge.watchdog
from edge.cli import main
from edge.watching import Watching
edge.watchdog.HARD_S = edge.watchdog.REARM_S = 1.0
began, once = time.monotonic(), Watching.once

def hang(self):
    if time.monotonic() < began + 2:
        return once(self)
    {how}

Watching.once = hang
sys.exit(main(["run", sys.argv[1]]))
"""


def hanging(config: Path, how: str) -> tuple[int, str]:
    """The exit code, and what it said."""
    config.write_text(config.read_text() + "watchdog: {patience: 5s}\n")
    words = [sys.executable, "-c", HANGS.format(how=how), str(config)]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, ran.stderr


def test_a_loop_that_hangs_ends_the_process_and_the_next_one_says_why_and_goes_on(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 60, car=(0, 60)))
    code, said = hanging(config, "threading.Event().wait()")
    assert code == HUNG
    assert "the node ends itself: looking showed no sign of life" in said
    with Centre(embedded_broker.url) as centre, Node(config) as node:
        until(lambda: '"restarted"' in json.dumps(centre.said.get("health", [])))
        until(lambda: centre.of("opened.v1"))
        until(lambda: centre.said["state"][-1].get("pending") == 0)
        assert node.stop() == 0
        assert len({event.subject for event in centre.of("opened.v1")}) == 1  # it went on with what was open
    assert not (tmp_path / "data" / "lastwords.json").exists()


def test_even_where_nothing_in_the_process_can_run_any_more_it_ends(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 60))
    code, said = hanging(config, "ctypes.PyDLL(None).sleep(600)")
    assert code == 1
    assert "Timeout" in said
    assert "in hang" in said  # where it hung


RUBBISH = (
    *("desired.json", "desired.proven.json", "probation.json", "marks.json", "lastwords.json", "reserve"),
    *("views/cam-1.view", "views/cam-1.ground", "views/cam-1.view.part", "past/cam-1/1.past", "past/made_by"),
    *("journal/cam-1/00000001-20260301T080000Z.gwj", "journal/cam-1/other", "evidence/" + "0" * 64),
    *("evidence/x.part", "outbox.renewed.sqlite", "outbox.sqlite-wal", "outbox.sqlite-journal", "lock"),
)


@pytest.mark.parametrize("body", [b"\x00" * 5000, b'{"at": [], "sha256": 7'])
def test_a_node_starts_whatever_lies_in_its_folder(
    embedded_broker: Mosquitto, tmp_path: Path, body: bytes
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 5, car=(0, 5)))
    for name in RUBBISH:
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    with Centre(embedded_broker.url) as centre, Node(config) as node:
        until(lambda: centre.of("opened.v1"))
        assert node.ended() == 0
        assert "Traceback" not in node.text


def test_a_node_starts_on_a_full_disk_by_what_it_had_kept_for_that(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 30, car=(2, 30)))
    with small_disk_of("64m", tmp_path / "small") as small:
        stored_at(config, small)
        with Node(config) as node:
            until(lambda: "broker: connected" in node.text)
            assert node.stop() == 0
        fill(small / "ballast")
        with Centre(embedded_broker.url) as centre, Node(config) as node:
            until(lambda: centre.of("opened.v1"))
            assert "the room that was kept for that is used to start" in node.text
            until(lambda: '"room_short"' in json.dumps(centre.said.get("health", [])))
            assert node.stop() == 0
