"""No text of any message can hold a plate, an address of a device, or a label that names a person."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broker import exports, fields
from broker.asks import Variant
from broker.boundary import FORBIDDEN_LABELS, breach, names_a_person
from broker.events import EventCode, ObjectCount, Reason, SourceRef
from broker.fields import Message, read
from broker.messages import DesiredConfiguration
from broker.topics import Address
from tests.contract.samples import PATHS, load, model_of

Way = tuple[str | int, ...]
PERSONAL = re.compile(
    r"person|people|pedestrian|human|face|facial|gender|driver|owner|rider|passenger|plate|licen[cs]e|mac(?!hine)|imei|imsi"
    r"|bssid|ssid|bluetooth|phone|e?mail|embedding|feature|descriptor|vector|appearance|crop|pixel|identity|biometric"
)
PROVINCES = st.sampled_from("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
LETTER, SIGN = (
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"),
)
GAP = st.sampled_from(["", "", " ", "·", "-", "\u200b"])
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@st.composite
def plates(draw: st.DrawFn) -> str:
    """A plate, also as somebody would hide it."""
    serial = draw(GAP).join(draw(st.lists(SIGN, min_size=5, max_size=6)))
    text = draw(PROVINCES) + draw(LETTER) + draw(GAP) + serial
    change = draw(st.sampled_from([str, str.lower, lambda t: t.translate(SUBSCRIPT), _wide]))
    return str(change(text))


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """A 48-bit address in one of its spellings."""
    number = draw(st.integers(0, 2**48 - 1))
    digits = draw(st.sampled_from(["{:012x}", "{:012X}"])).format(number)
    style = draw(st.sampled_from([":", "-", ".", ""]))
    if not style:
        return digits if re.search("[a-fA-F]", digits) else f"a{digits[1:]}"
    size = 4 if style == "." else 2
    return style.join(digits[at : at + size] for at in range(0, 12, size))


around = st.sampled_from([("", ""), ("gate saw ", ""), ("车牌 ", " 停放"), ("(", ")")])


@settings(deadline=None)
@given(plates(), around)
def test_plates_are_found_however_they_are_written(plate: str, around: tuple[str, str]) -> None:
    assert breach(around[0] + plate + around[1]) is not None


@settings(deadline=None)
@given(addresses(), around)
def test_device_addresses_are_found_however_they_are_written(address: str, around: tuple[str, str]) -> None:
    assert breach(around[0] + address + around[1]) is not None


@pytest.mark.parametrize(
    "text",
    [
        "京A12345",
        "粤B D12345",
        "粤Z1234港",
        "京A1234警",
        "京A:12345",
        "京A／12345",
        "京A—12345",
        "京\ufe0fA12345",
        "京A\u030012345",
        "使014578",
        "WJ京12345",
        "phone-a45e60c102ff",
        "a4 5e 60 c1 02 ff",
        "550e8400-e29b-11d4-a716-44665544000a",  # version 1 carries the machine's address
    ],
)
def test_known_forms_are_refused(text: str) -> None:
    assert breach(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "新华路北侧人行道",
        "津湾广场B2层12号",
        "在川G318国道旁",
        "鲁Q 10 vehicles 12:30",
        "川G路口 12:30:45",
        "京广路 A1 口",
        "stood for 95 s, 83 % in the zone",
        "2026-03-01T08:00:00.000Z",
        "000000000012",
        "131002003004005",
        "p-123456789012",
        "550e8400-e29b-51d4-a716-44665544000a",
        "ab" * 32,
        "BARRIER-22",
    ],
)
def test_ordinary_texts_pass(text: str) -> None:
    assert breach(text) is None


@pytest.mark.parametrize(
    "label",
    [
        "person",
        "persons",
        "human_face",
        "person_on_bike",
        "license_plate",
        "licenseplate",
        "number_plates",
        "car_plate",
    ],
)
def test_labels_that_name_people_or_plates_are_refused(label: str) -> None:
    assert names_a_person(label)
    with pytest.raises(ValidationError):
        ObjectCount(label=label, count=1)


@pytest.mark.parametrize("label", sorted(FORBIDDEN_LABELS))
def test_each_forbidden_label_is_refused(label: str) -> None:
    assert names_a_person(label)


@pytest.mark.parametrize(
    "label", ["car", "manhole", "headlight", "steel_plate", "motorcycle", "bin_bag", "dog"]
)
def test_labels_of_things_pass(label: str) -> None:
    assert ObjectCount(label=label, count=1).label == label


def _texts(value: Any, way: Way = ()) -> Iterator[Way]:
    if isinstance(value, str):
        yield way
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(item, (*way, key))


def _replaced(value: Any, way: Way, text: str) -> Any:
    changed = copy.deepcopy(value)
    node = changed
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = text
    return changed


TEXTS = [(model_of(path), load(path), way) for path in PATHS for way in _texts(load(path))]


@settings(deadline=None)
@given(st.sampled_from(TEXTS), st.one_of(plates(), addresses()))
def test_no_text_of_any_message_takes_a_plate_or_an_address(
    where: tuple[type[Message], Any, Way], secret: str
) -> None:
    model, sample, way = where
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(_replaced(sample, way, secret))
    assert secret not in str(refusal.value)


def test_each_text_of_each_message_refuses_both() -> None:
    for model, sample, way in TEXTS:
        for secret in ("a45e60c102ff", "a4-5e-60-c1-02-ff", "京A12345"):
            with pytest.raises(ValidationError):
                model.model_validate(_replaced(sample, way, secret))


def test_readers_refuse_them_too_and_say_so_by_type() -> None:
    with pytest.raises(ValidationError) as refusal:
        read(SourceRef, '{"id": "a45e60c102ff", "kind": "sensor"}')
    assert [error["type"] for error in refusal.value.errors()] == ["boundary"]


def test_keys_and_depths_of_a_configuration_are_searched() -> None:
    for body in ({"a45e60c102ff": 1}, {"a": [{"b": ["京A12345"]}]}):
        with pytest.raises(ValidationError):
            DesiredConfiguration(version="1", sha256="0" * 64, body=body)
        with pytest.raises(ValidationError):
            Variant(id="draft", zones=[body])


def test_a_node_is_not_named_after_a_device() -> None:
    with pytest.raises(ValueError, match="MAC address"):
        Address("131002", "a45e60c102ff")


def _subschemas(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from _subschemas(item)
    elif isinstance(node, list):
        for item in node:
            yield from _subschemas(item)


FINDINGS = [  # what the doctor saw, what it means and how it is mended: sentences of our own
    {"maxLength": 1000, "type": "string"},
    {"default": "", "maxLength": 1000, "type": "string"},
]
TREE = {"$ref": "#/$defs/JsonValue"}  # searched to its last text, see broker/trees.py


@pytest.mark.parametrize("name", list(exports.models()))
def test_no_property_is_about_a_person_and_every_text_has_bounds(name: str) -> None:
    for node in _subschemas(exports.schema(exports.models()[name])):
        for key in node.get("properties", {}):
            assert not PERSONAL.search(key), key
        if node.get("type") == "string":
            most = 1000 if node in FINDINGS else 240
            assert {"pattern", "enum", "const", "format"} & set(node) or node["maxLength"] <= most, node
        if node.get("type") == "object" and node["additionalProperties"] != TREE:
            assert node["additionalProperties"] is False, node
        if node.get("type") == "array":
            assert "maxItems" in node, node


def test_numbers_that_json_cannot_hold_are_refused() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValidationError):
            Reason(code="a", text="b", values={"c": value})
        with pytest.raises(ValidationError):
            DesiredConfiguration(version="1", sha256="0" * 64, body={"a": value})
    with pytest.raises(ValidationError):
        read(Reason, '{"code": "a", "text": "b", "values": {"c": NaN}}')


def test_reading_is_strict_about_types() -> None:
    for body in ('{"system": "x", "code": 9009}', '{"system": "x", "code": null}', "[]", "{", '"text"', "{}"):
        with pytest.raises(ValidationError):
            read(EventCode, body)


def test_long_texts_of_strangers_are_not_remembered() -> None:
    before = fields._remembered.cache_info().misses
    fields.permitted("x" * (fields.LONGEST_REMEMBERED + 1))
    assert fields._remembered.cache_info().misses == before
    fields.permitted("a short text that nobody has written yet")
    assert fields._remembered.cache_info().misses == before + 1
