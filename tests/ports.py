"""Ports for the tests' servers. The system hands out 32768 and up to whoever connects, so a port that was
free when it was looked up may be somebody's a moment later; these lie below, and each process has its own."""

import itertools
import socket

from tests.once import once

HOST = "127.0.0.1"
FIRST, EACH, BLOCKS = 15_000, 200, 80


def _bound(port: int) -> socket.socket | None:
    probe = socket.socket()
    try:
        probe.bind((HOST, port))
    except OSError:
        probe.close()
        return None
    return probe


@once
def _own() -> tuple[socket.socket, "itertools.cycle[int]"]:
    """The block of ports of this process, and the socket at its first port that keeps others out of it."""
    for first in range(FIRST, FIRST + EACH * BLOCKS, EACH):
        if (keeper := _bound(first)) is not None:
            return keeper, itertools.cycle(range(first + 1, first + EACH))
    raise RuntimeError(f"all {BLOCKS} blocks of ports from {FIRST} on are taken")


def free_port() -> int:
    """A TCP port on the loopback that nothing listens on, and that no other test process will be told."""
    for port in itertools.islice(_own()[1], EACH):
        if (probe := _bound(port)) is not None:
            probe.close()
            return port
    raise RuntimeError(f"none of this process's {EACH} ports is free")
