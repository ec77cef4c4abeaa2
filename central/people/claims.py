"""From what a provider vouches for to an account. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from broker.events import Reason
from central.people.roles import Role

LOGIN = r"[a-z0-9][a-z0-9._@-]{0,63}"  # also what a local account may be called
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the provider knows. `outside`: a hash of who that is there; nothing else is kept."""

    outside: str
    login: str
    name: str


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Who this is, from a token whose signature and claims were checked."""
    outside = hashlib.sha256(f"{claims['iss']}\n{claims['sub']}".encode()).hexdigest()
    wanted = str(claims.get("preferred_username", "")).lower()
    login = wanted if re.fullmatch(LOGIN, wanted) else f"oidc-{outside[:12]}"
    return Identity(outside, login, shown_name(str(claims.get("name", ""))) or login)


def shown_name(text: str) -> str:
    """A name as it may be kept and shown: one line of printable signs."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:NAME_LENGTH]


def role_of(claims: Mapping[str, Any], claim: str, roles: Mapping[str, Role]) -> Role | Reason:
    """The role by the first line of `roles` that the claim holds, or why there is none.

    `claim` may lead into an object: realm_access.roles.
    """
    found: Any = claims
    for step in claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    said = {each for each in several if isinstance(each, str)}
    for word, role in roles.items():
        if word in said:
            return role
    text = f"the provider's claim {claim} names no role of this centre"
    return Reason(code="no_role", text=text[:240])
