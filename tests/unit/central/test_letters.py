"""What can be taken, and why the rest cannot."""

import json

import pytest

from broker.boundary import breach
from broker.events import Reason
from broker.topics import Address
from central.letters import (
    LONGEST_REASON,
    UNTOLD,
    Letter,
    Refusal,
    Refused,
    event_id,
    fit_to_keep,
    item_of,
    refusal,
    tellable,
    understand,
)
from central.reports.events import TOLD
from tests.unit.central.makers import NODE, at, event, letter

MAX = 10_000


def refused(body: bytes) -> Refusal:
    found = understand(letter(body), max_bytes=MAX)
    assert isinstance(found, Refusal), found
    return found


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(event().encode()) | fields).encode()


def test_an_event_is_understood_and_unknown_fields_are_dropped() -> None:
    found = understand(letter(changed(addedlater="anything")), max_bytes=MAX)
    assert found == event()
    assert not isinstance(found, Refusal)
    assert b"addedlater" not in found.encode()


@pytest.mark.parametrize(
    ("body", "code", "words", "known_id"),
    [
        (b"", "not_understood", "Invalid JSON", None),
        (b"\xff\xfe", "not_understood", "Invalid JSON", None),
        (b"[1, 2]", "not_understood", "body", None),
        (b'{"id": "x-1"}', "not_understood", "type", "x-1"),
        (b'{"id": 7, "type": "gewu.incident.opened.v1"}', "not_understood", "id: ", None),
        (changed(type="gewu.other.v9"), "unknown_type", "gewu.incident.opened.v1", "sit-1-0-opened"),
        (changed(data={}), "not_understood", "data.kind: Field required", "sit-1-0-opened"),
        (changed(sequence="1"), "not_understood", "sequence", "sit-1-0-opened"),
        (changed(source="gewu://131002/other"), "foreign_source", "yard-7", "sit-1-0-opened"),
        (changed(padding="x" * MAX), "too_large", f"at most {MAX}", "sit-1-0-opened"),
        (b"[" * 5000, "not_understood", "", None),
    ],
)
def test_what_cannot_be_taken(body: bytes, code: str, words: str, known_id: str | None) -> None:
    found = refused(body)
    assert (found.code, found.event_id) == (code, known_id)
    assert words in found.text
    assert len(found.text) <= LONGEST_REASON


def test_a_refusal_never_repeats_what_may_not_be_written() -> None:
    plate = "粤B12345"
    data = json.loads(event().encode())["data"]
    for bad in (
        data | {"place": plate},
        data | {"reasons": [{"code": "a", "text": "b", "values": {plate: 1}}]},
    ):
        found = refused(changed(data=bad))
        assert plate not in found.text
        assert breach(found.text) is None
    assert plate not in refused(changed(type=plate)).text
    assert refusal(letter(b""), "any", f"the plate {plate}").text == UNTOLD


def test_an_unusable_id_is_no_id() -> None:
    assert event_id(b'{"id": "has space"}') is None
    assert event_id(b'{"id": "00:1A:2B:3C:4D:5E"}') is None
    assert event_id(b"[" * 100_000) is None
    assert event_id(b'{"id": "good-1"}') == "good-1"


def test_without_a_node_there_is_no_one_to_tell() -> None:
    homeless = letter(b'{"id": "good-1"}')
    nobody = type(homeless)("", "gewu/v1/abc/x/event", homeless.body, homeless.received)
    found = understand(nobody, max_bytes=MAX)
    assert isinstance(found, Refusal)
    assert found.event_id is None


def test_the_hash_is_of_the_bytes_that_came() -> None:
    assert letter(event().encode()).sha256 != letter(event().encode() + b" ").sha256
    assert letter(b"").node == NODE.source


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "odd-1", "place": "粤B12345"}'.encode(),
        rb'{"id": "odd-1", "place": "\u7ca4B\u00b712345"}',
        rb'cut short: "\u7ca4B12345',
        '{"粤B12345": 1}'.encode(),
        b'{"unknown": {"seen": ["00:1A:2B:3C:4D:5E"]}}',
        b"\xff\xd8\xff\xe0 a picture",
        b'{"snapshot": "' + b"/9j/4AAQ" * 200 + b'"}',
        b"/9j/4AAQ" * 200,
        b"[" * 100_000 + "粤B12345".encode(),
    ],
)
def test_bytes_that_may_show_a_plate_an_address_or_a_face_are_not_fit_to_keep(body: bytes) -> None:
    assert not fit_to_keep(body)


@pytest.mark.parametrize(
    "body",
    [b"", b"not JSON at all", b"[" * 5000, b'{"id": 7}', changed(padding="x " * MAX), changed(sequence="1")],
)
def test_bytes_that_help_to_find_the_fault_are_kept(body: bytes) -> None:
    assert fit_to_keep(body)


def test_a_topic_is_told_without_addresses_and_signs_that_steer_a_terminal() -> None:
    assert tellable("gewu/v1/131002/yard-7/event") == "gewu/v1/131002/yard-7/event"
    assert "00:1A" not in tellable("gewu/v1/131002/00:1A:2B:3C:4D:5E/event")
    assert tellable("gewu/v1/1\x1b[2J\n/x/event") == "gewu/v1/1?[2J?/x/event"


def test_a_channel_that_is_not_ours_to_read_is_refused() -> None:
    one = Letter(NODE.source, NODE.topic("receipt"), b"{}", at(0))
    found = item_of(one, "receipt", max_bytes=1000)
    assert isinstance(found, Refused)
    assert found.why.code == "foreign_topic"


@pytest.mark.parametrize("length", range(180, 225))
def test_a_reason_that_is_cut_may_still_be_written(length: int) -> None:
    """What is no address as long as more follows it may look like one where the reason is cut."""
    body = json.loads(event().encode())
    body["data"]["reasons"][0]["values"] = {"g" * length + "-a" + "12345666" * 12: "x"}
    found = refused(json.dumps(body).encode())
    assert breach(found.text) is None
    Reason(code=found.code, text=found.text)


def test_no_node_speaks_as_people() -> None:
    story = event(node=Address("000000", "reports"))
    found = understand(letter(story.encode(), node=Address("000000", "reports")), max_bytes=100_000)
    assert isinstance(found, Refusal)
    assert (found.code, story.source) == ("reserved_name", TOLD)
