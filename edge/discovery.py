"""Home Assistant's discovery messages: which entity says what, on which topic. Pure.

A template is never evaluated: the plain ones, `{{ value }}` and `{{ value_json.a['b'][0] }}`, are read as
paths and every other is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from edge.decoding import NotDecoded
from edge.makes.homeassistant import COVERS, FLAGS, PERSONS, SHORT, UNITS
from edge.meanings import Meaning, number, words
from edge.payloads import device_of, reason

LONGEST_TOPIC: Final = 256
MOST_PARTS: Final = 200  # of one device's message
_TEMPLATE: Final = re.compile(r"\{\{-?\s*(value(?:_json(?P<path>[^{}|]{0,200}?))?)\s*-?\}\}")
_STEP: Final = re.compile(
    r"\.([A-Za-z_]\w{0,63})|\[\s*(?:'([^'\\]{1,64})'|\"([^\"\\]{1,64})\"|(\d{1,4}))\s*\]", re.ASCII
)
_TAKEN: Final = frozenset({"sensor", "binary_sensor", "switch", "cover"})
_ON_OFF: Final = {"binary_sensor": ("payload_on", "payload_off"), "switch": ("state_on", "state_off")}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """What a state topic says of one thing. path: within its JSON; None is the whole body."""

    device: str
    topic: str
    path: Path | None
    meaning: Meaning


class Refused(Exception):
    """An entity that is not taken, with its reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason(code, text)


def configs(levels: list[str], said: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Component, id and config of each entity; a device's message holds several."""
    if len(levels) not in (3, 4):
        raise NotDecoded("topic", "a discovery topic has a component, perhaps a node, an object and config")
    if levels[0] != "device":
        yield levels[0], levels[-2], said
        return
    components = _get(said, "components")
    for name, config in list(components.items())[:MOST_PARTS] if isinstance(components, dict) else ():
        if isinstance(config, dict):
            platform = _get(config, "platform")
            yield platform if isinstance(platform, str) else "", name, config


def _get(said: dict[str, Any], key: str) -> Any:
    return said[key] if key in said else said.get(SHORT[key])


def entity_of(component: str, name: str, config: dict[str, Any], whole: dict[str, Any]) -> Entity:
    if component not in _TAKEN:
        raise Refused("component", f"only {', '.join(sorted(_TAKEN))} tell of what is read here")
    topic = _state_topic(config, whole)
    about = _get(config, "device") or _get(whole, "device")
    device = _device(about if isinstance(about, dict) else {}, name)
    template = _get(config, "value_template")
    return Entity(device, topic, _path(template), _meaning(component, config, _channel(name)))


def _state_topic(config: dict[str, Any], whole: dict[str, Any]) -> str:
    topic = _get(config, "state_topic") or _get(whole, "state_topic")
    base = config.get("~", whole.get("~"))
    if isinstance(topic, str) and isinstance(base, str):
        topic = base + topic[1:] if topic.startswith("~") else topic
        topic = topic[:-1] + base if topic.endswith("~") else topic
    if not isinstance(topic, str) or not 0 < len(topic) <= LONGEST_TOPIC or set(topic) & set("+#\0"):
        raise Refused("state_topic", "there is no state topic, or none that a device can have")
    return topic


def _device(about: dict[str, Any], name: str) -> str:
    """What the device is called; of its identifiers the first; without either, what the entity is called.

    Its connections are addresses of its network card and stay unread.
    """
    ids = _get(about, "identifiers")
    first = ids[0] if isinstance(ids, list) and ids else ids
    for each in (about.get("name"), first):
        if isinstance(each, str) and each:
            return _named(each)
    return _named(name)


def _named(name: str) -> str:
    try:
        return device_of(name, "the device's name")
    except NotDecoded as error:
        raise Refused(error.reason.code, error.reason.text) from None


def _channel(name: str) -> str:
    """Which of a device's entities it is."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise Refused("object_id", "an object id has letters, digits, _ and -, 64 at most")
    return _named(name)


def _path(template: Any) -> Path | None:
    if template is None:
        return None
    short = isinstance(template, str) and len(template) < 300
    found = _TEMPLATE.fullmatch(template.strip()) if short else None
    if found is None:
        raise Refused("template", "the value template is more than a path; templates are never evaluated")
    return None if found[1] == "value" else _steps(found["path"] or "")


def _steps(text: str) -> Path:
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or len(steps) == 16:
            raise Refused("template", "the value template is more than a path; templates are never evaluated")
        steps.append(int(found[4]) if found[4] else found[1] or found[2] or found[3])
        at = found.end()
    return tuple(steps)


def _meaning(component: str, config: dict[str, Any], channel: str) -> Meaning:
    class_ = _get(config, "device_class")
    if class_ is not None and not isinstance(class_, str):
        raise Refused("device_class", "the device class is no text")
    if class_ in PERSONS:
        raise Refused("person_data", "such a device class tells of persons and is not read")
    if component == "sensor":
        return _of_sensor(class_, _get(config, "unit_of_measurement"), channel)
    if component == "cover":
        states = [(_told(config, f"state_{word}", word), means) for word, means in COVERS.items()]
        return words("barrier", dict(states), channel=channel)
    quantity, when = FLAGS.get(class_ if component == "binary_sensor" else "plug", (None, True))
    if quantity is None:
        raise Refused("device_class", "no quantity is known for its device class")
    on, off = _ON_OFF[component]
    told = {_told(config, off, "off"): not when, _told(config, on, "on"): when}
    return words(quantity, told, channel=channel)


def _of_sensor(class_: str | None, unit: Any, channel: str) -> Meaning:
    quantity, units = UNITS.get(class_ or "", (None, {}))
    conversion = units.get(unit) if isinstance(unit, str) else None
    if quantity is None or conversion is None:
        raise Refused("device_class", "no quantity is known for its device class and unit")
    return number(quantity, *conversion, channel=channel)


def _told(config: dict[str, Any], key: str, standing: str) -> str:
    """A payload as a word: a template writes true as True, and a config may say either."""
    payload = _get(config, key)
    if payload is None:
        return standing
    if not isinstance(payload, str | bool | int | float):
        raise Refused("payload", "a payload of the config is neither text nor a number")
    return written(payload)


def written(value: Any) -> str:
    """As a template writes it, in small letters."""
    return str(value).strip().lower().replace(" ", "_")
