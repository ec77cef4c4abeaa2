"""A city's nodes all day long: how soon each situation is a dispatched ticket, and whether memory stays flat.

    python -m tests.bench.load [--seconds N] [--nodes 500] [--rate 50] [--burst 2000] [--bursts 2]
        [--store sqlite|postgresql] [--broker embedded|mosquitto]

Real processes: a broker, `gewu-central serve`, and the nodes (`tests.bench.load_nodes`: an MQTT connection
and a key each; their clock is ours). All that a centre does is on: enrolled nodes alone are believed,
signatures are checked, correlation, the grid of a city of 4,756 cells, the routes of
configs/routing.example.yaml, Langfang's profile, which accepts and dispatches by itself, the working clock,
storms, recurring places, and verification: some tickets a second are said to be handled, the centre asks
the nodes, and they answer. Between two halves of an even load come bursts. The time of a situation runs
from its commit at the node (`recordedtime`) until the live stream shows its ticket dispatched. In the end
every event is looked for in the database. The last line is one JSON object.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import yaml
from sqlalchemy import func, select

from broker.pki.keys import new_key, private_key, public_pem
from broker.settings import load
from central.casework.deeds import Given
from central.casework.rights import Doer
from central.people.asker import COMMAND_LINE, Asker
from central.settings import CentralSettings
from central.store.acting import Asked, NotDoable, perform
from central.store.database import Store
from central.store.grids import import_cut
from central.store.identity_tables import enrolled_nodes, node_certificates
from central.store.migrate import migrate
from central.store.schema import inbox, ticket_log, tickets
from central.store.verify_tables import verifications
from central.terms import ground_of
from tests.bench.ingest import share
from tests.bench.ingest_parts import broker, databases
from tests.bench.load_nodes import address, serial
from tests.centre import Centre
from tests.cities import city

CELLS, STREETS, COMMUNITIES = 4756, 20, 20
HANDLED_EVERY_S = 0.5
GOAL_S = 2.0
LINGER_S = 60.0  # for the last receipts and tickets
ROUTES = Path(__file__).resolve().parents[2] / "configs" / "routing.example.yaml"
AT_WORK = ("dispatched", "handling", "fed_back", "verified", "closed", "evaluated")


def prepare(store: Store, nodes: int, cells: int, keys: Path) -> None:
    """Bring the grid in and enrol the nodes, as import and enrolment would."""
    now = datetime.now(timezone.utc)
    migrate(store)
    areas = (
        city(cells, streets=STREETS, communities=COMMUNITIES)
        if cells > STREETS * COMMUNITIES
        else city(cells)
    )
    about: dict[str, Any] = {"by": COMMAND_LINE, "title": "bench", "sha256": "0" * 64}
    import_cut(store, areas, valid_from=now - timedelta(days=400), imported=now, **about)
    keys.mkdir()
    known = {"state": "enrolled", "since": now, "said_by": "bench", "why": "bench"}
    times = {"chain": "", "not_before": now, "not_after": now + timedelta(days=9), "issued": now}
    people, papers = [], []
    for n in range(nodes):
        pem = new_key()
        (keys / f"{n}.pem").write_bytes(pem)
        public = public_pem(private_key(pem).public_key())
        people.append({"node": address(n).source} | known)
        paper = {"serial": serial(n), "key_sha256": hashlib.sha256(public).hexdigest()}
        papers.append({"node": address(n).source, "public_key": public.decode()} | paper | times)
    with store.write() as connection:
        connection.execute(enrolled_nodes.insert(), people)
        connection.execute(node_certificates.insert(), papers)


class Nodes:
    """The process of the nodes. sent: every event that was committed there, by its id."""

    def __init__(self, url: str, number: int, keys: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.load_nodes", url, str(number), str(keys)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.sent: dict[str, dict[str, Any]] = {}
        self.ended: dict[str, Any] = {}
        self._until("ready")

    def order(self, **words: Any) -> None:
        """Have them do it, and wait until it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        self._until("ended" if "end" in words else "done")

    def _until(self, word: str) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if word in said:
                self.ended = said
                return
            self.sent[said["id"]] = said
        raise RuntimeError("the nodes' process ended")

    def stop(self) -> None:
        """Wait for its end, or end it."""
        self._process.terminate()
        self._process.communicate(timeout=60)


class Watch(threading.Thread):
    """Reads the live stream. dispatched: when a situation's ticket was first shown so."""

    def __init__(self, centre: Centre) -> None:
        super().__init__()
        self.dispatched: dict[tuple[str, str], float] = {}
        self._client = centre.client(timeout=1.5)  # or the end would wait for a sign of life
        self._stopping = False

    def run(self) -> None:
        last = ""
        while not self._stopping:
            with suppress(httpx.HTTPError, ValueError):
                for event in self._events({"Last-Event-ID": last} if last else {}):
                    last = event.get("id", last)
                    if event.get("event") == "ticket":
                        self._note(json.loads(event["data"])["ticket"])
            time.sleep(0.0 if self._stopping else 0.2)

    def _events(self, headers: dict[str, str]) -> Any:
        with self._client.stream("GET", "/api/stream", headers=headers) as answer:
            event: dict[str, str] = {}
            for line in answer.iter_lines():
                if self._stopping:
                    return
                if not line:
                    yield event
                    event = {}
                elif ": " in line:
                    name, _, value = line.partition(": ")
                    event[name] = value

    def _note(self, ticket: dict[str, Any]) -> None:
        if ticket["state"] in AT_WORK:
            self.dispatched.setdefault((ticket["node"], ticket["situation"]), time.time())

    def stop(self) -> None:
        """End, soon."""
        self._stopping = True
        self.join()
        self._client.close()


class Memory(threading.Thread):
    """Notes once a second how much memory a process has resident, in MB."""

    def __init__(self, process: int) -> None:
        super().__init__()
        self.seen: list[tuple[float, float]] = []
        self._file = Path(f"/proc/{process}/status")
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(1.0):
            line = next(each for each in self._file.read_text().splitlines() if each.startswith("VmRSS"))
            self.seen.append((time.monotonic(), int(line.split()[1]) / 1024))

    def stop(self) -> None:
        """No more."""
        self._stopping.set()
        self.join()

    def growth_mb(self) -> float:
        """By how much a line through the second half of the run rises over it."""
        half = np.array(self.seen[len(self.seen) // 2 :] or [(0.0, 0.0)])
        if len(half) < 3:
            return 0.0
        slope = float(np.polyfit(half[:, 0] - half[0, 0], half[:, 1], 1)[0])
        return slope * float(half[-1, 0] - half[0, 0])


class Handler(threading.Thread):
    """Says of a dispatched ticket now and then that it is handled, as its department would."""

    def __init__(self, store: Store, settings: CentralSettings) -> None:
        super().__init__()
        self.handled = 0
        self._store, self._work = store, ground_of(settings, store).work
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(HANDLED_EVERY_S):
            with self._store.read() as connection:
                wanted = select(tickets).where(tickets.c.state == "dispatched", tickets.c.scene == "present")
                row = connection.execute(wanted.order_by(tickets.c.number.desc()).limit(1)).first()
            if row is None:
                continue
            doer = Doer("bench", "department", row.department)
            given, by = Given(reason="it was towed away"), Asker("bench", "command line", "this machine")
            asked = Asked(row.number, "feed_back", given, row.version, f"bench-{row.number}", doer, by)
            with suppress(NotDoable):
                perform(self._store, self._work, asked, datetime.now(timezone.utc))
                self.handled += 1

    def stop(self) -> None:
        """No more."""
        self._stopping.set()
        self.join()


def run(stack: ExitStack, asked: argparse.Namespace) -> dict[str, Any]:
    """One run."""
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-load-")))
    url = stack.enter_context(broker(asked.broker, scratch))
    database = databases(stack, asked.store, scratch)[0]
    store = stack.enter_context(closing(Store(database)))
    prepare(store, asked.nodes, asked.cells, scratch / "keys")
    settings = {"casework": {"profile": "langfang"}, "nodes": {"enrolled_only": True}}
    settings |= {"routing": yaml.safe_load(ROUTES.read_text())["routing"], "database": {"url": database}}
    centre = Centre(scratch / "centre", url, **settings)
    stack.callback(centre.kill)
    centre.start()
    assert centre.process is not None
    nodes = Nodes(url, asked.nodes, scratch / "keys")
    stack.callback(nodes.stop)
    watch, memory = Watch(centre), Memory(centre.process.pid)
    handler = Handler(store, load(centre.config, CentralSettings))
    for part in (watch, memory, handler):
        part.start()
    try:
        drained = drive(nodes, watch, handler, asked)
        not_shown = _not_shown(store, watch)
    finally:
        for part in (handler, memory, watch):
            part.stop()
    return figures(store, nodes, watch, memory, asked) | {
        "not_shown": not_shown,
        "handled": handler.handled, "burst_drained_s": round(max(drained, default=0.0), 2),
    }  # fmt: skip


def drive(nodes: Nodes, watch: Watch, handler: "Handler", asked: argparse.Namespace) -> list[float]:
    """The even load with bursts in it; how long each burst took to be dispatched, to its last ticket."""
    drained = []
    parts = asked.bursts + 1
    for part in range(parts):
        nodes.order(rate=asked.rate, seconds=asked.seconds / parts)
        print(
            f"{len(nodes.sent)} events, {len(watch.dispatched)} tickets dispatched",
            file=sys.stderr,
            flush=True,
        )
        if part < asked.bursts:
            drained.append(burst(nodes, watch, asked.burst))
            print(
                f"a burst of {asked.burst}: dispatched after {drained[-1]:.1f} s", file=sys.stderr, flush=True
            )
    handler.stop()
    nodes.order(rate=1, seconds=3)  # the last looks are answered
    nodes.order(end=LINGER_S)
    return drained


def burst(nodes: Nodes, watch: Watch, number: int) -> float:
    """Seconds from its first commit until the last of its tickets was shown dispatched."""
    before = set(nodes.sent)
    nodes.order(burst=number)
    mine = [each for name, each in nodes.sent.items() if name not in before and each["sort"] == "opened"]
    keys = {(each["node"], each["subject"]) for each in mine}
    # What joins another's ticket is not told by its own name; nearly all found one.
    _wait(lambda: len(keys - watch.dispatched.keys()) <= len(keys) * JOINED)
    shown = [watch.dispatched[key] for key in keys if key in watch.dispatched]
    return max(shown) - min(each["at"] for each in mine) if shown else LINGER_S


JOINED = 0.02


def _wait(done: Any) -> None:
    until = time.monotonic() + LINGER_S
    while not done() and time.monotonic() < until:
        time.sleep(0.1)


def _not_shown(store: Store, watch: Watch) -> int:
    """Tickets that the stream never showed at work, though they are."""
    wanted = select(tickets.c.lead_node, tickets.c.lead_subject).where(tickets.c.state.in_(AT_WORK))

    def left() -> set[tuple[str, str]]:
        with store.read() as connection:
            return {(row[0], row[1]) for row in connection.execute(wanted)} - watch.dispatched.keys()

    _wait(lambda: not left())
    return len(left())


def figures(
    store: Store, nodes: Nodes, watch: Watch, memory: Memory, asked: argparse.Namespace
) -> dict[str, Any]:
    """What became of every event, and how long it took."""
    opened = [each for each in nodes.sent.values() if each["sort"] == "opened"]
    with store.read() as connection:
        # What joined another's ticket leads it once the first one is gone: that is no dispatch.
        founded = select(ticket_log.c.source, ticket_log.c.subject).where(ticket_log.c.effect == "opened")
        founders = {(row.source, row.subject) for row in connection.execute(founded)}
    took = sorted(
        watch.dispatched[key] - each["at"]
        for each in opened
        if (key := (each["node"], each["subject"])) in watch.dispatched and key in founders
    )
    with store.read() as connection:
        known = set(connection.execute(select(inbox.c.id)).scalars())
        made = connection.execute(select(func.count()).select_from(tickets)).scalar_one()
        looked = connection.execute(
            select(verifications.c.state, func.count()).group_by(verifications.c.state)
        )
        looks = {row[0]: row[1] for row in looked}
        folded = connection.execute(select(func.count()).where(tickets.c.parent.is_not(None))).scalar_one()
    p99 = share(took, 0.99) if took else float("inf")
    return {
        "nodes": asked.nodes,
        "events": len(nodes.sent),
        "p50_s": round(share(took, 0.5), 3) if took else None,
        "p99_s": round(p99, 3),
        "ratio_to_goal": round(p99 / GOAL_S, 3),
        "lost": len(nodes.sent.keys() - known),
        "without_receipt": nodes.ended["waiting"],
        "sent_again": nodes.ended["again"],
        "receipts": nodes.ended["answered"],
        "tickets": made,
        "folded": folded,
        "looks": looks,
        "rss_mb": round(memory.seen[-1][1], 1) if memory.seen else None,
        "rss_growth_mb": round(memory.growth_mb(), 2),
        **{name: getattr(asked, name) for name in ("seconds", "rate", "burst", "store", "broker")},
    }


def main(arguments: list[str] | None = None) -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--nodes", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--burst", type=int, default=2000)
    parser.add_argument("--bursts", type=int, default=2)
    parser.add_argument("--cells", type=int, default=CELLS)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--broker", choices=("embedded", "mosquitto"), default="mosquitto")
    with ExitStack() as stack:
        print(json.dumps(run(stack, parser.parse_args(arguments))))


if __name__ == "__main__":
    main()
