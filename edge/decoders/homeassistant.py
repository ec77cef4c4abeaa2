"""Home Assistant's MQTT discovery: devices that tell on one topic what they will say on another.

Source: Home Assistant's documentation (MQTT discovery; templating).
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from broker.events import Reason
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.discovery import LONGEST_TOPIC, Entity, Path, Refused, configs, entity_of, written
from edge.payloads import json_of, object_of, once, reason, within
from edge.readings import Reading

MOST_ON_A_TOPIC: Final = 200
LONGEST_VALUE: Final = 128


class Settings(DecoderSettings):
    """prefix: of the discovery's topics. most: entities that are remembered; further ones are refused."""

    kind: Literal["homeassistant"]
    prefix: Annotated[str, Field(pattern=r"^[^+#\s/]{1,64}$")] = "homeassistant"
    most: Annotated[int, Field(ge=1, le=200_000)] = 20_000


def build(settings: Settings) -> Decoder:
    return HomeAssistant(settings)


class HomeAssistant:
    """Learns from config messages, forgets by empty ones, and reads the topics that it learnt of."""

    def __init__(self, settings: Settings) -> None:
        self._prefix, self._most = settings.prefix + "/", settings.most
        self._entities: dict[str, list[Entity]] = {}  # by the config's topic
        self._by_topic: dict[str, list[Entity]] = {}  # by the state's
        self._count = 0

    @property
    def topics(self) -> frozenset[str]:
        """The state topics that are known now, for who subscribes."""
        return frozenset(self._by_topic)

    def decode(self, topic: str, body: bytes) -> Decoded:
        within(body)
        if topic.startswith(self._prefix) and topic.endswith("/config"):
            return self._learn(topic, body)
        known = self._by_topic.get(topic)
        if known is None:
            return Decoded(left=(reason("unknown_topic", "no discovery message told of this topic"),))
        return _read(known, body)

    def _learn(self, topic: str, body: bytes) -> Decoded:
        if len(topic) > LONGEST_TOPIC:
            raise NotDecoded("topic", f"the topic is longer than {LONGEST_TOPIC} signs")
        if not body.strip():
            self._forget(topic)
            return Decoded()
        said = object_of(body)
        self._forget(topic)
        left: list[Reason] = []
        for component, channel, config in configs(topic[len(self._prefix) :].split("/"), said):
            try:
                self._keep(topic, entity_of(component, channel, config, said))
            except Refused as refused:
                left.append(refused.reason)
        return Decoded(left=once(left))

    def _keep(self, topic: str, entity: Entity) -> None:
        if self._count >= self._most:
            raise Refused("full", f"{self._most} entities are known, the most by the settings")
        there = self._by_topic.setdefault(entity.topic, [])
        if len(there) >= MOST_ON_A_TOPIC:
            raise Refused("full", f"{MOST_ON_A_TOPIC} entities share one state topic; no more are read")
        there.append(entity)
        self._entities.setdefault(topic, []).append(entity)
        self._count += 1

    def _forget(self, topic: str) -> None:
        for entity in self._entities.pop(topic, ()):
            self._count -= 1
            rest = [each for each in self._by_topic[entity.topic] if each is not entity]
            if rest:
                self._by_topic[entity.topic] = rest
            else:
                del self._by_topic[entity.topic]


def _read(entities: list[Entity], body: bytes) -> Decoded:
    readings, left = [], []
    told: Callable[[], Any] = _once_told(body)
    for entity in entities:
        value = _bare(body) if entity.path is None else _at(told(), entity.path)
        flat = written(value) if isinstance(value, bool | int) else value
        sense = entity.meaning(flat)
        if sense is not None:
            readings.append(Reading(entity.device, sense[0], sense[1], None, "good", sense[2]))
        elif value is not None:
            left.append(reason("not_a_value", "a state is none that its discovery message told of"))
    return Decoded(tuple(readings), once(left))


def _bare(body: bytes) -> str:
    return body[:LONGEST_VALUE].decode("utf-8", "replace")


def _once_told(body: bytes) -> Callable[[], Any]:
    """The body as JSON, parsed when the first asks for it."""
    kept: list[Any] = []

    def told() -> Any:
        if not kept:
            kept.append(json_of(body))
        return kept[0]

    return told


def _at(said: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, str):
            said = said.get(step) if isinstance(said, dict) else None
        else:
            said = said[step] if isinstance(said, list) and step < len(said) else None
    return said
