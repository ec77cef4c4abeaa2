"""What a node is made of, put together: its storage, its ways out, what looks, and who is asked."""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broker.asks import Answer
from broker.inventory import Inventory
from broker.messages import About, NodeHealth
from edge import assembly
from edge.alive.pulse import Pulse
from edge.asked.enquiries import Enquiries
from edge.asked.itself import Itself
from edge.config import Configuration
from edge.damage import Repair, open_outbox
from edge.desired.desk import Desired
from edge.desired.preparing import Preparing
from edge.desired.turning import Turning
from edge.drafts import Batch, Stamped
from edge.enrolment.own import Own
from edge.evidence import EvidenceStore
from edge.frames import SourceClock
from edge.hearing import Hearers
from edge.intake import Clocks, Intake
from edge.lasting import Lasting
from edge.memory import Memory
from edge.outbox import Outbox
from edge.publisher import Publisher, Reports
from edge.steward import Steward
from edge.storeroom import Storeroom, opened, reserve
from edge.temperature import Thermometer
from edge.traced import Traces
from edge.uploader import Uploader
from edge.watching import Watching

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a node has before anything of its storage is open.

    folder: of the storage, held. configuration: the node's own. network: clocks of broker, centre and disk;
    place: of what is watched. began: monotonic seconds. before: what the run before ended with, where it did
    not end well.
    """

    folder: Path
    configuration: Configuration
    network: Clocks
    place: Clocks
    source_clock: SourceClock
    own: Own
    desired: Desired
    pulse: Pulse
    traces: Traces
    software: str
    inventory: Inventory
    began: float
    before: str | None


@dataclass(frozen=True, slots=True)
class Calls:
    """Who of the node is told. decided: commits a batch. ease: do so much of the usual work."""

    decided: Callable[[Batch], None]
    committed: Callable[[list[Stamped]], None]
    changed: Callable[[], None]
    ease: Callable[[float], None]
    about: Callable[[], About]
    health: Callable[[], NodeHealth]
    anew: threading.Event


class Parts:
    """Opened when made; whoever made it begins and ends them. Raises OutboxError."""

    def __init__(
        self, basis: Basis, calls: Calls, wanted: Configuration, models: assembly.Models | None
    ) -> None:
        self._basis, self._calls = basis, calls
        self._settings = basis.configuration.settings
        self._open_storage()
        self.uploader = self._uploader()
        self._begin_to_look(wanted, models)
        self._keep_house()
        self.enquiries = self._enquiries()
        self.publisher = self._publisher()

    @property
    def watching(self) -> Watching:
        """What looks just now."""
        return self.turning.watching

    def _open_storage(self) -> None:
        folder, clocks, storage = self._basis.folder, self._basis.network, self._settings.storage
        self.store = EvidenceStore(folder / "evidence", max_bytes=int(storage.max_evidence_mb * 1e6))
        self.outbox = Outbox(
            folder / "outbox.sqlite",
            self._settings.address,
            max_pending=storage.max_events,
            max_kept=int(storage.max_kept_mb * 1e6),
            holds=self.store.has,
        )
        token = partial(secrets.token_hex, 2)
        told = opened(folder, lambda: open_outbox(self.outbox, clocks.utc(), token()))
        reserve(folder)
        if told is not None:
            log.error("%s", told)
        self.repair = Repair(self.outbox, clocks, token, told)
        self.intake = Intake(self.outbox, clocks, self._calls.committed, self.repair.renew)

    def _uploader(self) -> Uploader:
        basis = self._basis
        return Uploader(
            self._settings.central,
            self.outbox,
            self.store,
            basis.network,
            max_bytes=int(self._settings.storage.max_evidence_mb * 1e6),
            proof=basis.own.credentials,
            beat=partial(basis.pulse.beat, "uploader"),
        )

    def _begin_to_look(self, wanted: Configuration, models: assembly.Models | None) -> None:
        basis = self._basis
        self.lasting = Lasting(
            basis.folder,
            basis.network,
            basis.place,
            basis.source_clock,
            self.outbox,
            self.store,
            self.intake,
            Memory(basis.folder / "views"),
            self._calls.decided,
            basis.software,
            basis.traces,
        )
        first = Watching(wanted, models, self.lasting)
        self.turning = Turning(first, self.lasting, basis.desired, self._calls.changed)
        self.preparing = Preparing(
            self.turning.now, basis.desired, basis.folder, self._settings.central, basis.own.credentials
        )
        basis.desired.prepared_by(self.preparing)

    def _keep_house(self) -> None:
        storage = self._settings.storage
        room = Storeroom(
            self._basis.folder,
            storage.max_mb * 1e6,
            storage.leave_mb * 1e6,
            self.outbox,
            self.store,
            lambda: self.watching.journal,
            self.preparing,
        )
        self.steward = Steward(room, Thermometer(), self._calls.ease, self._basis.network.monotonic)

    def _enquiries(self) -> Enquiries:
        proof = self._basis.own.credentials
        return Enquiries(
            self.turning, self.lasting, self._settings.central, proof, self._answer, self._itself()
        )

    def _itself(self) -> Itself:
        basis, own = self._basis, self._basis.own
        written = basis.configuration.own
        return Itself(
            written.path if written else None,
            lambda: basis.inventory,
            self._calls.health,
            basis.desired.reread,
            self._calls.anew.set if basis.inventory.supervised else None,
            own.renew if own.credentials is not None else None,
            own.serial,
            self.steward.tidy_now,
        )

    def _answer(self, answer: Answer) -> bool:
        return self.publisher.say("answer", answer)

    def _publisher(self) -> Publisher:
        basis, desired = self._basis, self._basis.desired
        return Publisher(
            basis.own.link(self._settings.broker),
            self._settings.delivery,
            self.outbox,
            self.intake,
            Reports(self._calls.about, self._calls.health, lambda: desired.reported),
            basis.network,
            sign=basis.own.sign,
            hearers=Hearers(self.turning.verify, self.enquiries.take, desired.heard),
            beat=partial(basis.pulse.beat, "publisher"),
            traces=basis.traces,
        )
