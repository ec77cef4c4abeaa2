"""Looks after the machine beside the looks: its heat, the room on its disk, memory that is free again."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from edge import machine
from edge.database import OutboxError
from edge.heat import Heat
from edge.room import Room
from edge.storeroom import Storeroom
from edge.temperature import Thermometer

log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
SHORT_S, TIDY_S = 60.0, 600.0  # between two tidyings, where room is short and where it is not


class Steward:
    """One thread. ease: told the share of its work that the node may do, when it changes."""

    def __init__(
        self,
        storeroom: Storeroom,
        thermometer: Thermometer,
        ease: Callable[[float], None],
        monotonic: Callable[[], float],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self._storeroom, self._thermometer, self._ease = storeroom, thermometer, ease
        self._monotonic, self._every_s = monotonic, every_s
        self._heat = Heat()
        self._tidied = float("-inf")
        self.celsius: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="steward", daemon=True)

    @property
    def hot(self) -> str | None:
        """What to tell of the heat."""
        return self._heat.trouble

    @property
    def room(self) -> str | None:
        """What to tell of the disk."""
        return self._storeroom.trouble

    @property
    def kept(self) -> Room | None:
        """What the node keeps on its disk, as of the last tidying; None before the first."""
        return self._storeroom.room

    @property
    def share(self) -> float:
        """Of its work that the node may do."""
        return self._heat.share

    def tidy_now(self) -> str:
        """At once, from any thread; says what lies there then. Raises OSError, OutboxError."""
        self._storeroom.tidy()
        room = self._storeroom.room
        held = sum(room.held.values()) if room else 0
        said = f"{held / 1e6:.1f} MB are kept, {room.free / 1e6 if room else 0:.0f} MB are free on the disk"
        return f"{said}; {self._storeroom.trouble}" if self._storeroom.trouble else said

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; a disk that hangs is not waited for."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            for part in (self._feel, self._tidy):
                try:
                    part(self._monotonic())
                except (OSError, OutboxError) as error:
                    log.warning("steward: %s; tried again", error)
                except Exception:  # whatever it is, the next look may be better
                    log.exception("steward: this was not expected; tried again")
            self._stopping.wait(self._every_s)

    def _feel(self, now: float) -> None:
        reading = self._thermometer.read()
        self.celsius = reading.celsius
        if self._heat.read(reading, now):
            self._ease(self._heat.share)
            log.warning("heat: %s", self._heat.trouble or "the machine has cooled, and all goes on as before")

    def _tidy(self, now: float) -> None:
        if now >= self._tidied + (SHORT_S if self._storeroom.short else TIDY_S):
            self._tidied = now
            machine.give_back()
            self._storeroom.tidy()
