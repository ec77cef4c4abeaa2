"""Takes what was decided to the outbox, in order. What the disk refuses waits here and is tried again."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from edge.database import OutboxDamaged, OutboxError
from edge.drafts import Batch, Draft, Stamped, stamp
from edge.outbox import Outbox
from edge.waiting import Waiting

log = logging.getLogger(__name__)

RETRY_S = 1.0
SHARE = 10.0  # a try that takes long, with thousands of events, is made so much more seldom than it takes


@dataclass(frozen=True, slots=True)
class Clocks:
    """The node's two clocks: monotonic seconds for waiting, UTC seconds for stamps."""

    monotonic: Callable[[], float]
    utc: Callable[[], float]


class Intake:
    """Called from the inference loop (`put`) and from the publisher (`flush`); either may be first.

    repair: renews an outbox that is damaged, or raises OutboxError.
    """

    def __init__(
        self,
        outbox: Outbox,
        clocks: Clocks,
        committed: Callable[[list[Stamped]], None],
        repair: Callable[[], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self._clocks = clocks
        self._committed = committed
        self._repair = repair
        self._lock = threading.Lock()
        self._waiting = Waiting()
        self._not_before = float("-inf")
        self.trouble: str | None = None

    @property
    def waiting(self) -> int:
        """Events that are in memory only."""
        return len(self._waiting)

    def put(self, batch: Batch) -> None:
        """Commit a batch, after everything that still waits."""
        sizes = [self._size(draft) for draft in batch.drafts]
        drafts = tuple(draft for draft, size in zip(batch.drafts, sizes, strict=True) if size)
        with self._lock:
            lost = self._waiting.lost
            self._waiting.add(replace(batch, drafts=drafts), [size for size in sizes if size])
            if self._waiting.lost > lost:
                log.error("memory is full too: the oldest %d events are lost", self._waiting.lost - lost)
        self.flush()

    def _size(self, draft: Draft) -> int:
        """Bytes; none for one that can never be written and would hold up all others: left out, aloud."""
        try:
            return len(stamp(draft, self._outbox.address.source, "0", 0, draft.utc).body)
        except (ValueError, OverflowError, OSError):
            log.exception("an event about %s cannot be written and is left out", draft.subject)
            return 0

    def flush(self, *, at_once: bool = False) -> bool:
        """Commit what waits, to a renewed outbox when anybody found it damaged; False when it waits on.

        After a failure, pause before the next try.
        """
        with self._lock:
            if not self._waiting and not (self._repair and self._outbox.damaged):
                return True
            if not at_once and self._clocks.monotonic() < self._not_before:
                return False
            return self._try()

    def _try(self) -> bool:
        began = self._clocks.monotonic()
        try:
            stamped = self._commit(self._waiting.batch())
        except OutboxError as error:
            now = self._clocks.monotonic()
            self._not_before = now + max(RETRY_S, SHARE * (now - began))
            self._say(f"{error}{self._waiting.left_out}")
            return False
        self._waiting = Waiting()
        self._say(None)
        self._committed(stamped)
        return True

    def _commit(self, batch: Batch) -> list[Stamped]:
        if self._repair is not None and self._outbox.damaged:
            self._repair()
        try:
            return self._outbox.commit(batch, self._clocks.utc())
        except OutboxDamaged:
            if self._repair is None:
                raise
            self._repair()
            return self._outbox.commit(batch, self._clocks.utc())

    def _say(self, trouble: str | None) -> None:
        """Once when it begins, once when it is over."""
        if trouble is not None and self.trouble is None:
            log.error(
                "outbox: cannot commit (%s); %d events wait in memory and are tried again every %g s; "
                "free space on that disk",
                trouble,
                self.waiting,
                RETRY_S,
            )
        elif trouble is None and self.trouble is not None:
            log.warning("outbox: commits work again; everything that waited is stored")
        self.trouble = trouble
