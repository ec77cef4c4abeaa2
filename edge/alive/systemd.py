"""Tells systemd that the node is ready, how it fares, and that it lives (sd_notify(3), WatchdogSec).

Without systemd's variables nothing is told and no thread runs.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from edge.alive.pulse import Pulse

log = logging.getLogger(__name__)

USUAL_S = 30.0  # between two words, where no watchdog asks for more


@dataclass(frozen=True, slots=True)
class Notices:
    """address: of systemd's socket, `@` before an abstract one. every_s: how often it wants to hear."""

    address: str
    every_s: float

    def tell(self, *lines: str) -> None:
        """Never raises: systemd may be away, the node goes on."""
        where = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.settimeout(1.0)
                line.sendto("\n".join(lines).encode(), where)
        except OSError as error:
            log.warning("systemd cannot be told: %s", error)


def wanted(environment: Mapping[str, str] = os.environ) -> Notices | None:
    """What systemd's variables ask of this process; None where they ask nothing."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return None
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    micros = environment.get("WATCHDOG_USEC", "")
    asked = int(micros) / 1e6 / 2 if ours and micros.isdigit() and int(micros) else USUAL_S
    return Notices(address, min(asked, USUAL_S))


@contextmanager
def telling(pulse: Pulse, notices: Notices | None) -> Iterator[None]:
    """Tell while the block runs."""
    if notices is None:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_tell, args=(pulse, notices, over), name="systemd", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        notices.tell("STOPPING=1")


def _tell(pulse: Pulse, notices: Notices, over: threading.Event) -> None:
    ready = False
    while not over.wait(notices.every_s if ready else min(0.2, notices.every_s)):
        verdict = pulse.verdict()
        if not ready and verdict.stage == "starting":
            continue
        lines = [] if ready else ["READY=1"]
        ready = True
        lines.append(f"STATUS={verdict.reason.text}")
        notices.tell(*lines, *(["WATCHDOG=1"] if verdict.alive else []))
