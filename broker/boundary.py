"""What may never be written: person identities, plates and MAC addresses, in any string of any message.

The schemas have no field for them. This guard also refuses them where free text or an id could smuggle
them in (a gate that puts a plate into a reason, a sensor named after a phone's address).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领警学港澳挂"
_PLATE = re.compile(rf"[{_PROVINCES}]\s?[A-HJ-NP-Z]\s?[·.\- ]?\s?[A-HJ-NP-Z0-9]{{5,6}}")
_MAC = re.compile(
    r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f])"
)
_BARE_MAC = re.compile(r"(?=[0-9A-Fa-f]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{12}")

# Labels that name people, parts of people, or plates. A detector may know them; no message may carry them.
FORBIDDEN_LABELS = frozenset(
    {"person", "people", "pedestrian", "man", "woman", "child", "boy", "girl", "face", "head", "rider"}
    | {"cyclist", "driver", "plate", "license_plate", "licence_plate", "number_plate"}
)


def breach(text: str) -> str | None:
    """Say why `text` may not be written, or None when it may."""
    if _PLATE.search(text):
        return "looks like a vehicle plate; plates are never written"
    if _MAC.search(text) or _BARE_MAC.fullmatch(text):
        return "looks like a MAC address; device addresses are never written"
    return None


def strings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string in a JSON-like value, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*path, str(key)))
    elif isinstance(value, Iterable):
        for index, item in enumerate(value):
            yield from strings(item, (*path, index))


def first_breach(value: Any) -> tuple[tuple[str | int, ...], str] | None:
    """The first forbidden string of a JSON-like value: where, and why."""
    for path, text in strings(value):
        if (why := breach(text)) is not None:
            return path, why
    return None
