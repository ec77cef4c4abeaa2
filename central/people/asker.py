"""Who asks, and the line of the audit that tells of it. Pure."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from central.people.roles import Action, Role

Way = Literal["session", "token", "link", "sign-in", "command", "nobody"]
Origin = Literal["loopback", "private", "public", "unknown"]
Outcome = Literal["done", "refused"]
LONGEST = 240  # of what is asked about, and of the reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit. `about`: a ticket, a picture, an account; `why`: the reason that was given."""

    who: str
    way: Way
    origin: Origin
    action: str
    about: str
    why: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom the audit names, by which way, and from what kind of address: more of it is not kept."""

    who: str
    way: Way
    origin: Origin

    def did(self, action: str, about: str = "", why: str = "") -> Entry:
        """Something was done."""
        return self._entry(action, about, why, "done")

    def was_refused(self, action: str, about: str = "", why: str = "") -> Entry:
        """Something was asked for and not done."""
        return self._entry(action, about, why, "refused")

    def _entry(self, action: str, about: str, why: str, outcome: Outcome) -> Entry:
        return Entry(self.who[:80], self.way, self.origin, action, _line(about), _line(why), outcome)


OURSELVES = Asker("centre", "command", "loopback")  # what the centre does by itself


@dataclass(frozen=True, slots=True)
class Who:
    """An account that may ask, as it is at this moment. `scopes`: of its token, None for a session.

    `key`: the hash of the session's or the token's secret. `department`: that it works for, if it does.
    `used`: when that is known to have been used last.
    """

    account: int
    login: str
    name: str
    role: Role
    key: str
    scopes: frozenset[Action] | None = None
    department: str | None = None
    used: datetime | None = None


COMMAND_LINE = Asker("command line", "command", "loopback")


def _line(text: str) -> str:
    """One line of printable signs: nobody begins another one, or turns it around."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST])


def counted_as(address: str) -> str:
    """Under which name an address is counted: of IPv6 its network, since whoever has one has 2^64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def origin_of(address: str | None) -> Origin:
    """The kind of an address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_loopback:
        return "loopback"
    return "private" if found.is_private else "public"
