"""The development broker: rumqttd from the package `iotcore`, in a child process, on the loopback alone.

It knows no users and no access rules, so it is refused any address that others can reach.
"""

import ipaddress
import socket
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from typing_extensions import Self

MAX_PAYLOAD = 1_048_576

_TOML = """\
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10

[v5.1]
name = "gewu"
listen = "{listen}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = {max_payload}
max_inflight_count = 100
dynamic_filters = true
"""


class EmbeddedError(RuntimeError):
    """The development broker cannot run; the text says why and what to do."""


class EmbeddedBroker:
    """One development broker; a context manager. Nothing it holds outlives it: it has no disk."""

    def __init__(self, host: str = "127.0.0.1", port: int = 1883, *, max_payload: int = MAX_PAYLOAD) -> None:
        self.host = _loopback(host)
        self.port = port
        self.max_payload = max_payload
        self._broker: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"mqtt://{_bracketed(self.host)}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the child process lives."""
        return self._broker is not None and bool(self._broker.is_running)

    def start(self) -> None:
        """Start and wait until it takes connections. Raises EmbeddedError."""
        broker_class = _iotcore()
        _free(self.host, self.port)
        self._folder = tempfile.TemporaryDirectory(prefix="gewu-broker-")
        config = Path(self._folder.name) / "rumqttd.toml"
        config.write_text(configuration(self.host, self.port, self.max_payload), encoding="utf-8")
        self._broker = broker_class(config_path=str(config))
        try:
            self._broker.start()
        except (OSError, RuntimeError) as error:
            self.stop()
            raise EmbeddedError(f"the development broker did not start at {self.url}: {error}") from error

    def stop(self) -> None:
        """End the child process. May be called twice."""
        if self._broker is not None:
            self._broker.stop()
            self._broker = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def configuration(host: str, port: int, max_payload: int) -> str:
    """The rumqttd configuration: MQTT 5 alone, on one loopback address."""
    return _TOML.format(listen=f"{_bracketed(host)}:{port}", max_payload=max_payload)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _loopback(host: str) -> str:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise EmbeddedError(
            f"{host!r} is no IP address; the development broker takes 127.0.0.1 or ::1"
        ) from None
    if not address.is_loopback:
        raise EmbeddedError(
            f"{host} can be reached from outside, and the development broker knows no users; "
            "use Mosquitto with the configuration in broker/mosquitto, or 127.0.0.1"
        )
    return str(address)


def _free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise EmbeddedError(
                f"port {port} at {host} cannot be used ({error}); stop what listens there, or choose another"
            ) from error


def _iotcore() -> Any:
    try:
        from iotcore import Broker
    except ImportError as error:
        raise EmbeddedError(
            "the development broker needs the package iotcore: pip install 'gewu[broker]' "
            "(or run Mosquitto with the configuration in broker/mosquitto)"
        ) from error
    return Broker
