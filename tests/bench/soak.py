"""A node's day at many times its speed, with sources that fail, a broker that goes away and a full disk.

    python -m tests.bench.soak [--hours 24] [--speed 50] [--sources 20]

A real node in a process of its own, whose clocks run so many times as fast; a real broker (Mosquitto where
there is one), which is killed for a while every few hours; a receiver that counts what comes and gives the
receipts. Three fifths of the sources are films of an hour, over and over, in which a car stands for a quarter
of it; the others vanish, stall, send rubbish, refuse, or never answer. Where this may be mounted, the storage
lies on a small disk that is full for a while. 24 hours take 29 minutes.

The last line is one JSON object. `growth_percent`: of the process's memory, the last fifth of the time
against the second (`rss_fifths_mb`: each fifth's median; `own_...`: without pages of files that are mapped,
which the machine takes away when others need room). `missing`: events that were committed and did not
arrive; `changed`: ids that came with other bytes. Exit code 1 where something was lost, or (from 12 hours on)
memory grew by 1 % or descriptors by more than 3.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from broker.embedded import EmbeddedBroker
from edge.clockquality import quality
from edge.config import load
from edge.drafts import Stamped
from edge.frames import SourceClock
from edge.logs import speak
from edge.node import Node
from tests.brokers import Mosquitto
from tests.disks import fill
from tests.footage import make_video
from tests.nodes import Centre
from tests.ports import HOST, free_port
from tests.street import HEIGHT, WIDTH, _scene, model

FILM_S, EVERY_S = 3600, 4
STANDS_S = 900
DISK_MB = 96
LOOK_S = 2.0
BROKER_EVERY_H, BROKER_AWAY_H = 3.0, 0.5


# --- the node, in a process of its own


def scaled(speed: float) -> SourceClock:
    """The machine's clocks, so many times as fast from now on."""
    real, utc = time.monotonic(), time.time()

    def monotonic() -> float:
        return real + (time.monotonic() - real) * speed

    def wait(event: threading.Event, seconds: float) -> bool:
        return event.wait(seconds / speed)

    return SourceClock(monotonic, lambda: utc + (time.monotonic() - real) * speed, wait, quality)


def live(config: Path, speed: float) -> None:
    """Until it is told to end; every committed event is a line of `committed`."""
    speak("text")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with (config.parent / "committed").open("w", buffering=1) as out:

        def told(events: Sequence[Stamped]) -> None:
            for event in events:
                out.write(f"{event.id} {json.loads(event.body)['type']}\n")

        node = Node(load(config), scaled(speed), told=told)
        print(json.dumps(node.run(stop, grace_s=60.0 * speed).pending), flush=True)


# --- what is around it


def filmed(path: Path, seconds: int, stands: Callable[[float], bool]) -> Path:
    """So much of a still street, a picture in four seconds. stands: whether a car is there at a second."""
    ground = np.random.default_rng(7).integers(90, 150, (HEIGHT // 8, WIDTH // 8, 1), np.uint8)
    ground = np.repeat(np.kron(ground, np.ones((8, 8, 1), np.uint8)), 3, axis=2)
    grain = np.random.default_rng(8).integers(-3, 4, (16, HEIGHT, WIDTH, 1), np.int16)

    def drawn(index: int, _size: tuple[int, int]) -> NDArray[np.uint8]:
        picture = _scene(ground, stands(index * EVERY_S), person=False) + grain[index * 7 % 16]
        return np.ascontiguousarray(picture.clip(0, 255).astype(np.uint8)[:, :, ::-1])

    times = range(0, seconds * 1000, EVERY_S * 1000)
    return make_video(path, times, size=(WIDTH, HEIGHT), rate=1, gop=1, drawn=drawn)


def street(path: Path, begins_s: int) -> Path:
    """An hour of it; a car stands for a quarter."""
    return filmed(path, FILM_S, lambda t: begins_s <= t < begins_s + STANDS_S)


RULE = {"kind": "dwell", "incident": "illegal_parking", "dwell": "90s"}
ZONE: dict[str, Any] = {
    "id": "kerb",
    "polygon": [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]],
    "rules": [RULE],
}


class Doors:
    """Ports behind which no camera is: one never answers, one sends rubbish. counts: who knocked."""

    def __init__(self) -> None:
        self.counts = {"mute": 0, "rubbish": 0}
        self._open = [self._opened(name) for name in self.counts]
        self.mute, self.rubbish = (one.getsockname()[1] for one in self._open)

    def _opened(self, name: str) -> socket.socket:
        door = socket.create_server((HOST, 0))
        threading.Thread(target=self._serve, args=(door, name), daemon=True).start()
        return door

    def _serve(self, door: socket.socket, name: str) -> None:
        held: list[socket.socket] = []
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            self.counts[name] += 1
            if name == "rubbish":
                with contextlib.suppress(OSError):
                    guest.sendall(b"RTSP/1.0 200 OK\r\n\xff\xfe" * 50)
                guest.close()
            else:
                held.append(guest)
                while len(held) > 4:
                    held.pop(0).close()


class Dropping:
    """Pictures that cameras drop into folders: one vanishes at times, one falls silent, one gets rubbish."""

    def __init__(self, folders: Sequence[Path], speed: float) -> None:
        self._folders, self._speed = folders, speed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        picture = cv2.imencode(".jpg", np.full((HEIGHT, WIDTH, 3), 120, np.uint8))[1].tobytes()
        began = time.monotonic()
        while not self._stop.wait(20.0 / self._speed):
            hours = (time.monotonic() - began) * self._speed / 3600
            for n, folder in enumerate(self._folders):
                bad = (hours + n) % 4 > 3  # an hour in four
                with contextlib.suppress(OSError):
                    self._drop(folder, picture, ("vanish", "stall", "rubbish")[n % 3] if bad else "")

    @staticmethod
    def _drop(folder: Path, picture: bytes, trouble: str) -> None:
        if trouble == "vanish":
            shutil.rmtree(folder, ignore_errors=True)
        if trouble in ("vanish", "stall"):
            return
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.iterdir())[:-5]:
            old.unlink()
        part = folder / ".part"
        part.write_bytes(b"\xff\xd8rubbish" if trouble else picture)
        part.rename(folder / f"{time.time_ns()}.jpg")

    def close(self) -> None:
        """No more."""
        self._stop.set()
        self._thread.join()


def sources(scratch: Path, count: int, doors: Doors) -> tuple[list[dict[str, Any]], list[Path]]:
    """So many; and the folders among them."""
    films = [street(scratch / f"street-{n}.mkv", 600 + 700 * n) for n in range(3)]
    common = {"sample": 0.25, "idle": "8s", "zones": [ZONE]}
    found: list[dict[str, Any]] = []
    for n in range(count * 3 // 5):
        film = {"kind": "file", "path": str(films[n % 3]), "repeat": "loop"}
        found.append({"id": f"film-{n}", **film, **common})
    folders = [scratch / f"folder-{n}" for n in range(max(3, count * 3 // 20))]
    for n, folder in enumerate(folders):
        folder.mkdir()
        watched = {"kind": "folder", "path": str(folder), "watch": True, "poll": "10s", "stall": "5m"}
        found.append({"id": f"folder-{n}", **watched, **common})
    broken = [
        {"kind": "rtsp", "url": f"rtsp://{HOST}:{doors.mute}/live", "timeout": "2s"},
        {"kind": "rtsp", "url": f"rtsp://{HOST}:{doors.rubbish}/live"},
        {"kind": "rtsp", "url": f"rtsp://{HOST}:{free_port()}/live"},
        {"kind": "file", "path": str(scratch / "nothing.mkv")},
        {"kind": "rtsp", "url": f"rtsp://{HOST}:{free_port()}/live", "retry_max": "10s"},
    ]
    for n in range(count - len(found)):
        found.append({"id": f"broken-{n}", **broken[n % len(broken)], **common})
    return found, folders


def configuration(scratch: Path, storage: Path, url: str, found: Sequence[dict[str, Any]]) -> Path:
    """The node's file."""
    settings = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": url},
        "storage": {"directory": str(storage), "snapshot_every": "2m", "max_mb": 60, "leave_mb": 8},
        "delivery": {"keep": "2h", "retry": "60s"},
        "journal": {"keep": "6h", "leave_mb": 4},
        "inference": {"budget": 8},
        "model": model(scratch / "models"),
        "sources": list(found),
    }
    file = scratch / "edge.yaml"
    file.write_text(json.dumps(settings))
    return file


@contextlib.contextmanager
def small_disk(scratch: Path) -> Iterator[tuple[Path, bool]]:
    """A disk of its own where that may be mounted."""
    folder = scratch / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, check=False, capture_output=True).returncode
    try:
        yield folder, mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def a_broker(scratch: Path) -> Iterator[Mosquitto | EmbeddedBroker]:
    """Mosquitto, or the one of this package."""
    if shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists():
        folder = scratch / "mosquitto"
        folder.mkdir()
        broker = Mosquitto(folder, open_to_all=True)
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()
    else:
        with EmbeddedBroker(port=free_port()) as embedded:
            yield embedded


# --- what is measured


@dataclass
class Measures:
    """Of the node's process, every few seconds."""

    rss: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    disk_mb: list[float] = field(default_factory=list)

    def take(self, pid: int, storage: Path) -> None:
        """One more."""
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        self.rss.append(int(status["VmRSS"].split()[0]) / 1000)
        self.own.append(int(status["RssAnon"].split()[0]) / 1000)
        self.threads.append(int(status["Threads"]))
        self.files.append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
        sizes = 0
        for file in storage.rglob("*"):
            with contextlib.suppress(OSError):
                sizes += file.stat().st_size if file.name != "ballast" else 0
        self.disk_mb.append(sizes / 1e6)

    def told(self) -> dict[str, Any]:
        """The second fifth against the last."""

        def ends(values: Sequence[float]) -> tuple[float, float]:
            fifth = max(1, len(values) // 5)
            return median(values[fifth : 2 * fifth] or values), median(values[-fifth:])

        (first, last), (files, files_last) = ends(self.rss), ends(self.files)
        threads, threads_last = ends(self.threads)
        (own, own_last) = ends(self.own)
        return {
            "rss_fifths_mb": fifths(self.rss),
            "own_fifths_mb": fifths(self.own),
            "own_growth_percent": round(100 * (own_last / own - 1), 2),
            "rss_mb": round(first, 1),
            "rss_last_mb": round(last, 1),
            "rss_most_mb": round(max(self.rss), 1),
            "growth_percent": round(100 * (last / first - 1), 2),
            "files": files,
            "files_last": files_last,
            "threads": threads,
            "threads_last": threads_last,
            "disk_most_mb": round(max(self.disk_mb), 1),
        }


def fifths(values: Sequence[float]) -> list[float]:
    """Each fifth's median."""
    parts = [values[len(values) * n // 5 : len(values) * (n + 1) // 5] for n in range(5)]
    return [round(median(one), 1) for one in parts if one]


class Faults:
    """What befalls the node's surroundings by the hour."""

    def __init__(self, broker: Mosquitto | EmbeddedBroker, disk: Path | None, hours: float) -> None:
        self._broker, self._disk, self._hours = broker, disk, hours
        self._away = self._full = False
        self.outages = self.full = 0

    def at(self, hour: float) -> None:
        """The hour of the simulated day."""
        turn = hour % BROKER_EVERY_H if self._hours > BROKER_EVERY_H else hour * BROKER_EVERY_H / self._hours
        away = 1.0 < turn < 1.0 + BROKER_AWAY_H
        if isinstance(self._broker, Mosquitto) and away != self._away:
            self._away = away
            self.outages += away
            if away:
                self._broker.kill()
            else:
                self._broker.start()
        share = hour / self._hours
        full = self._disk is not None and 0.5 < share < 0.55
        if full and self._disk is not None:
            fill(self._disk / "ballast")
            self.full += not self._full
        elif self._full and self._disk is not None:
            (self._disk / "ballast").unlink()
        self._full = full


def run(hours: float, speed: float, count: int) -> int:
    """The whole; its exit code."""
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-soak-")))
        storage, mounted = stack.enter_context(small_disk(scratch))
        doors = Doors()
        found, folders = sources(scratch, count, doors)
        broker = stack.enter_context(a_broker(scratch))
        config = configuration(scratch, storage, broker.url, found)
        dropping = Dropping(folders, speed)
        stack.callback(dropping.close)
        centre = stack.enter_context(Centre(broker.url))
        log = stack.enter_context((scratch / "log").open("w+"))
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.soak", "--node", str(config), "--speed", str(speed)],
            stderr=log,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(child.kill)
        faults, measures = Faults(broker, storage if mounted else None, hours), Measures()
        began = time.monotonic()
        while (hour := (time.monotonic() - began) * speed / 3600) < hours and child.poll() is None:
            faults.at(hour)
            measures.take(child.pid, storage)
            time.sleep(LOOK_S)
        ran_out = child.poll() is None
        faults.at(0.0)
        real_s = time.monotonic() - began
        child.terminate()
        out, _ = child.communicate(timeout=300)
        log.seek(0)
        lines = log.readlines()
        told = _judged(scratch / "committed", centre, hours, count)
        told |= measures.told() | {
            "hours": hours,
            "speed": speed,
            "sources": count,
            "real_s": round(real_s, 1),
            "pending": int(out.splitlines()[-1]) if out.strip() else None,
            "log_lines": len(lines),
            "outages": faults.outages,
            "full_disks": faults.full,
            "knocked": doors.counts,
            "lived": ran_out,
        }
    if not ran_out:
        print("".join(lines[-40:]), file=sys.stderr)
    print(json.dumps(told))
    lost = told["missing"] or told["changed"] or not ran_out or told["pending"]
    long = hours >= 12
    grown = long and (told["growth_percent"] >= 1.0 or told["files_last"] > told["files"] + 3)
    return int(bool(lost or grown))


def _judged(committed: Path, centre: Centre, hours: float, count: int) -> dict[str, Any]:
    events = dict(line.split() for line in committed.read_text().splitlines())
    got = {name: len(set(bodies)) for name, bodies in centre.bodies.items()}
    opened = sum(kind.endswith("opened.v1") for kind in events.values())
    return {
        "events": len(events),
        "opened": opened,
        "opened_expected": round(hours * (count * 3 // 5)),
        "health_events": sum("health" in kind for kind in events.values()),
        "missing": len(events.keys() - got.keys()),
        "unknown": len(got.keys() - events.keys()),
        "changed": sum(number > 1 for number in got.values()),
        "sent_again": sum(len(bodies) - 1 for bodies in centre.bodies.values()),
    }


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--speed", type=float, default=50.0)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--node", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.node is not None:
        live(args.node, args.speed)
        return 0
    return run(args.hours, args.speed, args.sources)


if __name__ == "__main__":
    raise SystemExit(main())
