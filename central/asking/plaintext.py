"""Secrets that stand in the open where none may stand: in a source's settings, an address. Pure."""

import re
from collections.abc import Iterator

from pydantic import JsonValue

_IN_ADDRESS = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_NAMES = frozenset({"password", "passwd", "secret", "token", "key", "api_key", "apikey"})


def exposed(tree: JsonValue, where: str = "") -> Iterator[str]:
    """Where a secret stands in the open, such as `url`; never the secret itself."""
    if isinstance(tree, str) and _IN_ADDRESS.search(tree):
        yield where or "it"
    elif isinstance(tree, dict):
        for name, value in tree.items():
            place = f"{where}.{name}" if where else name
            if name.lower() in _NAMES and isinstance(value, str) and value:
                yield place
            else:
                yield from exposed(value, place)
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield from exposed(value, f"{where}[{n}]")
