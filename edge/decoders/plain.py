"""JSON, or a bare value, by configuration: what stands where, in which unit.

Paths are JMESPath (jmespath.org). Nothing of a message is ever evaluated.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings as Base
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.mapping import Mapped, MappedTime, Path, Rows, finder
from edge.payloads import device_of, json_of, once, reason, within

MOST_ITEMS: Final = 1000  # devices told of in one message
LONGEST_VALUE: Final = 128  # bytes of a bare one


class DeviceName(Base):
    """Where a device's name stands: at a level of the topic (0 first, -1 last), at a path, or here."""

    topic_level: Annotated[int, Field(ge=-64, le=63)] | None = None
    path: Path | None = None
    name: Annotated[str, Field(min_length=1, max_length=128)] | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(each is not None for each in (self.topic_level, self.path, self.name)) != 1:
            raise ValueError("needs one of topic_level, path and name")
        if self.name is not None:
            device_of(self.name, "name")
        return self

    def reader(self) -> Callable[[str, Any], str]:
        """From topic and message to the name. It raises NotDecoded."""
        if self.name is not None:
            fixed = device_of(self.name, "name")
            return lambda _topic, _said: fixed
        if self.path is not None:
            find = finder(self.path)
            return lambda _topic, said: device_of(_text(find(said)), "the value at device.path")
        level = self.topic_level or 0
        return lambda topic, _said: device_of(_level(topic, level), f"level {level} of the topic")


def _text(value: Any) -> Any:
    """Numbers name devices too."""
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15
    return str(value) if whole else value


def _level(topic: str, level: int) -> str | None:
    levels = topic.split("/") if topic else []
    return levels[level] if -len(levels) <= level < len(levels) else None


class Settings(DecoderSettings):
    """body: `json`, or `value` where it is one number or word. items: a path to a list of devices."""

    kind: Literal["plain"]
    body: Literal["json", "value"] = "json"
    device: DeviceName
    time: MappedTime | None = None
    items: Path | None = None
    readings: Rows

    @model_validator(mode="after")
    def _paths_need_json(self) -> Self:
        paths = [row.path for row in self.readings] + [self.device.path, self.items, self.time]
        if self.body == "value" and any(path is not None for path in paths):
            raise ValueError("a body that is one value has no paths")
        if self.body == "json" and self.items is None and any(row.path is None for row in self.readings):
            raise ValueError("a reading of JSON needs a path; body: value reads a bare one")
        return self


def build(settings: Settings) -> Decoder:
    return Plain(settings)


class Plain:
    """One shape of messages."""

    def __init__(self, settings: Settings) -> None:
        self._bare = settings.body == "value"
        self._device = settings.device.reader()
        self._time = settings.time.reader() if settings.time else None
        self._items = finder(settings.items) if settings.items else None
        self._rows = Mapped(settings.readings)

    def decode(self, topic: str, body: bytes) -> Decoded:
        said = _value_of(body) if self._bare else json_of(body)
        if self._items is None:
            return self._one(topic, said)
        items = self._items(said)
        if not isinstance(items, list):
            raise NotDecoded("no_items", "there is no list at the path of the setting items")
        found = [self._item(topic, item) for item in items[:MOST_ITEMS]]
        left = [why for each in found for why in each.left]
        if len(items) > MOST_ITEMS:
            left.append(reason("too_many", f"of the list the first {MOST_ITEMS} are read"))
        return Decoded(tuple(each for one in found for each in one.readings), once(left))

    def _item(self, topic: str, said: Any) -> Decoded:
        """One without a name does not take the others with it."""
        try:
            return self._one(topic, said)
        except NotDecoded as error:
            return Decoded(left=(error.reason,))

    def _one(self, topic: str, said: Any) -> Decoded:
        at = self._time(said) if self._time else None
        device = self._device(topic, said)
        readings, left = self._rows.read(device, said, at)
        return Decoded(tuple(readings), tuple(left))


def _value_of(body: bytes) -> Any:
    within(body)
    if len(body) > LONGEST_VALUE:
        raise NotDecoded("too_large", f"a bare value of {len(body)} bytes; {LONGEST_VALUE} are read")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotDecoded("not_text", "the bare value is not UTF-8 text") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
