"""Processes of the centre that begin with its modules loaded: loading them takes longer than most tests.

One process loads them and then forks for each start; the child is a process like any other, with its own pid,
log and end. It is single-threaded when it forks.
"""

import atexit
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.once import once

LOADED = "central.app", "central.commands.serve"
_PR_SET_PDEATHSIG = 1  # prctl(2)


class Forked:
    """One child, as `subprocess.Popen` would have it."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        if self._code is None:
            self._code = self._nursery.asked({"poll": self.pid})["code"]
        return self._code

    def wait(self, timeout: float) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        """SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Nursery:
    """Starts children; one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.forked import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )
        atexit.register(self.close)

    def asked(self, question: dict[str, Any]) -> dict[str, Any]:
        """Its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def start(self, code: str, words: Sequence[str], log: Path) -> Forked:
        """Run a program's text with these words on its command line."""
        log.touch()
        about = {"code": code, "words": list(words), "log": str(log), "cwd": str(Path.cwd())}
        return Forked(self, self.asked(about | {"environment": dict(os.environ)})["pid"])

    def close(self) -> None:
        """End it, and with it what it has started and what nobody stopped."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()


@once
def nursery() -> Nursery:
    """One for all tests of a process."""
    return Nursery()


def serve() -> None:
    """Load what all need, then start what is asked for."""
    for name in LOADED:
        __import__(name)
    for line in sys.stdin.buffer:
        question = json.loads(line)
        answer = _polled(question["poll"]) if "poll" in question else _born(question)
        os.write(1, json.dumps(answer).encode() + b"\n")


def _polled(pid: int) -> dict[str, Any]:
    done, status = os.waitpid(pid, os.WNOHANG)
    return {"code": os.waitstatus_to_exitcode(status) if done else None}


def _born(question: dict[str, Any]) -> dict[str, Any]:
    pid = os.fork()
    if pid == 0:
        _live(question)
    return {"pid": pid}


def _live(question: dict[str, Any]) -> None:
    """The child's whole life: as an interpreter of its own would go through it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.chdir(question["cwd"])
    os.environ.clear()
    os.environ.update(question["environment"])
    log = os.open(question["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(number, target)
    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123 - until it ends
    sys.argv = ["-c", *question["words"]]
    code = 1
    try:
        exec(compile(question["code"], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # as the interpreter tells of it
        sys.excepthook(*sys.exc_info())
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
