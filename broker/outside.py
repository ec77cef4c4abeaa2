"""Which addresses a service of ours may connect to when somebody else has named them. Pure but for `resolve`.

A name in a configuration, a webhook or a camera's URL is a wish: without a look at where it leads it could be
made to ask the machine's own services, or the cloud's, for what only the machine may know. What counts is the
address after resolution, and the connection has to go to the very address that was looked at.
"""

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from broker.saying import said

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Iterable[str]]

MOST_SIGNS = 2_000
# What the C library would take for an IPv4 address: 1 to 4 numbers, decimal, octal or hexadecimal.
_ODD = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)(?:\.(?:0[xX][0-9A-Fa-f]*|[0-9]+)){0,3}\.?")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*\.?")
# Where the last 32 bits are an IPv4 address (RFC 6052, 8215, 2765, 4291).
_TRANSLATED = [
    IPv6Network(prefix) for prefix in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")
]
_PUBLIC_6 = IPv6Network("2000::/3")  # of IPv6, nothing else has been given to anybody
_INSIDE: list[Network] = [
    IPv4Network("192.0.0.0/24"),
    IPv6Network("3fff::/20"),
]  # as IANA says; not every Python knows
_METADATA = {
    ip_address(one)
    for one in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
}


class NotOutside(ValueError):
    """An address that may not be connected to; the words say why, and never hold a password."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a URL leads. Connect to one of `addresses` and to no other, and say `host` in TLS and HTTP."""

    url: str
    host: str
    port: int
    addresses: tuple[Address, ...]


def destination(
    url: str,
    *,
    resolve: Resolve | None = None,
    schemes: Sequence[str] = ("https",),
    inside: Sequence[Network] = (),
) -> Destination:
    """Where an outgoing call (a webhook, say) goes. `inside`: networks of our own that are allowed as well.

    Every address of the name has to be allowed: of several, an attacker would choose. Raises NotOutside.
    """
    host, port = _parts(url, schemes)
    try:
        named = literal(host)
    except ValueError as error:
        raise NotOutside(str(error)) from error
    found = [named] if named is not None else _resolved(host, port, resolve or addresses_of)
    for address in found:
        if (why := not_public(address)) and not any(address in network for network in inside):
            raise NotOutside(f"{host} leads to {address}, {why}; only public addresses are allowed")
    return Destination(url, host, port, tuple(found))


def literal(host: str) -> Address | None:
    """The address that a host is, or None for a name. Raises ValueError for an address in disguise."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    if _ODD.fullmatch(host):
        raise ValueError(f"{host[:80]!r} is an address written oddly; four numbers with dots are expected")
    if not _NAME.fullmatch(host) or len(host) > 253:
        raise ValueError(f"{host[:80]!r} is no host name")
    return None


def not_public(address: Address) -> str | None:
    """Why an address is not one of the public internet, or None when it is."""
    plain = _unwrapped(address)
    if plain in _METADATA:
        return "which is where clouds keep their secrets"
    if plain.is_multicast:
        return "which is a group of machines"
    strange = isinstance(plain, IPv6Address) and plain not in _PUBLIC_6
    if not plain.is_global or strange or any(plain in network for network in _INSIDE):
        return "which is inside"
    return None


def not_a_device(address: Address) -> str | None:
    """Why no camera or gate can be at an address, or None when one can be: most are inside."""
    plain = _unwrapped(address)
    if plain in _METADATA or plain.is_link_local:
        return said("which is for a link's own use (and where clouds keep their secrets)")
    if plain.is_multicast or plain.is_unspecified or plain == IPv4Address("255.255.255.255"):
        return said("which is no machine")
    return None


def this_machine(host: str) -> bool:
    """Whether what is sent to a host stays on this machine, so that it may go without TLS."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def addresses_of(host: str, port: int) -> list[str]:
    """What the system's resolver says. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _parts(url: str, schemes: Sequence[str]) -> tuple[str, int]:
    if len(url) > MOST_SIGNS or not url.isprintable() or " " in url or "\\" in url:
        raise NotOutside(f"a URL has at most {MOST_SIGNS} printable signs, no space and no backslash")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise NotOutside("it is no URL") from error
    if scheme not in schemes or not host:
        raise NotOutside(f"a URL begins with {' or '.join(f'{s}://HOST' for s in schemes)}")
    if parts.username is not None or parts.password is not None:
        raise NotOutside("a URL carries no credentials")
    if port == 0:
        raise NotOutside("a port is 1 to 65535")
    return host, port or (443 if scheme == "https" else 80)


def _resolved(host: str, port: int, resolve: Resolve) -> list[Address]:
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    except OSError as error:
        raise NotOutside(f"{host} is not known: {error.strerror or error}") from error
    if not found:
        raise NotOutside(f"{host} has no address")
    return list(dict.fromkeys(found))


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one: that is where packets go."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and any(address in network for network in _TRANSLATED) and int(address) > 1:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
