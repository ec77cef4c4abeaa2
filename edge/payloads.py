"""Bodies of messages as JSON or bytes, bounded; what is refused never repeats what was said. Pure."""

import base64
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from broker.events import Reason
from broker.fields import permitted
from edge.decoding import LARGEST, NotDecoded

LONGEST_NAME = 128


@lru_cache(maxsize=2048)
def reason(code: str, text: str) -> Reason:
    """One of the reasons that a decoder gives again and again. text: our own words, none of a message's."""
    return Reason(code=code, text=text[:240])


def once(left: Iterable[Reason]) -> tuple[Reason, ...]:
    """The same reason again says nothing more."""
    return tuple({why.text: why for why in left}.values())


def json_of(body: bytes) -> Any:
    """Raises NotDecoded for what is too large or no JSON."""
    within(body)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NotDecoded("not_json", "the message is no JSON") from None


def within(body: bytes) -> None:
    """Raises NotDecoded for a message that is larger than any that a device sends."""
    if len(body) > LARGEST:
        raise NotDecoded("too_large", f"the message has {len(body)} bytes; {LARGEST} are read")


def object_of(body: bytes) -> dict[str, Any]:
    """As `json_of`, and raises NotDecoded for anything but an object."""
    found = json_of(body)
    if not isinstance(found, dict):
        raise NotDecoded("not_an_object", "the message is JSON, but no object with named fields")
    return found


def part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """An object within an object; empty where it is missing or something else."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def base64_of(text: Any, where: str) -> bytes:
    """Raises NotDecoded. where: the field's name, for the reason."""
    try:
        return base64.b64decode(text, validate=True) if text else b""
    except (ValueError, TypeError):
        raise NotDecoded("not_base64", f"{where} is not written in base64") from None


def number_of(value: Any) -> float | None:
    """A finite number, also one written as text; None for anything else, truth values too."""
    if isinstance(value, str):
        if len(value) > 40 or "_" in value or not value.isascii():
            return None
    elif type(value) is not int and type(value) is not float:
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if found - found == 0.0 else None  # neither infinite nor no number


def device_of(name: Any, where: str) -> str:
    """A device's name as it may be kept. where: what it was taken from, for the reason. Raises NotDecoded."""
    if not isinstance(name, str) or not name:
        raise NotDecoded("no_device", f"nothing says which device it is from: {where} is missing or no text")
    if why := _objection(name) if len(name) <= LONGEST_NAME else f"has over {LONGEST_NAME} signs":
        raise NotDecoded("device_name", f"{where} {why}; give the device another name")
    return name


# Four times the devices that a node is built for: a stranger's names push out each other.
@lru_cache(maxsize=40_000)
def _objection(name: str) -> str | None:
    if not name.isprintable() or name != name.strip():
        return "has signs that are not written, or spaces around it"
    try:
        permitted(name)
    except ValueError:
        return "looks like an address of a network card or a plate"
    return None
