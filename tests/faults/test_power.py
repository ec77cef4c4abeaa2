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
from tests.drill import orders
from tests.drill.script import script
from tests.drill.sender import PLACE, Part
from tests.faults.power import Disk, Step, laid_out, steps, watched
from tests.nodes import NODE, Centre, until

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


def cuts(done: list[Step], first: int) -> Iterator[tuple[str, dict[str, bytes], bytes]]:
    """Every cut from a step on: which, the files that are left, and all that had been said. None twice."""
    disk, said, chance = Disk(), bytearray(), random.Random(1)  # noqa: S311 - no secret depends on it
    known = set()
    for number, step in enumerate(done):
        if step.act == "said":
            said += step.data
        else:
            disk.do(step)
        for survives in ("least", "some", "most") if number >= first else ():
            image = disk.some(chance) if survives == "some" else getattr(disk, survives)()
            case = (frozenset(image.items()), len(said) if step.act == "said" else -1)
            if case not in known:
                known.add(case)
                yield (
                    f"cut after step {number} of {len(done)} ({step.act}), {survives} survives",
                    image,
                    bytes(said),
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
        if gone := set(EVENT.findall(said)) - held:
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
