"""Where somebody edits a key of the node's own file that the centre has set as well. Pure.

The centre's word counts, key by key, until it is taken back; that the edit does nothing has to be told.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from edge.desired.overlay import PARTS

Marks = Mapping[str, str]


def marks(own: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    """A mark of what the file says at each place that the centre has set. Secrets do not show in it."""
    return {where: _mark(value) for where, value in _places(own, body)}


def edited(before: Marks, now: Marks) -> list[str]:
    """Places at which the file says something else than before, and the centre's word counts."""
    return sorted(where for where, mark in now.items() if where in before and before[where] != mark)


def _places(own: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in PARTS:
        for key in body.get(part) or {}:
            yield f"{part}.{key}", (own.get(part) or {}).get(key)
    sources = {one.get("id"): one for one in own.get("sources") or [] if isinstance(one, Mapping)}
    for box in own.get("analytics") or []:
        sources |= {one.get("id"): one for one in box.get("cameras") or []}
    for entry in body.get("sources") or []:
        there = sources.get(entry["id"], {})
        for key in entry.keys() - {"id"}:
            yield f"sources[{entry['id']}].{key}", there.get(key)
    for name in body.get("removed") or []:
        yield f"sources[{name}]", sources.get(name)


def _mark(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:10]
