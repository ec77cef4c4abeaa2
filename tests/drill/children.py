"""Processes that are killed, stopped and started again, and that never outlive the drill."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

GOODBYE_S = 15.0
# A Python child ends when the pipe to the drill does, however the drill ended.
LEASH = (
    "import os, sys, threading\n"
    "threading.Thread(target=lambda: (os.read(0, 1), os._exit(9)), daemon=True).start()\n"
)


def python(code: str, *words: str) -> list[str]:
    """A Python process on the leash: this code with these words."""
    return [sys.executable, "-c", LEASH + code, *words]


class Child:
    """One place in the drill, whatever process fills it just now. `hold` keeps others from hitting it."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.hold = threading.RLock()
        self.deaths: list[int] = []  # that nobody meant
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, extra: Mapping[str, str] | None = None) -> None:
        """Start it; returns at once."""
        with self.log.open("ab") as log:
            log.write(f"--- {time.strftime('%H:%M:%S')} {self.name} starts {dict(extra or {})}\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **(extra or {})},
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9, with its own children."""
        self._signal(signal.SIGKILL)
        self._gone(GOODBYE_S)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)
        self._gone(GOODBYE_S)

    def pause(self) -> None:
        """SIGSTOP: it hangs, and its connections stand."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def died(self) -> bool:
        """Whether it ended although nobody asked; noted once."""
        process = self._process
        if process is None or process.poll() is None:
            return False
        self.deaths.append(process.returncode)
        self._gone(0)
        return True

    def ended_within(self, seconds: float) -> bool:
        """Wait for an end that was asked for."""
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            self._gone(0)
        return True

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _gone(self, seconds: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise RuntimeError(f"{self.name} did not end within {seconds:g} s; see {self.log}") from None
        finally:
            process.stdin.close()
