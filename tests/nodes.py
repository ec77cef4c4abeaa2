"""A node as a real process, and a small centre that takes its events, for the tests."""

import hashlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from typing_extensions import Self

from broker.events import AnyEvent, parse
from broker.fields import Message, utc
from broker.link import Delivery, Link, LinkSettings
from broker.messages import Receipt, Receipts
from broker.topics import TABLE, Address, everyones
from broker.topics import parse as place_of

NODE = Address("131002", "edge-01")
DEADLINE_S = 60.0


def until(done: Callable[[], object], seconds: float = DEADLINE_S) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


class Centre:
    """Takes everything that nodes say, and gives receipts as long as `answers` says so."""

    def __init__(self, url: str, *, answers: bool = True) -> None:
        self.answers = answers
        self.bodies: dict[str, list[bytes]] = {}
        self.said: dict[str, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._link = Link(LinkSettings(url=url), client_id="centre", on_message=self._take)
        self._due: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._clerk = threading.Thread(target=self._answer)

    def __enter__(self) -> Self:
        for channel in ("event", "state", "about", "health", "answer", "config/reported"):
            self._link.subscribe(everyones(channel))
        self._link.start()
        assert self._link.wait(DEADLINE_S)
        self._clerk.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._due.put(None)
        self._clerk.join()
        self._link.stop()

    def _answer(self) -> None:
        """Not on the connection's own thread, which has to be free for the broker's acknowledgements."""
        while (body := self._due.get()) is not None:
            self.receipt(body)

    def _take(self, delivery: Delivery) -> None:
        channel = place_of(delivery.topic)[1]
        with self._lock:
            if channel != "event":
                self.said.setdefault(channel, []).append(json.loads(delivery.body))
                return
            self.bodies.setdefault(parse(delivery.body).id, []).append(delivery.body)
        if self.answers:
            self._due.put(delivery.body)

    def receipt(self, body: bytes, status: str = "committed", **fields: str) -> None:
        """The word about one event."""
        digest = fields.pop("sha256", hashlib.sha256(body).hexdigest())
        one = Receipt.model_validate({"id": parse(body).id, "status": status, "sha256": digest, **fields})
        self.say("receipt", Receipts(at=utc(time.time()), receipts=[one]))

    def say(self, channel: str, message: Message) -> None:
        """Anything a centre may say to the node."""
        until(lambda: self._link.publish(NODE.topic(channel), message.encode(), TABLE[channel]))

    def events(self) -> list[AnyEvent]:
        """Every event once, in the order of its first coming. The same id always had the same bytes."""
        with self._lock:
            assert all(len(set(bodies)) == 1 for bodies in self.bodies.values())
            return [parse(bodies[0]) for bodies in self.bodies.values()]

    def of(self, ending: str) -> list[AnyEvent]:
        """Events of one type, such as `opened.v1`."""
        return [event for event in self.events() if event.type.endswith(ending)]


class Node:
    """`gewu-edge run` as a child process; its lines are kept. program: Python that is run in its place."""

    def __init__(
        self, config: Path, *words: str, failpoint: str | None = None, program: str | None = None
    ) -> None:
        environment = {**os.environ, **({"GEWU_FAILPOINT": failpoint} if failpoint else {})}
        self.lines: list[str] = []
        usual = [str(Path(sys.executable).with_name("gewu-edge")), "run"]
        begun = usual if program is None else [sys.executable, "-c", program]
        self.process = subprocess.Popen(
            [*begun, str(config), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        if error is not None:
            print("".join(self.lines))

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.process.terminate()
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        code = self.process.wait(DEADLINE_S)
        self._reader.join()
        return code

    @property
    def text(self) -> str:
        """All it said so far."""
        return "".join(self.lines)
