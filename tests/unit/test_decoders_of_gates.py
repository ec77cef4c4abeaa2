"""All decoders of gates and cameras: nothing private comes out, and nothing but NotDecoded is raised."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from edge.decoders import axis, dahua, frigate, hikvision, lilin, onvif
from edge.decoding import Decoded, Decoder, NotDecoded
from edge.gates import objects, trees
from tests.unit.gates import samples as s
from tests.unit.gates.bodies import BODIES

MODULES: dict[str, Any] = {
    "axis": axis,
    "dahua": dahua,
    "frigate": frigate,
    "hikvision": hikvision,
    "lilin": lilin,
    "onvif": onvif,
}


def decoder(kind: str) -> Decoder:
    module = MODULES[kind]
    built: Decoder = module.build(module.Settings(kind=kind))
    return built


def told(kind: str, body: bytes) -> str:
    """All that comes out, be it an answer or a refusal."""
    try:
        return repr(decoder(kind).decode("", body))
    except NotDecoded as error:
        return f"{error} {error.reason!r} {error.__cause__!r}"


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_nothing_private_comes_out_of_a_message_whole_or_cut_off(kind: str) -> None:
    for body in BODIES[kind]:
        for text in (body, body[: len(body) // 2], body[:-9], body.replace(b"Start", b"?")):
            out = told(kind, text)
            assert [secret for secret in s.SECRETS if secret in out] == []


def test_what_is_private_is_not_even_held_while_a_message_is_read() -> None:
    plate = s.hikvision("ANPR", f"<ANPR><licensePlate>{s.PLATE}</licensePlate></ANPR><name>{s.PERSON}</name>")
    door = s.onvif("tns1:Door/State/DoorAlarm", {"DoorToken": "1"}, {"CredentialHolderName": s.PERSON})
    held = [
        trees.read(plate, hikvision._KEEP).root,
        trees.read(s.pulled(door), onvif._KEEP, onvif._ITEMS).root,
        objects.read(s.access(5, 1), hikvision._KEEP).value,
        objects.read(s.axis("a", {"active": "1", "CardNr": s.CARD}), axis._KEEP).value,
        objects.read(s.lilin("allowed"), lilin._KEEP).value,
        objects.read(s.frigate(), frigate._KEEP).value,
        objects.read(
            s.dahua("X", "Start", 0, s.dahua_object("Human")).partition(b"data=")[2], dahua._KEEP
        ).value,
    ]
    assert [secret for secret in s.SECRETS for one in held if secret in repr(one)] == []
    assert all(len(repr(one)) > 40 for one in held)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_every_sample_holds_something_private(kind: str) -> None:
    """Else the test above could not fail."""
    for body in BODIES[kind]:
        raw = body.decode("utf-8", "replace").encode().decode("unicode_escape", "replace")
        assert any(secret in body.decode() or secret in raw for secret in s.SECRETS) or b"\\u7ca4" in body


def mutated(chance: random.Random, bodies: list[bytes]) -> bytes:
    body = bytearray(chance.choice(bodies))
    for _ in range(chance.choice((0, 1, 1, 3, 20))):
        at = chance.randrange(len(body) + 1)
        what = chance.choice(
            (b"", b"\x00", b"<", b'"', b"}", b"&#0;", b"9" * 40, b"\xff\xfe", b"[[", b"-1e999")
        )
        body[at : at + chance.choice((0, 1, 4, 60))] = what
    return bytes(body)


def fuzzed(kind: str, number: int) -> Iterator[bytes]:
    chance = random.Random(f"{kind}-6")  # noqa: S311 - chosen so that it is the same every time
    for index in range(number):
        yield chance.randbytes(chance.randrange(80)) if index % 10 == 0 else mutated(chance, BODIES[kind])


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_broken_messages_are_refused_and_nothing_else_happens(kind: str) -> None:
    built = decoder(kind)
    answers = refusals = 0
    for body in fuzzed(kind, 1000):
        try:
            decoded = built.decode("", body)
        except NotDecoded:
            refusals += 1
        else:
            answers += isinstance(decoded, Decoded)
    assert answers > 100
    assert refusals > 100


@pytest.mark.parametrize("kind", ["hikvision", "onvif"])
def test_xml_is_read_without_entities_or_anything_outside(kind: str) -> None:
    bomb = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><Envelope>&b;</Envelope>'
    outside = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><Envelope>&a;</Envelope>'
    for body in (bomb, outside, b'<!DOCTYPE l SYSTEM "http://a/b.dtd"><Envelope/>'):
        with pytest.raises(NotDecoded, match="document type declaration"):
            decoder(kind).decode("", body)


@pytest.mark.parametrize(
    "read",
    [
        lambda body: trees.read(body, frozenset({"a"})),
        lambda body: objects.read(body, frozenset({"a"})),
    ],
)
def test_what_is_too_large_or_too_deep_is_refused(read: Callable[[bytes], object]) -> None:
    for body in (
        b"<a>" * 100,
        b"<a>" + b"<b/>" * 6000 + b"</a>",
        b"[" * 90_000,
        b'{"a":' * 90_000,
        b" " * 262_145,
    ):
        with pytest.raises(NotDecoded):
            read(body)


def test_the_names_of_what_was_left_unread_are_bounded() -> None:
    many = "".join(f"<b{n}/>" for n in range(1000))
    keys = ",".join(f'"k{n}": 1' for n in range(1000))

    assert len(trees.read(f"<a>{many}</a>".encode(), frozenset({"a"})).unread) == 200
    assert len(objects.read(f"{{{keys}}}", frozenset()).unread) == 200


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.5", 1.5),
        (" 2", None),
        ("1e9", None),
        ("+-5", None),
        ("٣", None),
        ("", None),
        (True, None),
        (7, 7.0),
        (1e300, None),
        (10**40, None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
        ([], None),
        (".", None),
    ],
)
def test_numbers_of_strangers(value: object, number: float | None) -> None:
    assert objects.number(value) == number
