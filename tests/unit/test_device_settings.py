"""Settings of devices: every fault says what and where, and what devices share is made once."""

from typing import Any

import pytest
from pydantic import ValidationError

from broker.codes import code_of, named, parts, table
from broker.settings import SettingsError, kinds, loads
from edge import device_rules
from edge.device_rule import DeviceRule, Joint
from edge.devices.device import devices_of
from edge.devices.settings import DevicesSettings
from tests.unit.devices import FULL, OPEN, RISING, one, settings

GOOD = """
profiles:
  cover:
    silence: 25h
    part: sewage_manhole
    rules: [{ kind: state, incident: manhole_cover, quantity: contact, value: false, after: 5m }]
items:
  - { id: cover-1, profile: cover, match: { names: [street/cover-1] }, place: 12 Xinhua Road }
  - { id: cover-2, profile: cover, match: { names: [street/cover-2] }, battery: 0 }
  - { id: cover-3, profile: cover, match: { names: [street/cover-3] } }
"""


def test_devices_of_one_profile_share_their_rules() -> None:
    first, second, third = devices_of(loads(GOOD, DevicesSettings, name="x"))
    assert first.duty is third.duty
    assert first.duty is not second.duty
    assert [rule.settings.name for rule in first.duty.rules] == ["state-manhole_cover", "battery"]
    assert [rule.settings.name for rule in second.duty.rules] == ["state-manhole_cover"]
    assert (first.silence_s, first.part, first.names, first.kind) == (
        90_000.0,
        "sewage_manhole",
        ("street/cover-1",),
        "sensor",
    )


COMBINED = {"kind": "combination", "incident": "street_lamp"}
SWITCH = {"quantity": "switch", "value": False}
BAD: list[tuple[dict[str, Any], str]] = [
    ({**OPEN, "quantity": "colour"}, "'colour' is no quantity; there are contact, tilted"),
    ({**OPEN, "value": "open"}, "contact is a flag; it is true or false, not 'open'"),
    ({**OPEN, "quantity": "fill"}, "fill is a number; that has a limit, not a state"),
    ({**OPEN, "quantity": "barrier", "value": "up"}, "barrier cannot be 'up'; it can be open, closed"),
    ({**OPEN, "quantity": "barrier", "value": "open", "passing": ["up"]}, "passing: barrier cannot be 'up'"),
    ({**FULL, "quantity": "contact"}, "contact is a flag; a number is needed, such as tilt"),
    ({**FULL, "below": 3}, "either above or below is needed, not both"),
    ({**FULL, "clear": 90}, "clear must lie below the limit of 80"),
    ({**FULL, "unit": "m"}, "fill is told in %, not in m"),
    ({**FULL, "after": 600}, "is no duration; a number with ms, s, m, h or d is"),
    ({**FULL, "after": "900d"}, "less than or equal to"),
    ({**FULL, "channel": "a b"}, "match pattern"),
    ({**RISING, "falls": 2}, "either rises or falls is needed, not both"),
    ({**RISING, "rises": 0}, "greater than 0"),
    (
        {"kind": "flapping", "incident": "x", "quantity": "fill", "changes": 5, "within": "5m"},
        "'fill' cannot flap",
    ),
    ({**COMBINED, "conditions": [SWITCH]}, "at least 2 items"),
    ({**COMBINED, "conditions": [SWITCH, {"device": "x"}]}, "one of quantity, sun and schedule is needed"),
    ({**COMBINED, "conditions": [SWITCH, {"quantity": "power"}]}, "one of value, above and below is needed"),
    (
        {**COMBINED, "conditions": [SWITCH, {"quantity": "power", "above": 1, "below": 9}]},
        "one of value, above",
    ),
    ({**COMBINED, "conditions": [SWITCH, {"sun": {"above": 1}, "value": True}]}, "belong to a quantity"),
    ({**COMBINED, "conditions": [SWITCH, {"sun": {}}]}, "either above or below is needed"),
    (
        {**COMBINED, "conditions": [{"sun": {"above": 1}}] * 2},
        "at least one condition must be about a reading",
    ),
    ({**COMBINED, "conditions": [SWITCH, SWITCH], "need": 3}, "need: 3 of 2 conditions can never hold"),
    ({**COMBINED, "conditions": [SWITCH, {"sun": {"above": 1}}]}, "so the device needs a position"),
    ({**COMBINED, "conditions": [SWITCH, {**SWITCH, "device": "far"}]}, "'far' is no device here"),
    ({"kind": "unknown"}, "does not match any of the expected tags"),
]


@pytest.mark.parametrize(("rule", "words"), BAD)
def test_a_bad_rule_is_refused_with_what_is_allowed(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as error:
        one(rule)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (
            [{"id": "a"}, {"id": "a", "match": {"names": ["b"]}}],
            "items[1].id: 'a' is the id of items[0] already",
        ),
        (
            [{"id": "a"}, {"id": "b", "match": {"names": ["a"]}}],
            "a name in it, with that channel, is one of items[0]",
        ),
        (
            [{"id": "a", "profile": "none"}],
            "items[0].profile: 'none' is not among the profiles; there are none",
        ),
        ([{"id": "a", "rules": [OPEN, OPEN]}], "'state-manhole_cover' is the name of two rules"),
        (
            [{"id": "a", "rules": [{**FULL, "id": "battery"}]}],
            "rule battery: the profile has a rule of that name",
        ),
        ([{"id": "a", "part": "door"}], "'door' is no part; there are water_manhole"),
    ],
)
def test_devices_that_do_not_fit_together_are_refused(items: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ValidationError) as error:
        settings(*items)
    assert words in str(error.value)


def test_a_fault_never_repeats_an_address() -> None:
    twice = [{"id": name, "match": {"names": ["00:15:8d:00:01:a2:b3:c4"]}} for name in ("a", "b")]
    with pytest.raises(ValidationError) as error:
        settings(*twice)
    assert "15:8d" not in str(error.value)


def test_a_fault_stands_at_its_place_in_the_file() -> None:
    with pytest.raises(SettingsError) as error:
        loads(GOOD.replace("value: false", "value: closed"), DevicesSettings, name="devices.yaml")
    assert str(error.value).startswith("devices.yaml:6:")


def test_every_kind_of_rule_keeps_to_the_interface() -> None:
    found = [name for name, _ in kinds(device_rules)]
    assert found == ["combination", "flapping", "missing", "rate", "repeated", "state", "threshold"]
    for device in devices_of(one(OPEN, FULL, RISING)):
        for rule in device.duty.rules:
            typed: DeviceRule = rule
            assert typed.watched
            assert not isinstance(rule, Joint)


def test_kinds_without_a_number_have_names_and_the_number_of_their_part() -> None:
    assert named()["manhole_cover"].zh == "井盖异常"
    assert "manhole_cover" not in table()
    assert code_of("manhole_cover") is None
    assert code_of("manhole_cover", "rain_manhole") is None  # its number could not be checked
    told = code_of("manhole_cover", "sewage_manhole")
    assert told is not None
    assert (told.system, told.code, told.name) == ("GB/T 30428.2-2013", "0102", "污水井盖异常")
    full = code_of("bin_full", "sewage_manhole")
    assert full is not None
    assert full.code == "06042"  # a matter has its own number
    assert set(table()) < set(named())
    assert parts()["street_lamp"].en == "Street lamp"
