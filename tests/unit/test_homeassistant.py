"""Home Assistant's discovery: what is learnt, what is refused, and how everything is forgotten again."""

from typing import Any

import pytest

from edge.decoders.homeassistant import HomeAssistant, Settings
from edge.decoding import Decoded, NotDecoded
from tests.decoders import body, samples

MESSAGES = samples("homeassistant")[1]
CONFIG = "homeassistant/sensor/shaft1/level/config"


def built(most: int = 50) -> HomeAssistant:
    return HomeAssistant(Settings(kind="homeassistant", most=most))


def told(decoded: Decoded) -> list[tuple[Any, ...]]:
    return [(one.device, one.quantity, one.value, one.channel) for one in decoded.readings]


def refused(config: dict[str, Any], topic: str = CONFIG) -> list[str]:
    decoder = built()
    found = decoder.decode(topic, body(config))
    assert found.readings == ()
    assert decoder.topics == frozenset()
    return [why.code for why in found.left]


def level(**more: Any) -> dict[str, Any]:
    return {"state_topic": "s", "device_class": "distance", "unit_of_measurement": "cm"} | more


def test_devices_tell_what_they_will_say_and_where() -> None:
    decoder = built()
    found = [decoder.decode(topic, whole) for topic, whole in MESSAGES]
    assert found[:3] == [Decoded()] * 3
    assert decoder.topics == {"shaft/1/state", "gate/1", "gate/1/volt"}
    assert told(found[3]) == [
        ("shaft 1", "contact", False, "lid"),  # on is open
        ("shaft 1", "distance", 0.42, "level"),
    ]
    assert told(found[4]) == [("gate1", "barrier", "opening", "bar")]
    assert told(found[5]) == [("gate1", "voltage", 3.3, "volt")]
    assert "02:00:5e" not in repr(vars(decoder))


def test_an_empty_config_is_the_way_out() -> None:
    decoder = built()
    for topic, whole in MESSAGES[:3]:
        decoder.decode(topic, whole)
    for topic, _ in MESSAGES[:3]:
        decoder.decode(topic, b"")
    assert decoder.topics == frozenset()
    assert not any(value for name, value in vars(decoder).items() if name not in ("_prefix", "_most"))
    found = decoder.decode(*MESSAGES[4])
    assert (found.readings, [why.code for why in found.left]) == ((), ["unknown_topic"])


def test_a_new_config_takes_the_place_of_the_old() -> None:
    decoder = built()
    for factor in ("mm", "cm", "m"):
        decoder.decode(CONFIG, body(level(unit_of_measurement=factor)))
    assert told(decoder.decode("s", b"2")) == [("level", "distance", 2.0, "level")]


def test_no_more_entities_are_kept_than_the_settings_allow() -> None:
    decoder = built(most=2)
    left = [
        [why.code for why in decoder.decode(f"homeassistant/sensor/n/{n}/config", body(level())).left]
        for n in range(4)
    ]
    assert left == [[], [], ["full"], ["full"]]
    decoder.decode("homeassistant/sensor/n/0/config", b"")
    assert decoder.decode("homeassistant/sensor/n/3/config", body(level())) == Decoded()


@pytest.mark.parametrize(
    ("template", "state", "value"),
    [
        (None, b"12", 0.12),
        ("{{ value }}", b" 12.5 ", 0.125),
        ("{{value_json.a}}", b'{"a": 3}', 0.03),
        ("{{ value_json['a b'].c }}", b'{"a b": {"c": 4}}', 0.04),
        ('{{- value_json["a"][1] -}}', b'{"a": [1, 2]}', 0.02),
        ("{{ value_json }}", b"7", 0.07),
    ],
)
def test_plain_templates_are_read_as_paths(template: str | None, state: bytes, value: float) -> None:
    decoder = built()
    assert decoder.decode(CONFIG, body(level(value_template=template))) == Decoded()
    assert [one.value for one in decoder.decode("s", state).readings] == [value]


@pytest.mark.parametrize(
    "template",
    [
        "{{ value_json.a | float }}",
        "{{ value_json.a * 10 }}",
        "{% if value %}1{% endif %}",
        "{{ states('sensor.a') }}",
        "{{ value_json.__class__.__mro__[1].__subclasses__() }}",
        "{{ value }}{{ value }}",
        "{{ value_json." + "a." * 200 + "a }}",
        7,
        ["{{ value }}"],
    ],
)
def test_every_other_template_is_refused_and_never_evaluated(template: Any) -> None:
    assert refused(level(value_template=template)) == ["template"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"device_class": "moisture"}, "device_class"),
        ({"device_class": {}}, "device_class"),
        ({"unit_of_measurement": "furlong"}, "device_class"),
        ({"state_topic": None}, "state_topic"),
        ({"state_topic": "a/#"}, "state_topic"),
        ({"state_topic": "x" * 300}, "state_topic"),
        ({"device": {"name": "02:00:5E:10:20:30"}}, "device_name"),
    ],
)
def test_an_entity_that_cannot_be_read_is_refused_by_reason(more: dict[str, Any], code: str) -> None:
    assert refused(level(**more)) == [code]


@pytest.mark.parametrize("class_", ["motion", "occupancy", "presence", "moving", "sound"])
def test_what_tells_of_persons_is_not_learnt(class_: str) -> None:
    config = {"state_topic": "s", "device_class": class_}
    assert refused(config, "homeassistant/binary_sensor/n/m/config") == ["person_data"]


@pytest.mark.parametrize("component", ["device_tracker", "camera", "lock", "", "tag"])
def test_other_components_are_left(component: str) -> None:
    assert refused(level(), f"homeassistant/{component}/n/m/config") == ["component"]


@pytest.mark.parametrize(
    ("config", "states", "values"),
    [
        ({"device_class": "smoke"}, [b"ON", b"OFF", b"on"], [True, False, True]),
        ({"device_class": "door"}, [b"ON", b"OFF"], [False, True]),
        ({"payload_on": 1, "payload_off": "0"}, [b"1", b"0"], [True, False]),
        ({"payload_on": "open wide", "payload_off": False}, [b"Open wide", b"False"], [True, False]),
    ],
)
def test_payloads_are_what_the_config_says(
    config: dict[str, Any], states: list[bytes], values: list[bool]
) -> None:
    decoder = built()
    decoder.decode("homeassistant/binary_sensor/b/config", body(config | {"state_topic": "s"}))
    assert [decoder.decode("s", state).readings[0].value for state in states] == values
    assert [why.code for why in decoder.decode("s", b"unknown").left] == ["not_a_value"]


def test_a_broken_state_is_refused_and_forgets_nothing() -> None:
    decoder = built()
    decoder.decode(*MESSAGES[0])
    with pytest.raises(NotDecoded, match="no JSON"):
        decoder.decode("shaft/1/state", b"{")
    with pytest.raises(NotDecoded, match="no object"):
        decoder.decode(MESSAGES[0][0], b"[]")
    assert told(decoder.decode("shaft/1/state", b'{"lid": false}')) == [("shaft 1", "contact", True, "lid")]
