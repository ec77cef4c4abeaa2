"""Where a simulated street speaks to: a real broker, or a real listener for posts."""

import secrets
import threading
from pathlib import Path
from typing import Any, Final, Protocol

import httpx

from broker.link import Link, LinkSettings
from broker.topics import Channel
from edge.configured import EdgeSettings
from edge.simulation.script import BrokerWay, PostWay, ScriptSettings
from edge.simulation.thing import Saying

CONNECT_S: Final = 20.0
FULL_S: Final = 0.002
SENT: Final = Channel("simulated", "node", 1, retained=False, expiry_s=None, carries="")
KEPT: Final = Channel("simulated", "node", 1, retained=True, expiry_s=None, carries="")


class NoOutlet(Exception):
    """A way that cannot be spoken to; the text says why."""


class Outlet(Protocol):
    """One way. `send` returns False where it was not taken."""

    def open(self) -> None:
        """Raises NoOutlet."""
        ...

    def send(self, saying: Saying) -> bool: ...

    def close(self) -> None: ...


class BrokerOutlet:
    """Publishes at least once."""

    def __init__(self, name: str, settings: LinkSettings) -> None:
        self._name, self.settings = name, settings
        self._link = Link(settings, client_id=f"gewu-street-{secrets.token_hex(4)}")

    def open(self) -> None:
        """Raises NoOutlet where the broker is not reached."""
        self._link.start()
        if not self._link.wait(CONNECT_S):
            raise NoOutlet(f"way {self._name}: no connection to {self.settings.url} in {CONNECT_S:g} s")

    def send(self, saying: Saying) -> bool:
        """Wait for room; the broker is slower than we are."""
        channel, full = KEPT if saying.retained else SENT, threading.Event()
        for _ in range(round(CONNECT_S / FULL_S)):
            if self._link.publish(saying.topic, saying.body, channel):
                return True
            full.wait(FULL_S)
        return False

    def close(self) -> None:
        """After what is on its way."""
        self._link.stop()


class PostOutlet:
    """Posts, as a device of that make would."""

    def __init__(self, url: str, token_file: Path | None) -> None:
        self._url, self._token_file = url, token_file
        self._client: httpx.Client | None = None

    def open(self) -> None:
        """Raises NoOutlet where the token cannot be read."""
        try:
            token = None if self._token_file is None else self._token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoOutlet(f"{self._token_file}: cannot be read: {error}") from error
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(headers=headers, timeout=CONNECT_S)

    def send(self, saying: Saying) -> bool:
        """Whether it was answered well."""
        assert self._client is not None  # noqa: S101 - opened before
        try:
            answer = self._client.post(self._url, content=saying.body, headers={"Content-Type": saying.media})
        except httpx.HTTPError:
            return False
        return answer.is_success

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()


def outlets(script: ScriptSettings, node: EdgeSettings | None) -> dict[str, Outlet]:
    """A way for each that a thing names: the script's own, or into the node. Raises NoOutlet.

    Ways to one broker share a connection, so what is said first comes first.
    """
    wanted = {thing.way for thing in script.things if thing.way is not None}
    found: dict[str, Outlet] = {}
    shared: dict[str, BrokerOutlet] = {}
    for name in sorted(wanted):
        outlet = _outlet(name, script, node)
        if isinstance(outlet, BrokerOutlet):
            outlet = shared.setdefault(outlet.settings.model_dump_json(), outlet)
        found[name] = outlet
    return found


def _outlet(name: str, script: ScriptSettings, node: EdgeSettings | None) -> Outlet:
    own = script.ways.get(name)
    if isinstance(own, BrokerWay):
        return BrokerOutlet(name, own.broker)
    if isinstance(own, PostWay):
        return PostOutlet(own.post, own.token_file)
    listed: list[Any] = [*node.intakes, *node.analytics] if node else []
    intakes: dict[str, Any] = {each.id: each for each in listed}
    intake = intakes.get(name)
    if intake is None:
        known = ", ".join((*script.ways, *intakes)) or "none"
        raise NoOutlet(f"way {name!r} is neither among the script's ways nor an intake; known are {known}")
    if isinstance(broker := getattr(intake, "broker", None), LinkSettings):
        return BrokerOutlet(name, broker)
    if (port := getattr(intake, "port", None)) and intake.kind == "alarm_server":
        return PostOutlet(f"http://127.0.0.1:{port}/", getattr(intake, "token_file", None))
    raise NoOutlet(f"way {name}: an intake of kind {intake.kind} asks the device itself; play no thing to it")
