"""A node without eyes: the real outbox, intake and publisher, and a script in place of cameras.

    python -m tests.drill.sender '{"folder": ..., ...}'

Where it stands in its script is a snapshot in the same commit as the events: killed at any point, it goes
on exactly there.
"""

import json
import logging
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.fields import utc
from broker.link import LinkSettings, Sign
from broker.messages import About, NodeHealth
from broker.topics import Address
from edge.damage import open_outbox
from edge.database import OutboxError
from edge.drafts import Batch
from edge.enrolment.credentials import Credentials
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.publisher import DeliverySettings, Publisher, Reports
from tests.drill import orders
from tests.drill.script import Step, draft, script

log = logging.getLogger("sender")

PLACE = "script"  # of the snapshot
TICK_S, STATUS_S = 0.02, 0.2
DELIVERY = {"retry": "2s", "retry_at_most": "10s"}
CANNOT_START = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One sender of a drill. `folder`: its storage; `desk`: where orders and status lie."""

    folder: str
    desk: str
    node: str
    url: str
    seed: int
    number: int
    events: int
    identity: str | None = None
    bound: int = 200_000

    @property
    def address(self) -> Address:
        """Its place in the topic tree."""
        return Address("131002", self.node)


class Sender:
    """Commits what its orders allow, and delivers."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.orders = Path(part.desk) / "orders.json"
        self.clocks = Clocks(time.monotonic, self._utc)
        self._steps: Sequence[Step] = script(part.seed, part.number, part.events)
        self._began = time.monotonic()
        self._told = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. Raises OutboxError when the storage cannot be used."""
        self.outbox = Outbox(
            Path(self.part.folder) / "outbox.sqlite", self.part.address, max_pending=self.part.bound
        )
        said = open_outbox(self.outbox, self.clocks.utc(), secrets.token_hex(2))
        if said:
            log.error("%s", said)
        self.intake = Intake(self.outbox, self.clocks, lambda _: self.publisher.wake())
        self.publisher = _publisher(self)
        self.publisher.start()
        try:
            self._tell(stop, int(self.outbox.snapshots().get(PLACE, b"0")))
        finally:
            self.intake.flush(at_once=True)
            self.publisher.stop()
            self.outbox.close()

    def _tell(self, stop: threading.Event, place: int) -> None:
        done = sum(len(step) for step in self._steps[:place])
        while not stop.wait(TICK_S):
            target = orders.orders(self.orders).target
            while place < len(self._steps) and done < target and not stop.is_set():
                done += len(self._steps[place])
                drafts = tuple(draft(told, self.clocks.utc()) for told in self._steps[place])
                place += 1
                self.intake.put(Batch(drafts, snapshots={PLACE: str(place).encode()}))
            self._report(done)

    def _report(self, done: int) -> None:
        if (now := time.monotonic()) - self._told < STATUS_S:
            return
        self._told = now
        waits = self.intake.waiting
        try:
            pending = self.outbox.count("events") + waits
        except OutboxError:
            return
        orders.put(Path(self.part.desk) / "status.json", orders.Status(done - waits, pending))

    def _utc(self) -> float:
        return time.time() + orders.orders(self.orders).offset_s

    def about(self) -> About:
        """What the node says it is."""
        return About(at=utc(self.clocks.utc()), software="drill-1", configuration="d" * 64, sources=[])

    def health(self) -> NodeHealth:
        """The node's pulse."""
        return NodeHealth(
            at=utc(self.clocks.utc()),
            uptime_s=round(time.monotonic() - self._began, 1),
            pending=self.outbox.count("events"),
            evidence_pending=0,
            disk_free_mb=1.0,
            sources=[],
        )


def _publisher(sender: Sender) -> Publisher:
    link = LinkSettings.model_validate({"url": sender.part.url, "keepalive": "5s"})
    delivery = DeliverySettings.model_validate(DELIVERY)
    reports = Reports(sender.about, sender.health)
    sign = _signature(sender.part, sender.clocks)
    return Publisher(link, delivery, sender.outbox, sender.intake, reports, sender.clocks, sign=sign)


def _signature(part: Part, clocks: Clocks) -> Sign | None:
    if part.identity is None:
        return None
    folder = Path(part.identity)
    return Credentials(folder, part.address, url=None, ca_file=None, utc_s=clocks.utc).sign


def main(words: str) -> int:
    """Run the sender that the JSON object describes, until SIGTERM."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, stream=sys.stderr)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        Sender(Part(**json.loads(words))).run(stop)
    except OutboxError as error:
        log.error("%s", error)
        return CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
