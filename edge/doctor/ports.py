"""The ports at which the node listens: free, or its own."""

import errno
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from broker.saying import said
from edge.carriers import udp
from edge.diagnosis import ports as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case
from edge.listening import ListenerSettings

TITLE = "ports"
BOX, ALONE = False, False


@dataclass(frozen=True, slots=True)
class Listening:
    """One port, and the key that names it."""

    key: str
    host: str
    port: int
    kind: str = "tcp"


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Each is tried for a moment."""
    return 20.0


def examine(case: Case) -> Iterable[Finding]:
    """Each port once."""
    found = [_examined(case, one) for one in listening(case) if one.port]
    return found or [told.NONE.at(said("ports"), said("no way in listens"))]


def listening(case: Case) -> Iterator[Listening]:
    """Where the node of this configuration listens."""
    settings = case.settings
    for at, intake in enumerate(settings.intakes):
        if isinstance(intake, ListenerSettings):
            yield Listening(f"intakes[{at}]", intake.host, intake.port)
    for at, flight in enumerate(settings.flights):
        if isinstance(flight.carrier, udp.Settings):
            yield Listening(f"flights[{at}].carrier", flight.carrier.address, flight.carrier.port, "udp")


def _examined(case: Case, one: Listening) -> Finding:
    where = f"{one.kind} {one.host}:{one.port}"
    node = case.node
    if node is not None and case.processes.listens(node, one.port, one.kind):
        return told.judge(where, one.key, one.port, "ours", None)
    outcome = _tried(one)
    if outcome == "free" and node is not None and case.processes.listens(node, one.port, one.kind) is False:
        outcome = "deaf"
    by = case.processes.who_listens(one.port, one.kind) if outcome == "taken" else None
    return told.judge(where, one.key, one.port, outcome, by)


def _tried(one: Listening) -> str:
    """Whether a socket can be bound as the node would, for a moment."""
    family = socket.AF_INET6 if ":" in one.host else socket.AF_INET
    kind = socket.SOCK_DGRAM if one.kind == "udp" else socket.SOCK_STREAM
    try:
        with socket.socket(family, kind) as probe:
            if one.kind == "tcp":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((one.host, one.port))
            if one.kind == "tcp":
                probe.listen(1)
    except OSError as error:
        known = {errno.EADDRINUSE: "taken", errno.EACCES: "forbidden", errno.EPERM: "forbidden"}
        return known.get(error.errno or 0, "no_address")
    return "free"
