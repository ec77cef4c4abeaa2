"""Stands beside Mosquitto and keeps out who was revoked, also who is connected already.

Two means, because Mosquitto 2.0 looks at its list of revoked certificates only when a connection is made:
the list itself, and an access rule that denies a revoked name everything. Mosquitto reads both anew at
SIGHUP, and the access rule holds for connections that stand; nobody else is disconnected.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broker import access
from broker.pki.errors import PkiError
from broker.pki.keys import PUBLIC, write_over
from broker.pki.revocations import Revocations, Source, checked
from broker.production import PID

log = logging.getLogger(__name__)

EVERY_S = 20.0
NOT_RUNNING = "Mosquitto does not run; it finds the rules when it starts"


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one look; `good`: what is revoked is known and in force."""

    good: bool
    text: str


class Guard:
    """Fetches, checks, writes what changed, tells Mosquitto. A list that cannot be had changes nothing."""

    def __init__(self, folder: Path, source: Source, *, clock: Callable[[], datetime]) -> None:
        """`folder`: what `gewu-broker mosquitto --tls` wrote."""
        self._folder = folder
        self._source = source
        self._clock = clock
        self._newest = -1
        self._said: Looked | None = None

    def watch(self, stopping: threading.Event, every_s: float = EVERY_S) -> None:
        """Look again and again until told to stop."""
        while not stopping.is_set():
            self.look()
            stopping.wait(every_s)

    def look(self) -> Looked:
        """Look once; says what came of it."""
        try:
            looked = Looked(True, self._apply(self._fetched()))
        except PkiError as error:
            looked = Looked(False, f"nothing was changed: {error}")
        except (OSError, UnicodeError) as error:
            looked = Looked(False, f"the lists cannot be fetched or written, who is out stays out: {error}")
        except Exception as error:
            log.exception("the guard stumbled")
            looked = Looked(False, f"a fault of ours: {type(error).__name__}")
        self._say(looked)
        return looked

    def _fetched(self) -> Revocations:
        names, crl = self._source()
        ca_pem = (self._folder / "ca.pem").read_bytes()
        found = checked(names, crl, ca_pem, now=self._clock())
        if found.number < self._newest:
            raise PkiError(f"the list of certificates: number {found.number} is older than {self._newest}")
        self._newest = found.number
        return found

    def _apply(self, found: Revocations) -> str:
        changed = self._write("acl", access.mosquitto(found.names).encode())
        if self._outdated(found):
            changed = self._write("crl.pem", found.crl_pem) or changed
        told = f"{len(found.names)} names and {len(found.serials)} certificates are revoked"
        return f"{told}; {self._tell_mosquitto()}" if changed else told

    def _outdated(self, found: Revocations) -> bool:
        """Whether the list in use says something else, or has little of its time left.

        The centre may sign a new list whenever it is asked; that alone is no reason to disturb Mosquitto.
        """
        try:
            ca_pem = (self._folder / "ca.pem").read_bytes()
            used = checked(
                b'{"names": []}', (self._folder / "crl.pem").read_bytes(), ca_pem, now=self._clock()
            )
        except (OSError, PkiError):
            return True
        half = used.begin + (used.end - used.begin) / 2
        return used.serials != found.serials or (self._clock() > half and found.end > used.end)

    def _write(self, name: str, content: bytes) -> bool:
        path = self._folder / name
        if path.exists() and path.read_bytes() == content:
            return False
        write_over(path, content, PUBLIC)
        return True

    def _tell_mosquitto(self) -> str:
        """Let it read its files anew. A number left behind by one that ended is not signalled."""
        try:
            number = int((self._folder / PID).read_text())
            if Path(f"/proc/{number}/comm").read_text().strip() != "mosquitto":
                return NOT_RUNNING
            os.kill(number, signal.SIGHUP)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return NOT_RUNNING
        except PermissionError:
            raise PkiError("Mosquitto cannot be told: run the guard as the same user, or as root") from None
        return "Mosquitto was told"

    def _say(self, looked: Looked) -> None:
        if looked != self._said:
            log.log(logging.INFO if looked.good else logging.WARNING, "guard: %s", looked.text)
        self._said = looked
