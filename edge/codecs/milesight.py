"""Milesight's LoRaWAN and narrow-band devices: channel, type, value, again and again.

Source: Milesight's SensorDecoders; the tables are in `edge/makes/milesight.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from broker.events import Reason
from edge.codec import Codec, CodecSettings, Sent
from edge.decoding import Decoded, NotDecoded
from edge.makes.milesight import ABOUT, BATTERY, DROPPED, FIELDS, MODELS, OF_PERSONS, Item
from edge.payloads import once, reason
from edge.readings import Reading
from edge.stamps import epoch

Said = list[tuple[str, Any]]
_LOCATION: Final = frozenset({0x0488, 0x8488, 0x0688})
_NO_TIME: Final = reason("no_time", "what was kept without a time is left out")
MOST_PAST: Final = 1000  # records that a device kept, in one message


def _model(name: str) -> str:
    if name.lower() in MODELS or name.lower() in OF_PERSONS:
        return name.lower()
    raise ValueError(f"is no model that is known; known are {', '.join(sorted(MODELS))}")


class Settings(CodecSettings):
    """model: as the label says, such as em300-mcs; the same bytes mean other things on another."""

    kind: Literal["milesight"]
    model: Annotated[str, AfterValidator(_model)]


def build(settings: Settings) -> Codec:
    return Milesight(settings.model)


class Milesight:
    """One model's payloads."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._items = ABOUT | BATTERY | MODELS.get(model, {})

    def of_bytes(self, sent: Sent, payload: bytes) -> Decoded:
        self._refuse_persons()
        readings: list[Reading] = []
        left: list[Reason] = []
        end = 0
        for item, begin in self._walk(payload, left):
            end += 1
            said, at = _fields(item, payload, begin)
            more, why = (
                _past(sent.device, said, at) if item.history else FIELDS.read(sent.device, said, sent.at)
            )
            readings += more
            left += why
        if not end and left:
            raise NotDecoded(left[0].code, left[0].text)
        return Decoded(tuple(readings), once(left))

    def of_object(self, sent: Sent, said: Mapping[str, Any], *, lacks_zeros: bool) -> Decoded:  # noqa: ARG002
        self._refuse_persons()
        readings, left = FIELDS.read(sent.device, said.items(), sent.at)
        past = said.get("history")
        for record in past[:MOST_PAST] if isinstance(past, list) else ():
            if isinstance(record, dict):
                more, why = _past(sent.device, record.items(), epoch(record.get("timestamp")))
                readings += more
                left += why
        return Decoded(tuple(readings), once(left))

    def _refuse_persons(self) -> None:
        if self._model in OF_PERSONS:
            raise NotDecoded("person_data", "this model counts or watches people; nothing of it is read")

    def _walk(self, payload: bytes, left: list[Reason]) -> Iterator[tuple[Item, int]]:
        """Each item and where its value begins. Ends where the length is unknown."""
        at = 0
        while at < len(payload):
            key = int.from_bytes(payload[at : at + 2], "big") if at + 2 <= len(payload) else -1
            item = self._items.get(key)
            if key == -1 or (item is not None and at + 2 + item.size > len(payload)):
                left.append(reason("cut_short", f"the payload ends within the item at byte {at}"))
                return
            if item is None:
                left.append(_strange(at, key, self._model))
                return
            if key in _LOCATION:
                left.append(DROPPED["longitude"])
            yield item, at + 2
            at += 2 + item.size


def _past(
    device: str, said: Iterable[tuple[str, Any]], at: float | None
) -> tuple[list[Reading], list[Reason]]:
    """A record of the past without its time would be taken for now."""
    return FIELDS.read(device, said, at) if at is not None else ([], [_NO_TIME])


def _strange(at: int, key: int, model: str) -> Reason:
    where = f"byte {at}: channel 0x{key >> 8:02x} with type 0x{key & 255:02x}"
    return reason("unknown_channel", f"{where} is not known of a {model}; it and what follows is left unread")


def _fields(item: Item, payload: bytes, at: int) -> tuple[Said, float | None]:
    if item.names == ("wifi",):  # the stations' addresses stay where they are
        return [("wifi", None)], None
    numbers = item.form.unpack_from(payload, at)
    when = epoch(numbers[0]) if item.history else None
    said: Said = []
    for name, scale, value in zip(item.names, item.scales, numbers, strict=True):
        if name == "thresholds":
            said += [(f"threshold_{axis}", value >> n & 1) for n, axis in enumerate("xyz")]
        elif name == "socket_byte":
            said.append(("socket_status", value & 1))
        elif item.bit:
            said += [(name, round((value >> 1) * scale, 6)), (f"threshold_{name[-1]}", value & 1)]
        else:
            said.append((name, value if scale == 1.0 else round(value * scale, 6)))
    return said, when
