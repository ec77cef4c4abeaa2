"""Messages for every kind of decoder, one file a kind: `SETTINGS`, and `MESSAGES` as (topic, body) pairs.

They are written after the vendors' public documentation. Fuzzing changes them, benches repeat them. A kind
without a file here is fuzzed with what comes of nothing.
"""

import importlib
import importlib.util
import json
import random
from collections.abc import Iterator
from typing import Any

import edge.codecs
import edge.decoders
from broker.settings import kinds
from edge.codec import Sent
from edge.codecchoice import build_codec
from edge.codecs.dragino import KNOWN
from edge.decoding import Decoder, NotDecoded
from edge.makes import milesight

Message = tuple[str, bytes]
KINDS = dict(kinds(edge.decoders))
CODECS = dict(kinds(edge.codecs))
ITEMS = sorted({key for items in milesight.MODELS.values() for key in items})
FIELDS = [*KNOWN, *milesight.KNOWN, "MOD", "history", "timestamp", "wifi", "pir", "distance1", "Distance"]
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -0.0, float("nan"), float("inf"), 10**400, "", " ", "NaN", "1_0", "\x00",
    "\ud800", "é" * 300, "x" * 5000, "aa:bb:cc:dd:ee:ff", "京A12345", [], {}, [[]], {"": ""}, [None] * 3, "=",
    "1e9", "9999-12-31T23:59:60Z", "0000-00-00T00:00:00Z", {"Temperature": {}}, "AAAA", 2**63,
)  # fmt: skip


def body(said: Any) -> bytes:
    """As JSON."""
    return json.dumps(said).encode()


def samples(kind: str) -> tuple[dict[str, Any], list[Message]]:
    """Settings and messages of a kind."""
    if importlib.util.find_spec(f"{__name__}.{kind}") is None:
        return {"kind": kind}, [("a/b/c", b"{}")]
    module = importlib.import_module(f"{__name__}.{kind}")
    return module.SETTINGS, module.MESSAGES


def decoder(kind: str, settings: dict[str, Any] | None = None) -> Decoder:
    """A decoder of that kind, by the sample's settings where there are none."""
    module = KINDS[kind]
    built: Decoder = module.build(module.Settings.model_validate(settings or samples(kind)[0]))
    return built


def changed(messages: list[Message], seed: int) -> Iterator[Message]:
    """Messages gone wrong without end: bytes flipped, cut, spliced; values, keys and topics of others."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    while True:
        topic, whole = chance.choice(messages)
        if chance.random() < 0.05:
            topic = chance.choice(("", "/", "a", "#", "x" * 9999, topic + "/x", topic[1:], "\ud800/\x00"))
        yield topic, _changed(chance, whole, messages)


def _changed(chance: random.Random, whole: bytes, messages: list[Message]) -> bytes:
    way = chance.randrange(6)
    if way == 0:
        return chance.randbytes(chance.randrange(80))
    if way <= 2:
        try:
            return json.dumps(_elsewise(chance, json.loads(whole))).encode()
        except ValueError:
            pass  # it is no JSON
    flipped = bytearray(whole)
    if way == 3:
        return bytes(flipped[: chance.randrange(len(flipped) + 1)])
    if way == 4:
        other = chance.choice(messages)[1]
        return (
            bytes(flipped[: chance.randrange(len(flipped) + 1)]) + other[chance.randrange(len(other) + 1) :]
        )
    for _ in range(chance.randrange(1, 6)):
        if flipped:
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
    return bytes(flipped)


def codec_settings(kind: str) -> list[dict[str, Any]]:
    """Settings of a codec, one for each of its models."""
    module = CODECS[kind]
    if kind == "mapped":
        return [{"kind": kind, "readings": [{"quantity": "fill", "path": "a.b[0]"}]}]
    return [{"kind": kind, "model": model} for model in sorted(module.MODELS)]


def codec_crashes(kind: str, number: int, seed: int) -> list[str]:
    """As `crashes`, of payloads as bytes and of what a network's own codec made of them."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    built = [build_codec(CODECS[kind].Settings.model_validate(each)) for each in codec_settings(kind)]
    found = []
    for _ in range(number):
        codec, sent = chance.choice(built), Sent("d", None, chance.choice((0, 2, 10, 85)))
        payload = _payload(chance)
        said = {chance.choice(FIELDS): chance.choice((*STRANGE, 1, 2.5, "open")) for _ in range(4)}
        for what in (
            lambda codec=codec, sent=sent, payload=payload: codec.of_bytes(sent, payload),
            lambda codec=codec, sent=sent, said=said: codec.of_object(sent, said, lacks_zeros=True),
        ):
            try:
                what()
            except NotDecoded:
                pass
            except Exception as error:
                found.append(f"{type(error).__name__}: {error} on {payload.hex()} {said}")
    return found


def _payload(chance: random.Random) -> bytes:
    """Items with channels and types that there are, and none."""
    parts = [
        key.to_bytes(2, "big") + chance.randbytes(chance.choice((1, 2, 4, 7, 9)))
        for key in chance.choices(ITEMS, k=chance.randrange(5))
    ]
    return chance.choice((b"".join(parts), chance.randbytes(chance.randrange(16))))


def _elsewise(chance: random.Random, said: Any) -> Any:
    """One value of it, somewhere, is another, or gone."""
    if isinstance(said, dict) and said and chance.random() < 0.9:
        key = chance.choice(list(said))
        if chance.random() < 0.1:
            return {name: value for name, value in said.items() if name != key}
        return said | {key: _elsewise(chance, said[key])}
    if isinstance(said, list) and said and chance.random() < 0.9:
        place = chance.randrange(len(said))
        return [*said[:place], _elsewise(chance, said[place]), *said[place + 1 :]]
    return chance.choice(STRANGE)


def crashes(built: Decoder, messages: Iterator[Message], number: int) -> list[str]:
    """What other than NotDecoded came of so many of them."""
    found = []
    for _ in range(number):
        topic, whole = next(messages)
        try:
            built.decode(topic, whole)
        except NotDecoded:
            pass
        except Exception as error:
            found.append(f"{type(error).__name__}: {error} on {topic[:60]!r} {whole[:200]!r}")
    return found
