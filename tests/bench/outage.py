"""A node comes back after three days without a broker: how long until the centre has all of it.

    python -m tests.bench.outage [--events 10000] [--broker embedded|mosquitto|both]

Real processes: a broker, `gewu-central serve` with SQLite, a node's real outbox, intake and publisher, with
so many events on their disk, committed over three days (of the clock; digests of the days go with them). The
time runs from the publisher's start until the last event has its receipt. A subscriber of the same broker
watches in what order the events come. In the same run, for comparison, the same bytes by a bare publisher to
a bare subscriber that only counts. The last line is one JSON object, of the slower broker.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from broker.embedded import EmbeddedBroker
from broker.events import IncidentCleared, IncidentOpened, IncidentUpdated
from broker.fields import utc
from broker.link import Delivery, Link, LinkSettings
from broker.messages import About, NodeHealth
from broker.topics import TABLE, Address, everyones
from edge.drafts import Batch, Draft
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import DeliverySettings, Publisher, Reports
from tests.bench.ingest_nodes import incident
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.ports import HOST, free_port

NODE = Address("131002", "bench-0")
OUTAGE_S = 72 * 3600.0
SIDE_BY_SIDE = 20  # situations that stand at the same time
PATIENCE_S = 900.0


def fill(folder: Path, events: int) -> tuple[list[bytes], float]:
    """Three days of events, one commit each, up to now; their bytes, and the megabytes that they take."""
    outbox = Outbox(folder / "outbox.sqlite", NODE)
    began = time.time() - OUTAGE_S
    outbox.open(began, "aaaa")
    bodies = []
    for n in range(events):
        at = began + n * OUTAGE_S / events
        bodies += [event.body for event in outbox.commit(Batch((draft(n, at),)), at)]
    outbox.close()
    return bodies, sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def draft(n: int, at: float) -> Draft:
    """Situations side by side, each opened, told of three times, and cleared."""
    turn, situation = divmod(n, SIDE_BY_SIDE)
    story, revision = divmod(turn, 5)
    number = story * SIDE_BY_SIDE + situation
    model = IncidentOpened if revision == 0 else IncidentCleared if revision == 4 else IncidentUpdated
    state = "cleared" if model is IncidentCleared else "open"
    return Draft(model, f"s-{number}", at, incident(number, revision, state, at))


class Watch:
    """Subscribes to all events and notes in what order those of each situation first come."""

    def __init__(self, url: str) -> None:
        self.seen: dict[str, list[int]] = defaultdict(list)
        self._known: set[str] = set()
        self._link = Link(
            LinkSettings(url=url), client_id="watch", on_message=self._take, receive_maximum=512
        )
        self._link.subscribe(everyones("event"))
        self._link.start()
        assert self._link.wait(20)

    def _take(self, delivery: Delivery) -> None:
        event = json.loads(delivery.body)
        if event["id"] not in self._known:
            self._known.add(event["id"])
            self.seen[event["subject"]].append(int(event["sequence"]))

    def in_order(self, events: int) -> bool:
        """Whether every situation's events came as they were committed, and all of them."""
        own = {subject: numbers for subject, numbers in self.seen.items() if subject != NODE.node}
        whole = sum(map(len, own.values())) == events
        return whole and all(numbers == sorted(numbers) for numbers in own.values())

    def stop(self) -> None:
        """Hang up."""
        self._link.stop()


def send(url: str, folder: str) -> None:
    """The node: everything that its outbox holds, until the last receipt. A process of its own."""
    clocks = Clocks(time.monotonic, time.time)
    outbox = Outbox(Path(folder) / "outbox.sqlite", NODE)
    outbox.open(time.time(), "bbbb")
    at = utc(time.time())
    reports = Reports(
        lambda: About(at=at, software="gewu-0", configuration="0" * 64, sources=[]),
        lambda: NodeHealth(at=at, uptime_s=1, pending=0, evidence_pending=0, disk_free_mb=1, sources=[]),
    )
    intake = Intake(outbox, clocks, lambda _: publisher.wake())
    publisher = Publisher(LinkSettings(url=url), DeliverySettings(), outbox, intake, reports, clocks)
    began = time.monotonic()
    publisher.start()
    time.sleep(0.2)  # until it has looked at the days that it has to tell of
    while outbox.count("events"):
        assert time.monotonic() - began < PATIENCE_S, f"{outbox.count('events')} are left"
        time.sleep(0.05)
    drained = time.monotonic() - began
    used = time.process_time()
    publisher.stop()
    outbox.close()
    print(json.dumps({"drain_s": drained, "cpu_s": used}))


def bare(url: str, bodies: list[bytes]) -> float:
    """The same bytes as fast as one connection takes them, counted by another."""
    done, seen = threading.Event(), [0]

    def count(_: Delivery) -> None:
        seen[0] += 1
        if seen[0] == len(bodies):
            done.set()

    reader = Link(LinkSettings(url=url), client_id="bare-in", on_message=count, receive_maximum=512)
    reader.subscribe(everyones("event"))
    writer = Link(LinkSettings(url=url), client_id="bare-out")
    for link in (reader, writer):
        link.start()
        assert link.wait(20)
    began = time.monotonic()
    for body in bodies:
        while not writer.publish(NODE.topic("event"), body, TABLE["event"]):
            time.sleep(0.002)
    assert done.wait(PATIENCE_S)
    took = time.monotonic() - began
    for link in (writer, reader):
        link.stop()
    return took


@contextmanager
def running(kind: str, folder: Path) -> Iterator[str]:
    """A broker of that kind; its address."""
    made: Any = (
        EmbeddedBroker(HOST, free_port()) if kind == "embedded" else Mosquitto(folder, open_to_all=True)
    )
    made.start()
    try:
        yield made.url
    finally:
        made.stop()


def measure(kind: str, events: int) -> dict[str, Any]:
    """One outage with one broker."""
    with tempfile.TemporaryDirectory() as scratch:
        storage = Path(scratch) / "node"
        storage.mkdir()
        bodies, megabytes = fill(storage, events)
        with running(kind, Path(scratch) / "bare") as url:
            plain = bare(url, bodies)
        with running(kind, Path(scratch) / "broker") as url:
            centre = Centre(Path(scratch) / "centre", url)
            centre.start()
            watch = Watch(url)
            try:
                node = [sys.executable, "-m", "tests.bench.outage", "--send", url, "--folder", str(storage)]
                done = subprocess.run(node, stdout=subprocess.PIPE, text=True, check=True)
                in_order = watch.in_order(events)
            finally:
                watch.stop()
                centre.kill()
    figures = json.loads(done.stdout.splitlines()[-1])
    return {
        "broker": kind,
        "events": events,
        "drain_s": round(figures["drain_s"], 2),
        "ratio_to_bare": round(plain / figures["drain_s"], 3),
        "in_order": in_order,
        "outbox_mb": round(megabytes, 1),
        "bare_s": round(plain, 2),
        "node_cpu_s": round(figures["cpu_s"], 2),
    }


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--broker", choices=("embedded", "mosquitto", "both"), default="both")
    parser.add_argument("--send", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send:
        return send(asked.send, asked.folder)
    kinds = ("embedded", "mosquitto") if asked.broker == "both" else (asked.broker,)
    found = []
    for kind in kinds:
        found.append(measure(kind, asked.events))
        print(json.dumps(found[-1]), flush=True)
    print(json.dumps(max(found, key=lambda figures: figures["drain_s"])))


if __name__ == "__main__":
    main()
