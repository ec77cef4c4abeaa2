"""The demonstration's child processes: their lines are relayed with the name of who said them."""

import contextlib
import json
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Child:
    """One running process. `stop` may be called twice."""

    name: str
    process: "subprocess.Popen[str]"
    reader: threading.Thread
    tail: "deque[str]"

    @property
    def running(self) -> bool:
        """Has it not ended yet?"""
        return self.process.poll() is None

    def stop(self, patience_s: float = 60.0) -> None:
        """Ask it to end, and insist after a while."""
        if self.running:
            self.process.terminate()
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(5.0)

    def last_json(self) -> dict[str, Any]:
        """The last line that is a JSON object, or nothing."""
        for line in reversed(self.tail):
            with contextlib.suppress(ValueError):
                found = json.loads(line)
                if isinstance(found, dict):
                    return found
        return {}


def start(name: str, command: str, *words: str) -> Child:
    """Run one of our commands from the same environment as this process."""
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name(command)), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    tail: deque[str] = deque(maxlen=50)
    reader = threading.Thread(target=_relay, args=(name, process, tail), daemon=True)
    reader.start()
    return Child(name, process, reader, tail)


def _relay(name: str, process: "subprocess.Popen[str]", tail: "deque[str]") -> None:
    assert process.stdout is not None  # noqa: S101 - asked for above
    with process.stdout as lines:
        for line in lines:
            tail.append(line)
            if not line.startswith("{"):
                print(f"{name:>8} | {line}", end="", flush=True)
