"""The lane of a node's devices, beside its cameras': readings from any thread, one thread that decides.

What an event was decided on is committed with it: the state of its device. What began and was not told yet is
committed within `SETTLE_S`; when each device was heard, every `KEEP_S`. A crash costs what was read in the
moments before, and what was waiting for readings that were overtaken (`late`).
"""

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from broker.events import Audit, ClockQuality, SceneVerification
from broker.messages import SourceAbout, SourceReport
from edge.decoding import Decoded
from edge.devices import keeping, telling
from edge.devices.asks import Asks
from edge.devices.book import DeviceBook
from edge.devices.device import devices_of
from edge.devices.findings import Found
from edge.devices.settings import DevicesSettings
from edge.drafts import Batch, Draft
from edge.intake import Clocks
from edge.readings import Reading
from edge.verifications import Asked

log = logging.getLogger(__name__)

PREFIX: Final = "device/"  # of the snapshots; no source's id holds a slash
ALL: Final = "devices"
MOST_WAITING: Final = 100_000  # readings; beyond, nothing is taken until there is room
TICK_S: Final = 0.25
SETTLE_S: Final = 1.0
KEEP_S: Final = 300.0
READS: Final = 5
STEP_S: Final = 2.0  # UTC that moves by so much against the monotonic clock was set


class Desk:
    """`start`, `take` from any thread, `stop`. put: commits a batch; saved: the outbox's snapshots.

    quality: how far the machine's UTC can be believed, asked with every event.
    """

    def __init__(
        self,
        settings: DevicesSettings,
        made_by: Audit,
        clocks: Clocks,
        put: Callable[[Batch], None],
        quality: Callable[[], ClockQuality],
    ) -> None:
        self.refused = 0  # readings for which there was no room
        self._clocks = clocks
        self._put = put
        self._made_by = made_by
        self._quality = quality
        self._queue: deque[tuple[tuple[Reading, ...], float, bool]] = deque()
        self._waiting = 0
        self._room = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._devices = tuple(devices_of(settings))
        self._utc_minus_t = clocks.utc() - clocks.monotonic()
        self._book = DeviceBook(self._devices, clocks.utc(), settings.late)
        self._asks = Asks(self._book)
        self._book_lock = threading.Lock()
        self._settled = self._kept = clocks.monotonic()
        self._singles: set[str] = set()  # kept since all of it was; an empty one is forgotten

    def resume(self, saved: Mapping[str, bytes]) -> None:
        """Take up what an earlier process kept, before `start`. What cannot be read costs only itself."""
        self._singles = {key for key in saved if key.startswith(PREFIX)}
        kept = {key: _read(key, saved[key]) for key in (*self._singles, ALL) if saved.get(key)}
        whole = kept.pop(ALL, None) or {}
        singles = {key[len(PREFIX) :]: data for key, data in kept.items() if data}
        with self._book_lock:
            faults = keeping.resume(self._book, whole, singles)
        for fault in faults:
            log.error("devices: %s", fault)

    def start(self) -> None:
        """Begin to decide."""
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Decide what is there, keep all of the state, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10.0)
        self.step(whole=True)

    def take(self, decoded: Decoded, retained: bool = False) -> bool:
        """Readings of one message, from any thread; False when there is no room, and none is taken.

        retained: a broker has kept it, and it is not said now.
        """
        count = len(decoded.readings)
        if not count:
            return True
        with self._room:
            if self._waiting + count > MOST_WAITING:
                self.refused += count
                return False
            self._waiting += count
            self._queue.append((decoded.readings, self._clocks.monotonic(), retained))
        return True

    def about(self) -> list[SourceAbout]:
        """The devices, for what the node tells of itself."""
        return telling.about(self._devices)

    def report(self) -> list[SourceReport]:
        """How each of them fares."""
        with self._book_lock:
            now = self._book.now
            return [telling.report(state, now) for state in self._book.states.values()]

    def verify(self, asked: Asked) -> bool:
        """Tell whether a situation is still so once its device speaks; False for an unknown one."""
        with self._book_lock:
            return self._asks.add(asked)

    @property
    def trouble(self) -> str | None:
        """What is wrong with the lane itself."""
        full = f"{self.refused} readings found no room" if self.refused else None
        strange = f"{self._book.unknown} readings are of devices that are not configured"
        return full or (strange if self._book.unknown else None)

    def _run(self) -> None:
        while not self._stop.wait(TICK_S):
            try:
                self.step()
            except Exception:  # whatever it is, the devices go on with what comes next
                log.exception("devices: this was not expected; they go on")

    def step(self, *, whole: bool = False) -> None:
        """One round: what has come, what is due, and what has to be kept. whole: keep everything."""
        with self._book_lock:
            come = list(self._taken())
            now = self._now()  # after them: none of them came later than that
            for readings, t, retained in come:
                self._book.take(readings, min(now, t + self._utc_minus_t), retained)
            found = self._book.advance(now)
            drafts = (*self._drafts(found), *self._answers(now))
            batch = Batch(drafts, snapshots=self._state(bool(drafts), whole=whole))
        if batch:
            self._put(batch)

    def _taken(self) -> Iterator[tuple[tuple[Reading, ...], float, bool]]:
        while self._queue:
            readings, t, retained = self._queue.popleft()
            with self._room:
                self._waiting -= len(readings)
            yield readings, t, retained

    def _now(self) -> float:
        """UTC seconds. A clock that was set moves what it has stamped: no second is lost or doubled."""
        t, utc = self._both_clocks()
        moved = utc - t - self._utc_minus_t
        self._utc_minus_t += moved
        if abs(moved) >= STEP_S:
            log.warning("devices: the clock was set by %.1f s", moved)
            self._book.clock_set(moved)
        return t + self._utc_minus_t

    def _both_clocks(self) -> tuple[float, float]:
        """At one moment: a pause between the two readings would look like a clock that was set."""
        for _ in range(READS):
            t, utc = self._clocks.monotonic(), self._clocks.utc()
            if self._clocks.monotonic() - t < STEP_S / 10.0:
                break
        return t, utc

    def _drafts(self, found: list[Found]) -> Iterator[Draft]:
        quality = self._quality() if found else "unknown"
        for each in found:
            try:
                made = telling.draft(each, self._made_by, quality)
            except ValueError:  # the others go with the state behind them, or never go
                log.exception("device %s: an event cannot be made and is left out", each.device.id)
            else:
                yield made

    def _answers(self, now: float) -> Iterator[Draft]:
        for answer in self._asks.answers(now):
            told = telling.answered(answer, self._made_by, self._quality())
            yield Draft(SceneVerification, told.source.id, now, told)

    def _state(self, told: bool, *, whole: bool) -> dict[str, bytes]:
        """With events the state of their devices; all of it now and then."""
        t = self._clocks.monotonic()
        if whole or t - self._kept >= KEEP_S:
            self._kept = self._settled = t
            kept = {ALL: _bytes(keeping.dump(self._book)), **dict.fromkeys(self._singles, b"")}
            self._book.changed.clear()
            self._singles.clear()
            return kept
        if not self._book.changed or not (told or t - self._settled >= SETTLE_S):
            return {}
        self._settled = t
        names = list(self._book.changed)
        self._book.changed.clear()
        dumps = {f"{PREFIX}{name}": keeping.dump_changed(self._book, name) for name in names}
        self._singles.update(dumps)
        return {key: b"" if data is None else _bytes(data) for key, data in dumps.items()}


def _read(key: str, body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except ValueError as error:
        log.error("devices: the state before the restart (%s) cannot be taken up: %s", key, error)
        return None
    return data if isinstance(data, dict) else {"version": None, "now": None}


def _bytes(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
