"""An overlay over a node's own file, put together from its parts. Pure.

A part is a section such as `model`, or `sources/ID`. Its body names the keys that differ; none (NULL) means
that the node's own file counts again, `REMOVED` that the source is taken away.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SECTIONS = ("model", "inference", "journal", "verify", "stills")
OF_SOURCE = "sources/"
# The node's own: who it is, whom it trusts, where it keeps things, what it masks.
NODES_OWN = ("node", "broker", "central", "identity", "storage", "trust", "privacy", "delivery")
REMOVED: Mapping[str, Any] = {"removed": True}
Body = Mapping[str, Any]


def part_of(source: str) -> str:
    """The part that is about a source."""
    return f"{OF_SOURCE}{source}"


def source_of(part: str) -> str | None:
    """The source that a part is about; None of a section."""
    return part.removeprefix(OF_SOURCE) if part.startswith(OF_SOURCE) else None


def composed(parts: Mapping[str, Body | None]) -> dict[str, Any]:
    """The whole overlay; the same parts give the same, whatever their order."""
    body: dict[str, Any] = {}
    for part, settings in sorted(parts.items()):
        source = source_of(part)
        if settings is None:
            continue
        if source is None:
            body[part] = dict(settings)
        elif settings == REMOVED:
            body.setdefault("removed", []).append(source)
        else:
            body.setdefault("sources", []).append({"id": source, **settings})
    return body


def canonical(body: Body) -> str:
    """As JSON with sorted keys and no spaces, of which the contract takes the hash."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Of its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def changed(before: Body | None, given: Body) -> dict[str, Any]:
    """A part with these keys changed; a key that is given as None is left to the node's own file."""
    kept = {} if before is None or before == REMOVED else dict(before)
    return {name: value for name, value in (kept | dict(given)).items() if value is not None}
