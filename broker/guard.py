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
from datetime import datetime, timedelta
from pathlib import Path

from broker import access
from broker.pki.errors import PkiError
from broker.pki.keys import PUBLIC, write_over
from broker.pki.revocations import Revocations, Source, checked
from broker.production import PID

log = logging.getLogger(__name__)

EVERY_S = 20.0
STEP = timedelta(hours=2)  # the centre's clock may be set back; a list older than that is somebody's old one
NOT_RUNNING = "Mosquitto does not run yet"
# A SIGHUP that comes while Mosquitto 2.0 still reads for another is lost: at the next look it is told again.
TIMES = 2


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
        self._to_tell = TIMES  # whoever stood here before us may have ended between writing and telling
        self._said: Looked | None = None

    def watch(self, stopping: threading.Event, every_s: float = EVERY_S) -> None:
        """Look again and again until told to stop."""
        while not stopping.is_set():
            self.look()
            stopping.wait(every_s)

    def look(self) -> Looked:
        """Look once; says what came of it."""
        try:
            looked = Looked(True, self._apply())
        except PkiError as error:
            looked = Looked(False, f"not done: {error}")
        except (OSError, UnicodeError) as error:
            looked = Looked(False, f"the lists cannot be fetched or written, who is out stays out: {error}")
        except Exception as error:
            log.exception("the guard stumbled")
            looked = Looked(False, f"a fault of ours: {type(error).__name__}")
        self._say(looked)
        return looked

    def _apply(self) -> str:
        names, crl = self._source()
        found = self._checked(names, crl)
        used = self._used()
        if used is not None and found.begin < used.begin - STEP:
            raise PkiError(f"the list of certificates: is of {found.begin}, the one in use of {used.begin}")
        wrote = self._write("acl", access.mosquitto(found.names).encode())
        if used is None or self._better(found, used):
            wrote |= self._write("crl.pem", found.crl_pem)
        self._to_tell = TIMES if wrote else self._to_tell
        told = f"{len(found.names)} names and {len(found.serials)} certificates are revoked"
        return f"{told}; {self._tell_mosquitto()}" if self._to_tell else told

    def _checked(self, names: bytes, crl: bytes) -> Revocations:
        return checked(names, crl, (self._folder / "ca.pem").read_bytes(), now=self._clock())

    def _used(self) -> Revocations | None:
        """The list that Mosquitto has; None for one that cannot be used any more."""
        try:
            return self._checked(b'{"names": []}', (self._folder / "crl.pem").read_bytes())
        except (OSError, PkiError):
            return None

    def _better(self, found: Revocations, used: Revocations) -> bool:
        """Whether a list says something else than the one in use, or that has little of its time left.

        The centre may sign a new list whenever it is asked; that alone is no reason to disturb Mosquitto.
        """
        half = used.begin + (used.end - used.begin) / 2
        return used.serials != found.serials or (self._clock() > half and found.end > used.end)

    def _write(self, name: str, content: bytes) -> bool:
        path = self._folder / name
        if path.exists() and path.read_bytes() == content:
            return False
        write_over(path, content, PUBLIC)
        return True

    def _tell_mosquitto(self) -> str:
        """Let it read its files anew, once it can hear that."""
        try:
            number = int((self._folder / PID).read_text())
            if hears(number):
                os.kill(number, signal.SIGHUP)
                self._to_tell -= 1
                return "Mosquitto was told" if self._to_tell else "Mosquitto was told again"
        except (FileNotFoundError, ProcessLookupError, ValueError):
            pass
        except PermissionError:
            raise PkiError("Mosquitto cannot be told: run the guard as the same user, or as root") from None
        return NOT_RUNNING

    def _say(self, looked: Looked) -> None:
        if looked != self._said:
            log.log(logging.INFO if looked.good else logging.WARNING, "guard: %s", looked.text)
        self._said = looked


def hears(number: int) -> bool:
    """Whether a process is a Mosquitto that reads its files anew at SIGHUP.

    The number may be left from one that ended. One that starts has written its number and taken its first
    connection before it minds the signal: until then SIGHUP would end it.
    """
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{number}/status").read_text().splitlines()
        if ":\t" in line
    )
    minded = int(status["SigCgt"], 16) >> (signal.SIGHUP - 1) & 1
    return status["Name"] == "mosquitto" and bool(minded)
