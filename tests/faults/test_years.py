"""What would end a node for good, or its sense: loops that hang, files of rubbish, a disk that is full at the
start, calendars, heat, cameras that all fail at once, and what the centre wants."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from typing_extensions import Self

from broker.events import parse
from edge.config import load
from edge.drafts import Stamped
from edge.exits import HUNG
from edge.frames import SourceClock
from edge.node import Node as InProcess
from tests.brokers import Mosquitto
from tests.disks import fill, small_disk_of
from tests.faults.test_desired import ASIDE, Wants, status, street, told, zone
from tests.faults.test_node_storage import stored_at
from tests.nodes import Centre, Node, until
from tests.ports import HOST
from tests.street import configuration, film, still

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
    assert json.loads((tmp_path / "data" / "lastrun.json").read_text())["before"] is None


def test_even_where_nothing_in_the_process_can_run_any_more_it_ends(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 60))
    code, said = hanging(config, "ctypes.PyDLL(None).sleep(600)")
    assert code == 1
    assert "Timeout" in said
    assert "in hang" in said  # where it hung


RUBBISH = (
    *("desired.json", "desired.proven.json", "probation.json", "marks.json", "lastrun.json", "reserve"),
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


YEAR_2026, YEAR_2001, YEAR_2040 = 1_795_000_000.0, 990_000_000.0, 2_210_000_000.0


class Calendar:
    """A clock that somebody sets again and again; it begins in 1970, as without a battery."""

    def __init__(self) -> None:
        self.at, self._since = 5.0, time.monotonic()

    def utc(self) -> float:
        return self.at + time.monotonic() - self._since

    def set(self, at: float) -> None:
        self.at, self._since = at, time.monotonic()


class Dropping:
    """A camera that drops pictures of a car that stands there into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(0.2):
            number += 1
            part = self._folder / ".part"
            part.write_bytes(still(car=True, number=number))
            part.rename(self._folder / f"{number:06d}.jpg")
            (self._folder / f"{number - 20:06d}.jpg").unlink(missing_ok=True)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


def dropped(config: Path, folder: Path) -> None:
    """The node watches a folder in place of its film."""
    given = yaml.safe_load(config.read_text())
    (source,) = given["sources"]
    del source["path"]
    given["sources"] = [source | {"kind": "folder", "path": str(folder), "watch": True, "poll": "100ms"}]
    config.write_text(yaml.safe_dump(given))


@pytest.mark.timeout(240)
def test_whatever_the_calendar_does_a_situation_stays_one_and_each_event_arrives_once(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=tmp_path, dwell="1s")
    dropped(config, tmp_path / "pictures")
    calendar, committed = Calendar(), list[Stamped]()
    clocks = SourceClock(time.monotonic, calendar.utc, quality=lambda: "free_running")
    with contextlib.closing(Dropping(tmp_path / "pictures")), Centre(embedded_broker.url) as centre:
        for years in ((YEAR_2026, YEAR_2001, YEAR_2040), (YEAR_2026,)):  # the second start is in 1970 again
            calendar.set(5.0)
            stop = threading.Event()
            node = InProcess(load(config), clocks, told=committed.extend)
            thread = threading.Thread(target=node.run, args=(stop,), kwargs={"grace_s": 20.0})
            thread.start()
            try:
                for at in years:
                    told = parse(awaited(committed).body)
                    assert abs(told.time.timestamp() - calendar.utc()) < 60
                    calendar.set(at)
            finally:
                stop.set()
                thread.join(60)
            assert not thread.is_alive()
            assert node.summary is not None
            assert node.summary.pending == 0
        events = centre.events()
    assert sorted(event.id for event in events) == sorted(event.id for event in committed)
    assert len(centre.of("opened.v1")) == 1
    assert len({event.subject for event in events if event.type.startswith("gewu.incident")}) == 1
    epochs = sorted({event.epoch for event in committed})
    assert len(epochs) == 2
    assert [event.epoch for event in committed] == sorted(event.epoch for event in committed)
    for epoch in epochs:
        numbers = [event.sequence for event in committed if event.epoch == epoch]
        assert numbers == list(range(len(numbers)))


def awaited(committed: list[Stamped]) -> Stamped:
    """The next event of an incident."""
    before = len(committed)

    def found() -> list[Stamped]:
        return [one for one in committed[before:] if parse(one.body).type.startswith("gewu.incident")]

    until(found, 100.0)
    return found()[0]


# A real node that asks another folder how hot it is, three times a second, and soon believes that it cooled.
HEATED = """
import sys
from functools import partial
from pathlib import Path
import edge.heat, edge.parts
from edge.cli import main
edge.heat.CALM_S = 1.0
edge.parts.Thermometer = partial(edge.parts.Thermometer, Path(sys.argv[2]))
edge.parts.Steward = partial(edge.parts.Steward, every_s=0.3)
sys.exit(main(["run", sys.argv[1]]))
"""


def test_a_hot_machine_is_spared_and_that_is_told_until_it_has_cooled(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 4, car=(0, 4)))
    config.write_text(config.read_text().replace("kind: file", "kind: file\n  repeat: loop"))
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("45000")

    def told(centre: Centre) -> str:
        found = centre.said.get("health", [{}])[-1].get("troubles", [])
        return "".join(one["text"] for one in found if one["code"] == "too_hot")

    with Centre(embedded_broker.url) as centre, Node(config, str(tmp_path / "sys"), program=HEATED) as node:
        until(lambda: centre.said.get("health") and not told(centre))
        (zone / "temp").write_text("77000")
        until(lambda: "50%" in told(centre))
        (zone / "temp").write_text("83000")
        until(lambda: "25%" in told(centre))
        until(lambda: centre.of("opened.v1"))  # what ripens is looked at as ever
        (zone / "temp").write_text("45000")
        until(lambda: "the machine has cooled" in node.text)
        until(lambda: not told(centre))
        assert node.stop() == 0


def test_cameras_that_all_fail_at_once_and_again_cost_the_others_nothing(
    embedded_broker: Mosquitto, tmp_path: Path
) -> None:
    config = configuration(tmp_path, url=embedded_broker.url, path=film(tmp_path / "s.avi", 4, car=(0, 4)))
    given = yaml.safe_load(config.read_text())
    given["sources"][0]["repeat"] = "loop"
    with HangingUp() as server:
        retry = {"retry_first": "50ms", "retry_max": "100ms"}
        given["sources"] += [
            {"kind": "rtsp", "id": f"bad-{n}", "url": server.url, **retry} for n in range(40)
        ]
        config.write_text(yaml.safe_dump(given))
        with Centre(embedded_broker.url) as centre, Node(config) as node:
            until(lambda: centre.of("opened.v1"))
            until(lambda: server.count > 160, 100.0)
            until(lambda: len(centre.of("health.v1")) >= 40)
            assert node.stop() == 0
    raised = [event.data.source.id for event in centre.of("health.v1")]  # type: ignore[union-attr]
    assert sorted(raised) == sorted(f"bad-{n}" for n in range(40))
    assert len(node.lines) < 200


class HangingUp:
    """Takes whoever comes, and hangs up at once."""

    def __init__(self) -> None:
        self.count = 0
        self._door = socket.create_server((HOST, 0), backlog=64)
        self.url = f"rtsp://{HOST}:{self._door.getsockname()[1]}/live"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._door.accept()[0].close()
                self.count += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()


@pytest.mark.timeout(300)
def test_what_the_centre_wants_and_ends_the_node_is_given_up_after_three_times(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    url = mosquitto_broker.url
    config = street(tmp_path, url)
    with Centre(url) as centre:
        wants = Wants(centre)
        bad = wants(sources=[{"id": "cam-1", "zones": [zone(ASIDE, name="aside")]}])
        for _ in range(3):
            with Node(config, failpoint="on_configuration") as node:
                assert node.ended() == -9
        with Node(config, failpoint="on_configuration") as node:
            until(lambda: status(centre, bad) == "rolled_back")
            assert [one["code"] for one in (told(centre, bad) or {})["reasons"]] == ["node_ended"]
            until(lambda: centre.of("opened.v1"))  # by the node's own file
            good = wants(sources=[{"id": "cam-1", "name": "West gate"}])
            assert node.ended() == -9  # another version is tried as usual
        with Node(config) as node:
            until(lambda: status(centre, good) == "applied")
            assert node.stop() == 0
