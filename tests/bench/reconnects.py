"""A camera that breaks a million times: memory, descriptors, threads and log lines after each tenth.

    python -m tests.bench.reconnects [--times 1000000] [--cameras 4]

Sources as a node runs them (a thread each, FFmpeg, back-off of a millisecond) connect to a real server on
the loopback that hangs up at once, answers 404, sends rubbish, or cuts its answer short, in turn. Only the
waits between attempts and the turnstile are shorter than a node's. The last line is one JSON object;
`growth_mb` and the like are the last tenth's against the second's. Exit code 1 where something grew.
"""

import argparse
import json
import logging
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from edge.frames import Trouble
from edge.logs import Sparing
from edge.sources import open_source, rtsp
from edge.streams.lifesign import LifeSign
from edge.streams.reader import LiveReader, system_clock
from edge.streams.turnstile import Turnstile
from tests.ports import HOST

ANSWERS = (
    b"",
    b"RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n",
    b"\xff\x00rubbish\r\n\r\n" * 20,
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCR",
)

log = logging.getLogger("soak")


class Server:
    """Counts who comes, and lets each down in another way."""

    def __init__(self) -> None:
        self.count = 0
        self._door = socket.create_server((HOST, 0), backlog=256)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            guest, _ = self._door.accept()
            answer = ANSWERS[self.count % len(ANSWERS)]
            self.count += 1
            try:
                if answer:
                    guest.sendall(answer)
            except OSError:
                pass
            finally:
                guest.close()


class Lines(logging.Handler):
    """Counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.addFilter(Sparing())

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def measured(lines: Lines) -> dict[str, float]:
    """Of this process."""
    status = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line
    )
    return {
        "rss_mb": int(status["VmRSS"].split()[0]) / 1000,
        "threads": int(status["Threads"]),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "lines": lines.count,
    }


def run(times: int, cameras: int) -> dict[str, Any]:
    """So many connections in all."""
    server, lines = Server(), Lines()
    log.addHandler(lines)
    log.propagate = False
    setattr(rtsp, "OPENINGS", Turnstile(10**6, 1e9))  # noqa: B010 - for this process alone
    clock = system_clock()
    readers = []
    for n in range(cameras):
        url, retry = f"rtsp://{HOST}:{server.port}/live", {"retry_first": "1ms", "retry_max": "1ms"}
        settings = rtsp.Settings.model_validate({"id": f"cam-{n}", "kind": "rtsp", "url": url, **retry})
        life = LifeSign()
        made = partial(open_source, settings, life.through(clock))
        readers.append(LiveReader(settings.id, made, clock, life=life))
        readers[-1].start()
    began = time.monotonic()
    marks: list[dict[str, float]] = []
    while server.count < times:
        for reader in readers:
            if isinstance(item := reader.take(0.01), Trouble):
                log.warning("source %s: %s: %s", item.source, item.state, item.what)
        if server.count >= times * (len(marks) + 1) / 10:
            marks.append(measured(lines) | {"times": server.count})
            print(json.dumps(marks[-1]), file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    for reader in readers:
        reader.close()
    second, last = marks[min(1, len(marks) - 1)], marks[-1]
    return {
        "times": server.count,
        "cameras": cameras,
        "seconds": round(seconds, 1),
        "growth_mb": round(last["rss_mb"] - second["rss_mb"], 2),
        "growth_threads": last["threads"] - second["threads"],
        "growth_files": last["files"] - second["files"],
        "lines": lines.count,
    }


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=1_000_000)
    parser.add_argument("--cameras", type=int, default=4)
    args = parser.parse_args()
    told = run(args.times, args.cameras)
    print(json.dumps(told))
    return int(told["growth_mb"] > 8 or told["growth_threads"] > 4 or told["growth_files"] > 8)


if __name__ == "__main__":
    raise SystemExit(main())
