"""Which ONVIF devices are on this network: one probe, and who answers within some seconds."""

import socket
import uuid
from collections.abc import Callable, Iterator
from typing import Final

from edge.decoding import NotDecoded
from edge.onvif import answers, asking
from edge.onvif.answers import Found

EVERYBODY: Final = ("239.255.255.250", 3702)
MOST: Final = 512  # devices
_DATAGRAM: Final = 65_535


def discover(
    monotonic: Callable[[], float], seconds: float = 3.0, to: tuple[str, int] = EVERYBODY
) -> list[Found]:
    """Every device that answers, once each, in the order of their addresses. Raises OSError."""
    found: dict[str, Found] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 4)
        line.sendto(asking.probe(str(uuid.uuid4())), to)
        for body in _answers(line, monotonic, seconds):
            try:
                devices = answers.probe_matches(body)
            except NotDecoded:
                continue  # anybody may answer anything
            found |= {device.address: device for device in devices}
            if len(found) >= MOST:
                break
    return [found[address] for address in sorted(found)][:MOST]


def _answers(line: socket.socket, monotonic: Callable[[], float], seconds: float) -> Iterator[bytes]:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        line.settimeout(left)
        try:
            yield line.recv(_DATAGRAM)
        except TimeoutError:
            return
