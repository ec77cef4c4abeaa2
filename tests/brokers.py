"""Real brokers for the tests: the embedded one, and Mosquitto started from the production configuration."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from broker import production
from broker.embedded import EmbeddedBroker
from broker.link import LinkSettings
from tests.ports import HOST, free_port


def await_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a process takes connections, or say what it said instead."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"mosquitto did not start:\n{log.read_text()}")


class Mosquitto:
    """A Mosquitto of our own on the loopback. `open_to_all`: no accounts, else the production's rules."""

    host = HOST

    def __init__(self, folder: Path, *, open_to_all: bool, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"mqtt://{self.host}:{self.port}"
        self.config = production.write(folder, host=self.host, port=self.port)
        self.log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        if open_to_all:
            self._open()
        if os.geteuid() == 0:  # Mosquitto would change to a user who cannot write to the test's folder
            self.add("user root")

    def _open(self) -> None:
        keep = [
            line
            for line in self.config.read_text()
            .replace("allow_anonymous false", "allow_anonymous true")
            .splitlines()
            if not line.startswith(("password_file", "acl_file"))
        ]
        self.config.write_text("\n".join(keep) + "\n")

    def add(self, line: str) -> None:
        """Add one line of configuration; it holds from the next start."""
        with self.config.open("a") as file:
            file.write(line + "\n")

    def account(self, name: str) -> LinkSettings:
        """Make an account; it holds from the next start. Returns how to connect with it."""
        password = secrets.token_urlsafe(12)
        passwords = self.folder / "passwords"
        subprocess.run(
            ["mosquitto_passwd", "-b", str(passwords), name, password], check=True, capture_output=True
        )
        secret = self.folder / f"{name.replace('/', '-')}.secret"
        secret.write_text(password + "\n")
        return LinkSettings(url=self.url, username=name, password_file=secret)

    def start(self) -> None:
        """Start and wait until it takes connections."""
        assert self._process is None
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["mosquitto", "-c", str(self.config)], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        await_port(self.port, self._process, self.log)

    def stop(self) -> None:
        """Stop in order; its memory goes to the disk."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop without warning."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        """Said again every second: a Mosquitto that is still starting forgets a signal."""
        if self._process is None:
            return
        for _ in range(20):
            self._process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                self._process = None
                return
        raise RuntimeError("mosquitto does not end")


def _mosquitto(folder: Path, *, open_to_all: bool) -> Mosquitto:
    """Skips where there is none."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
    return Mosquitto(folder, open_to_all=open_to_all)


@contextmanager
def city_broker(folder: Path) -> Iterator[Mosquitto]:
    """A running Mosquitto with production's queues and no accounts; can be stopped and started again."""
    broker = _mosquitto(folder, open_to_all=True)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def mosquitto_broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """One for a test."""
    with city_broker(tmp_path / "mosquitto") as broker:
        yield broker


@pytest.fixture
def guarded_mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A Mosquitto with production's accounts and access rules; make accounts, then start it."""
    broker = _mosquitto(tmp_path / "mosquitto", open_to_all=False)
    yield broker
    broker.stop()


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """A running development broker; can be stopped and started again."""
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    broker = EmbeddedBroker(HOST, free_port())
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded", "mosquitto"])
def any_broker(request: pytest.FixtureRequest) -> Mosquitto | EmbeddedBroker:
    """Either broker: what is tested with it must hold for both."""
    broker: Mosquitto | EmbeddedBroker = request.getfixturevalue(f"{request.param}_broker")
    return broker
