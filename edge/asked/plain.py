"""A source's settings as they may be shown: JSON, without secrets and without what names them. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from pydantic_core import PydanticCustomError

from broker.trees import permitted_tree

# What of a running source is changed without stopping it.
HOT: Final = frozenset({"zones", "ignore", "name", "place", "position", "asset", "sample", "idle", "ground"})
_SECRET: Final = ("password", "secret", "token", "username", "_file", "credential")


def shown(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What may be seen of it; what may never be written is left out as well."""
    kept = {key: plain(value) for key, value in settings.items() if not _is_secret(key)}
    if isinstance(kept.get("url"), str):
        kept["url"] = bare(kept["url"])
    return {key: value for key, value in kept.items() if _permitted(key) and _permitted(value)}


def plain(value: Any) -> Any:
    """What YAML knows beyond JSON, in words."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if not _is_secret(str(key))}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def bare(url: str) -> str:
    """Without user, password and query, however they are written."""
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if "@" in path:  # a password with a slash in it
        return f"{scheme}{mark}***"
    return f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}".partition("?")[0]


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in _SECRET)


def _permitted(value: Any) -> bool:
    try:
        permitted_tree(value)
    except PydanticCustomError:
        return False
    return True
