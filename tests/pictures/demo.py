"""The demonstration as `make demo` runs it, and its accounts, signed in as browsers are."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[2]
SAID = {"url": re.compile(r"console:\s+(http://\S+?)/$"), "password": re.compile(r"password:\s+(\S+)$")}
ACCOUNTS = ("demo", "desk", "crew", "walk", "lead")


class Demo:
    """Runs while the block does. Raises AssertionError when it ends, or something does not come in time."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.said: dict[str, str] = {}
        self.sessions: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-u", str(ROOT / "configs" / "demo" / "run.py")]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.until(lambda: set(self.said) == set(SAID), "the demonstration says how to get in")
        self.sessions = {name: self._enter(name) for name in ACCOUNTS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(120)
        self._reader.join(5)

    @property
    def url(self) -> str:
        """Where its console is."""
        return self.said["url"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self.log.open("w", encoding="utf-8") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                self.said |= {
                    name: found[1] for name, of in SAID.items() if (found := of.search(line.rstrip()))
                }

    def until(self, done: Callable[[], Any], what: str, seconds: float = 240.0) -> Any:
        """What `done` gives, once it gives something."""
        deadline = time.monotonic() + seconds
        while not (found := done()):
            assert self._process.poll() is None, f"the demonstration ended; see {self.log}"
            assert time.monotonic() < deadline, f"in vain: {what}; see {self.log}"
            time.sleep(0.5)
        return found

    def _enter(self, name: str) -> dict[str, str]:
        known, origin = {"login": name, "password": self.said["password"]}, {"Origin": self.url}
        answer = httpx.post(f"{self.url}/api/signin", json=known, headers=origin, timeout=60)
        assert answer.status_code == 204, answer.text
        session = {"Cookie": answer.headers["set-cookie"].partition(";")[0], **origin}
        me = httpx.get(f"{self.url}/api/me", headers=session, timeout=60).json()
        return {**session, "X-Gewu-Forgery-Key": me["forgery_key"]}

    def cookie(self, name: str) -> dict[str, str]:
        """What a browser of theirs keeps."""
        held, _, value = self.sessions[name]["Cookie"].partition("=")
        return {"name": held, "value": value, "url": self.url}

    def get(self, path: str, who: str = "demo", **query: Any) -> Any:
        """What the API answers."""
        return self._ask("GET", path, who, params=query)

    def send(self, who: str, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        """The answer to a change."""
        return self._ask(method, path, who, json=body)

    def hand_in(self, who: str, path: str, body: bytes, media_type: str) -> Any:
        """The answer to a file."""
        headers = self.sessions[who] | {"Content-Type": media_type}
        answer = httpx.post(self.url + path, content=body, headers=headers, timeout=60)
        assert answer.is_success, f"POST {path} as {who}: {answer.status_code} {answer.text}"
        return answer.json()

    def _ask(self, method: str, path: str, who: str, **given: Any) -> Any:
        answer = httpx.request(method, self.url + path, headers=self.sessions[who], timeout=60, **given)
        assert answer.is_success, f"{method} {path} as {who}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None
