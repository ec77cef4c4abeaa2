"""Secrets that are handed out once and kept as a hash only."""

import base64
import hashlib
import hmac
import secrets

TOKEN_PREFIX = "gewu_"  # noqa: S105 - by which a leaked token is found, not a secret


def new_key(prefix: str = "") -> str:
    """256 bits of chance, fit for a header, a cookie and a link."""
    return prefix + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept. The key is random, so a slow hash would protect nothing more."""
    return hashlib.sha256(key.encode()).hexdigest()


def forgery_key(session: str) -> str:
    """What a page shows to prove that it, and not another site, speaks with the session's cookie."""
    made = hmac.digest(session.encode(), b"gewu forgery key", hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def same(one: str, other: str) -> bool:
    """Compared without telling by the time how much of it is right."""
    return hmac.compare_digest(one.encode(), other.encode())
