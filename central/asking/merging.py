"""What the answers to one ask amount to, in the order of their numbers. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

LISTS = ("candidates", "stretches", "situations", "looks", "cameras", "findings")
LAST = ("stream", "settings", "runs", "trial", "bundle")


def merged(answers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Lists one behind the other, stills collected, of all else the last word. answers: as JSON has them."""
    found: dict[str, Any] = {}
    for answer in answers:
        for name in LISTS:
            if (some := answer.get(name)) is not None:
                found.setdefault(name, []).extend(some)
        if (still := answer.get("still")) is not None:
            found.setdefault("stills", []).append(still)
        found |= {name: answer[name] for name in LAST if answer.get(name) is not None}
    return found
