"""Messages that configuration explains: paths, units, words, names, times, and faults of settings."""

from typing import Any

import pytest

from broker.settings import SettingsError, loads
from edge.decoders.plain import Settings
from edge.decoding import Decoded, NotDecoded
from tests.decoders import body, decoder, samples


def plain(*readings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "plain", "device": {"name": "d"}, "readings": list(readings)} | more


def values(settings: dict[str, Any], whole: bytes, topic: str = "a/b") -> list[Any]:
    return [one.value for one in decoder("plain", settings).decode(topic, whole).readings]


def test_several_devices_of_one_message() -> None:
    topic, whole = samples("plain")[1][0]
    found = decoder("plain").decode(topic, whole)
    assert [(one.device, one.quantity, one.value, one.at, one.channel) for one in found.readings] == [
        ("b1", "fill", 83.0, 1772352000.0, None),
        ("b1", "contact", True, 1772352000.0, None),
        ("b1", "temperature", 4.5, 1772352000.0, "inside"),
        ("b1", "battery", 80.0, 1772352000.0, None),
        ("2", "fill", 10.0, 1772352000.5, None),
        ("2", "contact", False, 1772352000.5, None),
    ]


def test_one_item_without_a_name_does_not_take_the_others_with_it() -> None:
    whole = body({"bins": [{"level": 0.5}, {"id": "b2", "level": 0.5}, 7]})
    found = decoder("plain").decode("", whole)
    assert [one.device for one in found.readings] == ["b2"]
    assert [why.code for why in found.left] == ["no_device"]


@pytest.mark.parametrize(
    ("row", "said", "value"),
    [
        ({"quantity": "fill", "path": "a.b[0].c"}, {"a": {"b": [{"c": "41.5"}]}}, 41.5),
        ({"quantity": "fill", "path": "a[-1]"}, {"a": [1, 2]}, 2.0),
        ({"quantity": "temperature", "path": "f", "scale": 0.5, "offset": -10}, {"f": 41}, 10.5),
        ({"quantity": "distance", "path": "sort(mm)[0]", "scale": 0.001}, {"mm": [900, 420]}, 0.42),
        ({"quantity": "switch", "path": "s"}, {"s": "ON"}, True),
        ({"quantity": "switch", "path": "s"}, {"s": 0}, False),
        ({"quantity": "contact", "path": "s", "words": {"1": False, "0": True}}, {"s": 1}, False),
        ({"quantity": "contact", "path": "s", "words": {"lid up": False}}, {"s": "Lid up"}, False),
        ({"quantity": "barrier", "path": "s", "words": {"hoch": "open"}}, {"s": "HOCH"}, "open"),
        ({"quantity": "barrier", "path": "s"}, {"s": "held_open"}, "held_open"),
        ({"quantity": "fill", "path": '"02:00:5E:10:20:30".f'}, {"02:00:5E:10:20:30": {"f": 4}}, 4.0),
    ],
)
def test_a_value_becomes_its_quantity(row: dict[str, Any], said: Any, value: Any) -> None:
    assert values(plain(row), body(said)) == [value]


@pytest.mark.parametrize("said", [{}, {"a": None}, {"a": {}}, {"a": {"b": []}}, [], 7, None])
def test_a_path_that_leads_nowhere_was_not_measured(said: Any) -> None:
    row = {"quantity": "fill", "path": "a.b[0].c"}
    assert decoder("plain", plain(row)).decode("", body(said)) == Decoded()


@pytest.mark.parametrize("value", ["x", [], {}, True, "nan", "1_0", 1e999])
def test_a_value_that_means_nothing_is_left_and_not_repeated(value: Any) -> None:
    found = decoder("plain", plain({"quantity": "fill", "path": "f"})).decode("", body({"f": value}))
    assert (found.readings, [why.code for why in found.left]) == ((), ["not_a_value"])
    assert found.left[0].text == "the value of readings[0] is none that fill can have"


@pytest.mark.parametrize(
    ("whole", "value"), [(b"23.5", 23.5), (b" 7\n", 7.0), (b'"8"', 8.0), (b"-1e1", -10.0)]
)
def test_a_bare_value(whole: bytes, value: float) -> None:
    assert values(plain({"quantity": "temperature"}, body="value"), whole) == [value]


def test_bare_words() -> None:
    settings = plain({"quantity": "water"}, body="value")
    assert [values(settings, whole) for whole in (b"ON", b"off", b"true", b"0")] == [
        [True],
        [False],
        [True],
        [False],
    ]
    for whole in (b"\xff", b"x" * 200):
        with pytest.raises(NotDecoded):
            decoder("plain", settings).decode("", whole)


@pytest.mark.parametrize(
    ("device", "name"), [({"topic_level": 1}, "b"), ({"topic_level": -1}, "c"), ({"path": "id"}, "7")]
)
def test_where_a_device_is_named(device: dict[str, Any], name: str) -> None:
    built = decoder("plain", plain({"quantity": "fill", "path": "f"}, device=device))
    assert built.decode("a/b/c", body({"f": 1, "id": 7})).readings[0].device == name
    with pytest.raises(NotDecoded, match="nothing says which device"):
        built.decode("", body({"f": 1}))


@pytest.mark.parametrize(
    ("time", "said", "at"),
    [
        ({"path": "t"}, "2026-03-01T08:00:00Z", 1772352000.0),
        ({"path": "t"}, "2026-03-01 16:00:00.5+0800", 1772352000.5),
        ({"path": "t"}, "2026-03-01T08:00:00", None),
        ({"path": "t", "timezone": "Asia/Shanghai"}, "2026-03-01T16:00:00", 1772352000.0),
        ({"path": "t"}, "2026-02-30T08:00:00Z", None),
        ({"path": "t", "format": "s"}, 1772352000, 1772352000.0),
        ({"path": "t", "format": "us"}, "1772352000000000", 1772352000.0),
        ({"path": "t", "format": "s"}, 1e300, None),
        ({"path": "t", "format": "s"}, -5, None),
        ({"path": "t", "format": "s"}, 86400, None),
        ({"path": "t"}, "1970-01-01T00:00:07Z", None),
        # Berlin's clocks went from 3:00 back to 2:00 on that day.
        ({"path": "t", "timezone": "Europe/Berlin"}, "2025-10-26T02:30:00", 1761438600.0),
    ],
)
def test_times(time: dict[str, Any], said: Any, at: float | None) -> None:
    built = decoder("plain", plain({"quantity": "fill", "path": "f"}, time=time))
    assert built.decode("", body({"f": 1, "t": said})).readings[0].at == at


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (
            "kind: plain\ndevice: {name: a}\nreadings:\n  - quantity: fil\n    path: x",
            "4:5: readings[0]: 'fil' is no quantity; there are contact, ",
        ),
        (
            "kind: plain\ndevice: {name: a}\nreadings:\n  - quantity: fill\n    path: 'x['",
            "5:5: readings[0].path: is no JMESPath (",
        ),
        (
            "kind: plain\ndevice: {name: a}\nreadings:\n  - quantity: water\n    path: x\n    scale: 2",
            "4:5: readings[0]: water is a flag and has neither scale nor offset",
        ),
        (
            "kind: plain\ndevice: {name: a}\nreadings:\n  - {quantity: barrier, path: x, words: {up: up}}",
            "readings[0]: 'up' means none of what barrier can be: open, closed, ",
        ),
        (
            "kind: plain\ndevice: {name: a, path: b}\nreadings:\n  - {quantity: fill, path: x}",
            "device: needs one of topic_level, path and name",
        ),
        (
            "kind: plain\ndevice: {name: '02:00:5E:10:20:30'}\nreadings:\n  - {quantity: fill, path: x}",
            "device: name looks like an address of a network card or a plate; give the device another name",
        ),
        (
            "kind: plain\ndevice: {name: a}\nreadings:\n  - {quantity: fill}",
            "a reading of JSON needs a path; body: value reads a bare one",
        ),
        (
            "kind: plain\nbody: value\ndevice: {name: a}\nreadings:\n  - {quantity: fill, path: x}",
            "a body that is one value has no paths",
        ),
    ],
)
def test_settings_say_what_is_wrong_and_what_is_allowed(settings: str, fault: str) -> None:
    with pytest.raises(SettingsError) as faults:
        loads(settings, Settings, name="node.yaml")
    assert fault in str(faults.value)
