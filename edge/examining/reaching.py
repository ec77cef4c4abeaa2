"""How far one gets to a server: its name, a connection, TLS."""

import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from broker.refusals import not_reached
from broker.saying import said

Step = Literal["name", "tcp", "tls"]


@dataclass(frozen=True, slots=True)
class Reached:
    """step: where it failed, None where it did not. ms: of the connection. ends: when the server's
    certificate does, seconds since 1970, where it was verified."""

    step: Step | None
    words: str
    ms: float = 0.0
    ends: float | None = None
    addresses: tuple[str, ...] = ()


def reach(host: str, port: int, context: ssl.SSLContext | None, timeout: float = 5.0) -> Reached:
    """Connect and hang up. context: for a server that speaks TLS."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Reached("name", not_reached(error, host, port))
    addresses = tuple(str(entry[4][0]) for entry in found)
    began = time.monotonic()
    try:
        plain = socket.create_connection((host, port), timeout)
    except OSError as error:
        return Reached("tcp", not_reached(error, host, port), addresses=addresses)
    ms = (time.monotonic() - began) * 1000
    with plain:
        if context is None:
            return Reached(None, said("answers in {ms:.0f} ms", ms=ms), ms, addresses=addresses)
        try:
            with context.wrap_socket(plain, server_hostname=host) as secure:
                ends = _ends(secure)
        except (OSError, ValueError) as error:
            words = (
                not_reached(error, host, port)
                if isinstance(error, OSError)
                else said("TLS: {why}", why=error)
            )
            return Reached("tls", words, ms, addresses=addresses)
    return Reached(None, said("answers in {ms:.0f} ms, TLS is fine", ms=ms), ms, ends, addresses)


def _ends(secure: ssl.SSLSocket) -> float | None:
    with suppress(ValueError, KeyError, TypeError):
        found = secure.getpeercert() or {}
        return float(ssl.cert_time_to_seconds(str(found["notAfter"])))
    return None
