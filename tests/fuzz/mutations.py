"""Messages gone wrong in every way we could think of, from a seed: pure, so a number names each for ever.

Each begins as a message that is right. What is done to it: values of other types and sizes, keys that go,
come or double, text that no terminal, database or JSON parser likes, bytes flipped, cut, doubled or spliced,
and topics that are nobody's.
"""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2] / "broker" / "samples" / "v1"
NODES = tuple(f"131002/fuzz-{number}" for number in range(8))
CHANNELS = ("state", "about", "health", "config/reported")
DEEPEST = 12  # where something is changed
MOST_PARTS = 3000  # of a message that is changed once more; what multiplies would multiply without end
MOST_BYTES = 2_000_000  # no broker of ours passes on more
OF_CHANNEL = {"state": "node_state", "about": "about", "health": "node_health"}

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, 0.1, -0.0, 1e308,
    float("nan"), float("inf"), "", " ", "0", "null", "NaN", "\x00", "a\x00b", "\ud800",
    "\udfff\ud800", "\u202e",
    "\ufeff", "\ufffe", "é" * 300, "x" * 70_000, "京A12345", "aa:bb:cc:dd:ee:ff", "person", "license_plate",
    "<script>alert(1)</script>", "'; DROP TABLE tickets; --", "../../etc/passwd", "%s%n%x",
    "${jndi:x}", "\r\nX: y",
    "\x1b[2J", "2026-02-30T00:00:00.000Z", "9999-12-31T23:59:60Z", "0000-00-00", "gewu://131002/other",
    "a" * 64, "f" * 64, "-1", "000000000001", "999999999999", "1e9", [], {}, [[]], {"": ""}, [None] * 3,
    {"type": "gewu.incident.opened.v1"}, list(range(2000)),
)  # fmt: skip


NOTHINGS = (
    b"", b" ", b"\x00", b"null", b"0", b'""', b"[]", b"{}", b"\xff\xd8\xff\xe0JFIF", b"\xef\xbb\xbf{}",
)  # fmt: skip


def originals() -> list[tuple[str, Any]]:
    """(name, message) of every released sample."""
    return [(path.name, json.loads(path.read_text())) for path in sorted(SAMPLES.glob("*.json"))]


class Fuzz:
    """Message number n of a seed: `message(n)` gives topic and body."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        every = originals()
        self._events = [message for name, message in every if name.startswith("gewu.")]
        self._words = {
            channel: [message for name, message in every if name.startswith(f"{prefix}.")]
            for channel, prefix in OF_CHANNEL.items()
        }

    def message(self, number: int) -> tuple[str, bytes]:
        """Topic and bytes."""
        chance = random.Random(self.seed * 1_000_003 + number)  # noqa: S311 - no secret depends on it
        node = chance.choice(NODES)
        if chance.random() < 0.8:
            return self._topic(chance, node, "event"), self._event(chance, node, number)
        channel = chance.choice(tuple(OF_CHANNEL))
        body = _spoilt(chance, chance.choice(self._words[channel]))
        return self._topic(chance, node, channel), body

    def _event(self, chance: random.Random, node: str, number: int) -> bytes:
        event = copy.deepcopy(chance.choice(self._events))
        event["source"] = f"gewu://{node}"
        event["id"] = f"f{self.seed}-{number}" if chance.random() < 0.95 else f"f{self.seed}-{number // 50}"
        event["sequence"] = f"{number % 10**12:012d}"
        event["subject"] = f"s-{chance.randrange(500)}"
        if chance.random() < 0.1:
            return json.dumps(event).encode()  # some are right
        return _spoilt(chance, event)

    def _topic(self, chance: random.Random, node: str, channel: str) -> str:
        if chance.random() < 0.98:
            return f"gewu/v1/{node}/{channel}"
        return chance.choice(
            (f"gewu/v1/{node}/nothing", f"gewu/v2/{node}/event", "gewu/v1//x/event", "gewu/v1/13100/x/event",
             f"gewu/v1/{node}/{chance.choice(CHANNELS)}", "gewu/v1/131002/京A12345/event", "x" * 300)
        )  # fmt: skip


def _spoilt(chance: random.Random, message: Any) -> bytes:
    if chance.random() < 0.7:
        changed = copy.deepcopy(message)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            if _parts(changed) > MOST_PARTS:
                break
            changed = chance.choice(_IN_THE_TREE)(chance, changed)
        body = _written(chance, changed)
    else:
        body = json.dumps(message).encode()
    if chance.random() < 0.35:
        body = chance.choice(_IN_THE_BYTES)(chance, body)
    return body[:MOST_BYTES]


def _written(chance: random.Random, message: Any) -> bytes:
    text = json.dumps(message, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, 1)))
    ways = (
        ("utf-8", "surrogatepass"),
        ("utf-8", "replace"),
        ("utf-16", "surrogatepass"),
        ("latin-1", "replace"),
    )
    return text.encode(*chance.choice((*ways, ways[0], ways[1])))


def _parts(tree: Any) -> int:
    within = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return 1 + sum(map(_parts, within))


def _places(tree: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [way] if way else []
    if len(way) > DEEPEST:
        return found
    if isinstance(tree, dict):
        return found + [place for key in tree for place in _places(tree[key], (*way, key))]
    if isinstance(tree, list):
        return found + [place for n in range(min(3, len(tree))) for place in _places(tree[n], (*way, n))]
    return found


def _holder(tree: Any, way: tuple[Any, ...]) -> Any:
    for step in way[:-1]:
        tree = tree[step]
    return tree


def _at_random(chance: random.Random, tree: Any) -> tuple[Any, Any] | None:
    places = _places(tree)
    if not places:
        return None
    way = chance.choice(places)
    return _holder(tree, way), way[-1]


def _replace(chance: random.Random, tree: Any) -> Any:
    if (found := _at_random(chance, tree)) is None:
        return chance.choice(VALUES)
    found[0][found[1]] = copy.deepcopy(chance.choice(VALUES))
    return tree


def _remove(chance: random.Random, tree: Any) -> Any:
    if (found := _at_random(chance, tree)) is not None:
        del found[0][found[1]]
    return tree


def _add(chance: random.Random, tree: Any) -> Any:
    found = _at_random(chance, tree)
    if found is not None and isinstance(found[0], dict):
        name = chance.choice(("", "face", "plate", "later_version", "__proto__", "\x00", "x" * 5000, "data"))
        found[0][name] = copy.deepcopy(chance.choice(VALUES))
    return tree


def _swap(chance: random.Random, tree: Any) -> Any:
    one, other = _at_random(chance, tree), _at_random(chance, tree)
    if one is not None and other is not None:
        one[0][one[1]] = copy.deepcopy(other[0][other[1]])
    return tree


def _deepen(chance: random.Random, tree: Any) -> Any:
    if (found := _at_random(chance, tree)) is not None:
        deep: Any = 1
        for _ in range(chance.choice((5, 40, 90))):
            deep = [deep] if chance.random() < 0.5 else {"a": deep}
        found[0][found[1]] = deep
    return tree


def _many(chance: random.Random, tree: Any) -> Any:
    found = _at_random(chance, tree)
    if found is not None and isinstance(found[0][found[1]], list):
        found[0][found[1]] *= chance.choice((2, 300))
    return tree


def _flip(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _splice(chance: random.Random, body: bytes) -> bytes:
    at, junk = chance.randrange(len(body) + 1), chance.randbytes(chance.choice((1, 4, 200)))
    return body[:at] + junk + body[at:]


def _double_key(_chance: random.Random, body: bytes) -> bytes:
    return body.replace(b'"id":', b'"id": "other", "id":', 1)


def _twice(_chance: random.Random, body: bytes) -> bytes:
    return body + body


def _swell(chance: random.Random, body: bytes) -> bytes:
    return body + b" " * chance.choice((1, 70_000, 300_000)) if chance.random() < 0.1 else body + b" "


def _brackets(chance: random.Random, _body: bytes) -> bytes:
    return chance.choice((b"[", b'{"a":')) * chance.choice(
        (10, 1000, 100_000 if chance.random() < 0.02 else 50)
    )


def _nothing(chance: random.Random, _body: bytes) -> bytes:
    return chance.choice(
        (b"", b" ", b"\x00", b"null", b"0", b'""', b"[]", b"{}", b"\xff\xd8\xff\xe0JFIF", b"\xef\xbb\xbf{}")
    )


_IN_THE_TREE: tuple[Callable[[random.Random, Any], Any], ...] = (
    _replace, _replace, _replace, _remove, _add, _swap, _deepen, _many,
)  # fmt: skip
_IN_THE_BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip, _flip, _cut, _splice, _double_key, _twice, _swell, _brackets, _nothing,
)  # fmt: skip
