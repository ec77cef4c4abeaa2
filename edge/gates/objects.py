"""JSON of strangers: bounded, and only the keys that are asked for. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from edge.decoding import LARGEST, NotDecoded

NAMES: Final = 200  # of what was left unread
_LARGEST_NUMBER: Final = 1e17
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{1,15})?")


@dataclass(slots=True)
class Document:
    """value: of what was asked for. unread: keys of what was not, in small letters."""

    value: Any
    unread: frozenset[str]


def read(body: bytes | str, keep: frozenset[str], largest: int = LARGEST) -> Document:
    """Objects hold the keys in `keep` alone; the values of others go as they pass. Raises NotDecoded."""
    if len(body) > largest:
        raise NotDecoded("too_large", f"{len(body)} bytes of JSON; {largest} are allowed")
    unread: set[str] = set()

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, _ in pairs:
            if key not in keep and len(unread) < NAMES and len(key) <= 64:
                unread.add(key.lower())
        return {key: value for key, value in pairs if key in keep}

    try:
        text = body if isinstance(body, str) else body.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=kept, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotDecoded("not_json", f"is not JSON: {error.msg} at {where}") from None
    except UnicodeDecodeError as error:
        raise NotDecoded("not_json", f"is not UTF-8 text (byte {error.start + 1})") from None
    except ValueError:
        raise NotDecoded("not_json", "is not JSON: one of its numbers is none") from None
    except RecursionError:
        raise NotDecoded("not_json", "is nested too deeply") from None
    return Document(value, frozenset(unread))


def _no_number(_: str) -> None:
    raise ValueError


def table(value: Any, key: str) -> dict[str, Any]:
    """An object's member that is an object; an empty one where it is not."""
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}


def rows(value: Any, key: str) -> list[dict[str, Any]]:
    """An object's member that is a list: the objects in it."""
    member = value.get(key) if isinstance(value, dict) else None
    return [item for item in member if isinstance(item, dict)] if isinstance(member, list) else []


def text(value: Any) -> str:
    """A text or a whole number as text; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _LARGEST_NUMBER else ""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A number, or a text that is a plain one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return float(value) if _PLAIN.fullmatch(value) else None
    return float(value) if -_LARGEST_NUMBER < value < _LARGEST_NUMBER else None


def flag(value: Any) -> bool | None:
    """True, "1", "true", "active" and "on", and their contraries; None for anything else."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(text(value).strip().lower())


_FLAGS: Final = {
    **dict.fromkeys(("1", "true", "active", "on", "yes"), True),
    **dict.fromkeys(("0", "false", "inactive", "off", "no"), False),
}
