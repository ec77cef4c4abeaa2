"""Who asks, and the line of the audit that tells of it. Pure."""

import ipaddress
from dataclasses import dataclass
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
        return Entry(self.who[:80], self.way, self.origin, action, about[:LONGEST], why[:LONGEST], outcome)


@dataclass(frozen=True, slots=True)
class Who:
    """An account that may ask, as it is at this moment. `scopes`: of its token, None for a session.

    `key`: the hash of the session's or the token's secret.
    """

    account: int
    login: str
    name: str
    role: Role
    key: str
    scopes: frozenset[Action] | None = None


COMMAND_LINE = Asker("command line", "command", "loopback")


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
