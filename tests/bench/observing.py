"""What it costs a node to be seen: processor time and memory with and without, and each way of asking.

    python -m tests.bench.observing [--minutes 3] [--cameras 8]

Real nodes as processes, all at once so that the machine treats them alike, each with a broker and a receiver
of its own, over the same film: every minute a car comes, stands and goes. `blind` shows nothing; `blind
again` is the same once more: the difference of the two is what this cannot see. `shown` serves and nobody
asks. `asked`: its figures are pulled every 15 s, and a page looks every 2 s. `traced`: every event is traced
to a collector. Then what one answer takes, and its size, for so many cameras, and what one sign of life does.
The last line is one JSON object.
"""

import argparse
import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from broker.embedded import EmbeddedBroker
from edge.alive.pulse import Pulse
from edge.onsite import page
from edge.onsite.metrics import Exposition
from edge.onsite.words import Words
from tests.bench.soak import ZONE
from tests.nodes import Centre, Node, until
from tests.onsite import Seen, a_status, sources
from tests.ports import free_port
from tests.receivers import receiving
from tests.street import film, model

START_S, BEGIN_S = 300.0, 20.0
METRICS_S, PAGE_S = 15.0, 2.0
TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SHOWN: Mapping[str, Any] = {"enabled": True}
BLIND: Mapping[str, Any] = {"enabled": False}
VARIANTS: Mapping[str, tuple[Mapping[str, Any], float | None]] = {
    "blind": (BLIND, None),
    "blind again": (BLIND, None),
    "shown": (SHOWN, None),
    "asked": (SHOWN, None),
    "traced": (BLIND, 1.0),
}


class One:
    """A node of one variant, and what it has used so far."""

    def __init__(self, name: str, scratch: Path, cameras: int, stack: contextlib.ExitStack) -> None:
        onsite, share = VARIANTS[name]
        self.name, self._stack = name, stack
        scratch.mkdir()
        broker = stack.enter_context(EmbeddedBroker(port=free_port()))
        self.centre = stack.enter_context(Centre(broker.url))
        self.port = free_port()
        common = {"kind": "file", "path": str(scratch.parent / "film.avi"), "repeat": "loop"}
        zone = {**ZONE, "rules": [{**ZONE["rules"][0], "dwell": "5s"}]}  # type: ignore[index]
        settings: dict[str, Any] = {
            "node": {"district": "131002", "id": "edge-01"},
            "broker": {"url": broker.url},
            "storage": {"directory": str(scratch / "data")},
            "inference": {"budget": 4},
            "model": model(scratch / "models"),
            "onsite": {**onsite, "port": self.port},
            "sources": [{"id": f"cam-{n}", **common, "zones": [zone]} for n in range(cameras)],
        }
        if share is not None:
            collector = stack.enter_context(receiving())
            collector.free.set()
            settings["tracing"] = {"endpoint": collector.url.removesuffix("/hook"), "share": share}
        (scratch / "edge.yaml").write_text(json.dumps(settings))
        self.node = stack.enter_context(Node(scratch / "edge.yaml"))
        until(lambda: bool(self.centre.said.get("health")), START_S)

    def used(self) -> tuple[float, float]:
        """Seconds of processor time, and megabytes of memory."""
        folder = Path(f"/proc/{self.node.process.pid}")
        words = (folder / "stat").read_text().rpartition(")")[2].split()
        pages = int((folder / "statm").read_text().split()[1])
        return (int(words[11]) + int(words[12])) * TICK_S, pages * PAGE_BYTES / 1e6


def ask(url: str, path: str, every_s: float, over: threading.Event) -> None:
    """Again and again until it is over."""
    with httpx.Client(base_url=url) as client:
        while not over.wait(every_s):
            assert client.get(path).status_code == 200


@contextlib.contextmanager
def asking(one: One) -> Iterator[None]:
    """As a Prometheus and a technician do."""
    over = threading.Event()
    ways = (("/metrics", METRICS_S), ("/?lang=zh", PAGE_S))
    url = f"http://127.0.0.1:{one.port}"
    threads = [threading.Thread(target=ask, args=(url, path, every_s, over)) for path, every_s in ways]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def nodes(minutes: float, cameras: int) -> list[dict[str, Any]]:
    """All variants at once."""
    with tempfile.TemporaryDirectory(prefix="gewu-observing-") as name, contextlib.ExitStack() as stack:
        scratch = Path(name)
        film(scratch / "film.avi", 60, car=(10, 40))
        every = [One(each, scratch / each.replace(" ", "-"), cameras, stack) for each in VARIANTS]
        time.sleep(BEGIN_S)
        (asked,) = (one for one in every if one.name == "asked")
        with asking(asked):
            began = time.monotonic()
            before = [one.used()[0] for one in every]
            events = [len(one.centre.bodies) for one in every]
            time.sleep(minutes * 60)
            after, lasted = [one.used() for one in every], time.monotonic() - began
        rows = [
            {
                "variant": one.name,
                "cores": round((used - first) / lasted, 4),
                "memory_mb": round(memory, 1),
                "events": len(one.centre.bodies) - told,
            }
            for one, first, told, (used, memory) in zip(every, before, events, after, strict=True)
        ]
        for one in every:
            one.node.process.terminate()
        for one in every:
            one.node.ended()
    least = rows[0]["cores"]
    return [{**row, "more": f"{float(row['cores']) / float(least) - 1:+.1%}"} for row in rows]  # type: ignore[arg-type]


def each(act: Callable[[], object], seconds: float = 1.0) -> float:
    """Seconds of processor time for one."""
    act()
    times, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        act()
        times += 1
    return took / times


def answers() -> Iterator[dict[str, Any]]:
    """What one of each takes."""
    for many in (16, 100, 1000):
        seen = Seen(a_status(sources=sources(many)))
        exposition = Exposition(seen.take)
        ways: dict[str, Callable[[], bytes]] = {
            "/metrics": lambda exposition=exposition: exposition.text("")[0],  # type: ignore[misc]
            "/status.json": lambda seen=seen: seen.known.model_dump_json().encode(),  # type: ignore[misc]
            "/": lambda seen=seen: page.written(seen.known, Words("zh")).encode(),  # type: ignore[misc]
        }
        for path, way in ways.items():
            yield {
                "cameras": many,
                "path": path,
                "ms": round(each(way) * 1e3, 2),
                "kb": round(len(way()) / 1e3, 1),
            }


def pulse() -> dict[str, float]:
    """A sign of life, and a verdict, in microseconds."""
    made = Pulse(list)
    return {"beat_us": round(each(made.beat) * 1e6, 2), "verdict_us": round(each(made.verdict) * 1e6, 2)}


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--cameras", type=int, default=4)
    args = parser.parse_args()
    found = nodes(args.minutes, args.cameras)
    for row in found:
        print(json.dumps(row), flush=True)
    told = list(answers())
    for row in told:
        print(json.dumps(row), flush=True)
    print(json.dumps({"cameras": args.cameras, "nodes": found, "answers": told, "pulse": pulse()}))


if __name__ == "__main__":
    main()
