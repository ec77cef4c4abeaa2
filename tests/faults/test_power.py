"""The power is cut before and after every step that node and centre take: what they said had been kept.

The real processes are watched with strace while they work. Then for every step they took, the disk is laid
out as a cut there would have left it, and a fresh process's eyes look at it.
"""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from broker.embedded import EmbeddedBroker
from edge.damage import open_outbox
from edge.outbox import Outbox
from tests.centre import MAIN, Wire
from tests.centre import Centre as RealCentre
from tests.drill import orders
from tests.drill.script import script
from tests.drill.sender import PLACE, Part
from tests.faults.power import Disk, Step, laid_out, packets, steps, watched
from tests.nodes import NODE, Centre, until
from tests.unit.central.makers import NODE as PLACE_OF_NODE
from tests.unit.central.makers import event

EVENTS = 12
EVENT = re.compile(rb'"specversion":"1.0","id":"([0-9a-f-]{36})"')


@contextmanager
def process(command: list[str], record: Path, log: Path) -> Iterator[None]:
    """A process under strace; asked to end at the end, and its record is whole then."""
    with log.open("ab") as out:
        tracer = subprocess.Popen(
            watched(command, record), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield
        children = Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        tracer.wait(30)
    finally:
        if tracer.poll() is None:
            os.killpg(tracer.pid, signal.SIGKILL)
            tracer.wait()


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that is fast to write to: what lies there is looked at once."""
    shm = Path("/dev/shm")  # noqa: S108 - where there is one
    with tempfile.TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else None) as folder:
        yield Path(folder)


def cuts(done: list[Step], first: int) -> Iterator[tuple[str, dict[str, bytes], dict[str, bytes]]]:
    """Every cut from a step on: which, the files left, what had been said on each line. None twice."""
    disk, chance = Disk(), random.Random(1)  # noqa: S311 - no secret depends on it
    said: dict[str, bytes] = {}
    known = set()
    for number, step in enumerate(done):
        if step.act == "said":
            said[step.path] = said.get(step.path, b"") + step.data
        else:
            disk.do(step)
        for survives in ("least", "some", "most") if number >= first else ():
            image = disk.some(chance) if survives == "some" else getattr(disk, survives)()
            case = (frozenset(image.items()), number if step.act == "said" else -1)
            if case not in known:
                known.add(case)
                yield (
                    f"cut after step {number} of {len(done)} ({step.act}), {survives} survives",
                    image,
                    dict(said),
                )


# A node whose commits return before they are on the disk.
LAX = """
import sqlite3
class Lax(sqlite3.Connection):
    def execute(self, words, *values):
        return super().execute(words.replace("synchronous = FULL", "synchronous = OFF"), *values)
connect = sqlite3.connect
sqlite3.connect = lambda *words, **more: connect(*words, factory=Lax, **more)
"""


@pytest.mark.parametrize(
    ("prelude", "keeps"), [("", True), (LAX, False)], ids=["ours", "one that does not sync"]
)
def test_a_node_has_kept_what_it_said_wherever_the_power_is_cut(
    prelude: str, keeps: bool, embedded_broker: EmbeddedBroker, tmp_path: Path, memory: Path
) -> None:
    storage, desk, record = tmp_path / "storage", tmp_path / "desk", tmp_path / "record"
    storage.mkdir()
    desk.mkdir()
    part = Part(str(storage), str(desk), NODE.node, embedded_broker.url, 4, 0, EVENTS)
    code = f"{prelude}\nimport sys\nfrom tests.drill.sender import main\nsys.exit(main(sys.argv[1]))"
    command = [sys.executable, "-c", code, json.dumps(asdict(part))]
    with Centre(embedded_broker.url) as centre, process(command, record, tmp_path / "log"):
        for target in range(1, EVENTS + 1):
            orders.put(desk / "orders.json", orders.Orders(target))
            time.sleep(0.03)
        until(lambda: len(centre.bodies) == EVENTS)
        until(lambda: orders.status(desk / "status.json") == orders.Status(EVENTS, 0))
    broken = next(broken_words(steps(record, storage), storage, memory), None)
    assert (broken is None) is keeps, broken


def broken_words(done: list[Step], storage: Path, memory: Path) -> Iterator[str]:
    """Cuts after which the node does not hold what it had said, or stands elsewhere than its events."""
    lengths = [len(step) for step in script(4, 0, EVENTS)]
    seen = set()
    for where, image, said in cuts(done, first_word(done)):
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            laid_out(image, storage, Path(folder))
            held, place = restarted(Path(folder))
        if gone := set(EVENT.findall(b"".join(said.values()))) - held:
            yield f"{where}: {len(gone)} events that were sent are gone"
        if len(held) != sum(lengths[:place]):
            yield f"{where}: {len(held)} events, and the script at {place}"
        seen.add(len(held))
    assert EVENTS in seen


def first_word(done: list[Step]) -> int:
    """The step at which something is said for the first time: before it the files are being made."""
    return next(number for number, step in enumerate(done) if step.act == "said")


def restarted(folder: Path) -> tuple[set[bytes], int]:
    """What a node that starts on this disk holds: ids of events, and where its script stands."""
    outbox = Outbox(folder / "outbox.sqlite", NODE)
    open_outbox(outbox, time.time(), "0000")
    place = int(outbox.snapshots().get(PLACE, b"0"))
    outbox.close()
    with closing(sqlite3.connect(folder / "outbox.sqlite")) as file:
        return {row[0].encode() for row in file.execute("SELECT id FROM events")}, place


STORY = [event("opened" if n % 3 else "updated", n % 3, subject=f"sit-{n // 3}") for n in range(12)]
BAD = [b"no JSON", event("opened", 0, event_id=STORY[1].id, subject="sit-9").encode()]
RECEIPT = re.compile(rb'"id":"([^"]+)","status":"(committed|rejected)","sha256":"([0-9a-f]{64})"')
PUBACK = 4
AFTER_THE_ACKNOWLEDGEMENT = """
import broker.deliveries as deliveries
import broker.link as link
def hand_out(message, ack):
    ack()
    return made(message, deliveries.no_ack)
made, link._delivery = link._delivery, hand_out
"""


@pytest.mark.parametrize(
    ("prelude", "keeps"), [("", True), (AFTER_THE_ACKNOWLEDGEMENT, False)], ids=["ours", "one that is hasty"]
)
def test_a_centre_has_kept_what_it_answered_wherever_the_power_is_cut(
    prelude: str, keeps: bool, embedded_broker: EmbeddedBroker, tmp_path: Path, memory: Path
) -> None:
    centre = RealCentre(tmp_path / "centre", embedded_broker.url)
    storage, record = tmp_path / "centre" / "storage", tmp_path / "record"
    command = [sys.executable, "-c", f"{prelude}\n{MAIN}", "serve", str(centre.config)]
    wire = Wire(embedded_broker.url, PLACE_OF_NODE)
    with closing(wire), process(command, record, tmp_path / "log"):
        wire.insist(STORY[0].encode(), STORY[0].id)
        for body in [*BAD, *(each.encode() for each in STORY[::-1]), STORY[4].encode()]:
            wire.send(body)
            time.sleep(0.02)
        for each in STORY:
            wire.receipt(each.id)
    done = steps(record, storage)
    answer = next(
        number for number, step in enumerate(done) if RECEIPT.search(step.data) and step.act == "said"
    )
    broken = next(broken_answers(done, answer - 60, storage, memory), None)
    assert (broken is None) is keeps, broken


def broken_answers(done: list[Step], first: int, storage: Path, memory: Path) -> Iterator[str]:
    """Cuts after which the centre does not have what it had answered or acknowledged."""
    most = 0
    for where, image, said in cuts(done, first):
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            laid_out(image, storage, Path(folder))
            taken, aside, deliveries = books(Path(folder) / "central.db")
        words = {found for line in said.values() for found in RECEIPT.findall(line)}
        for name, status, sha256 in words:
            if (name.decode(), sha256.decode()) not in taken and (
                status == b"committed" or sha256.decode() not in aside
            ):
                yield f"{where}: {status.decode()} was said of {name.decode()}, and it is gone"
        acknowledged = sum(kind == PUBACK for line in said.values() for kind, _ in packets(line))
        if acknowledged > deliveries:
            yield f"{where}: {acknowledged} messages were acknowledged, and {deliveries} are kept"
        most = max(most, len(taken))
    assert most == len(STORY)


def books(file: Path) -> tuple[set[tuple[str, str]], set[str], int]:
    """Events taken, hashes of what was set aside, and how often anything was."""
    if not file.exists():
        return set(), set(), 0
    with closing(sqlite3.connect(file)) as database:
        try:
            taken = database.execute("SELECT id, sha256, deliveries FROM inbox").fetchall()
            aside = database.execute("SELECT sha256, deliveries FROM quarantine").fetchall()
        except sqlite3.OperationalError:  # the tables are not there yet
            return set(), set(), 0
    return {row[:2] for row in taken}, {row[0] for row in aside}, sum(row[-1] for row in taken + aside)
