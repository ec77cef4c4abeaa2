"""Dragino's LoRaWAN sensors: doors, leaks, distances, climate.

Source: Dragino's user manuals and its dragino-end-node-decoder; The Things Network's lorawan-devices has the
same with test vectors. Numbers are big endian.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from edge.codec import Codec, CodecSettings, Sent
from edge.decoding import Decoded, NotDecoded
from edge.meanings import PERCENT, Fields, Meaning, Sense, number, one_and_zero
from edge.payloads import number_of, reason
from edge.stamps import epoch

Said = list[tuple[str, Any]]
_UNPLUGGED: Final = 0x7FFF  # what a temperature input tells with nothing on it
_FAR: Final = 12.0  # metres; no ultrasonic sensor of theirs sees further


def _millimetres(least: float, *, channel: str | None = None) -> Meaning:
    """least: below it the device writes 0 for no sensor or 20 for too near."""

    def meaning(value: Any) -> Sense | None:
        plain = value.strip().removesuffix("mm") if isinstance(value, str) else value
        found = number_of(plain)
        if found is None or not least <= found / 1000.0 <= _FAR:
            return None
        return "distance", round(found / 1000.0, 6), channel

    return meaning


CONTACT: Final = one_and_zero("contact", "open", "close closed", when=False)
KNOWN: Final[dict[str, Meaning]] = {
    "BAT_V": number("battery_voltage"),
    "BatV": number("battery_voltage"),
    "Bat": number("battery_voltage"),
    "DOOR_OPEN_STATUS": CONTACT,
    "DOOR_OPEN_TIMES": number("count", channel="opened"),
    "WATER_LEAK_STATUS": one_and_zero("water", "leak", "no_leak"),
    "WATER_LEAK_TIMES": number("count", channel="leaked"),
    "ALARM": one_and_zero("alarm", "true", "false"),
    "TempC_SHT": number("temperature"),
    "Hum_SHT": number("humidity", within=PERCENT),
    "TempC_DS": number("temperature", channel="external", within=(-55.0, 125.0)),
    "TempC_DS18B20": number("temperature", channel="external", within=(-55.0, 125.0)),
    "ILL_lx": number("illuminance"),
    "ADC_V": number("voltage"),
    "Exit_count": number("count"),
    "Exti_pin_level": one_and_zero("input", "high", "low"),
}  # fmt: skip
SILENT: Final = frozenset(
    {"MOD", "LAST_DOOR_OPEN_DURATION", "LAST_WATER_LEAK_DURATION", "Bat_status", "Ext_sensor", "Work_mode"}
    | {"Exti_status", "Interrupt_flag", "Sensor_flag", "Node_type", "No_connect", "Systimestamp"}
)
DOOR: Final = Fields(KNOWN, silent=SILENT)


def _ranging(least: float) -> Fields:
    known = KNOWN | {"Distance": _millimetres(least), "distance": _millimetres(least)}
    several = {f"distance{n}": _millimetres(least, channel=None if n == 1 else str(n)) for n in (1, 2, 3, 4)}
    return Fields(known | several, silent=SILENT)


class _Bytes:
    """Numbers of a payload by their place; None beyond its end."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload

    def at(self, begin: int, size: int, *, signed: bool = False) -> int | None:
        piece = self._payload[begin : begin + size]
        return int.from_bytes(piece, "big", signed=signed) if len(piece) == size else None


def _scaled(value: int | None, by: float) -> float | None:
    return None if value is None else round(value * by, 6)


def _battery(body: _Bytes, mask: int = 0x3FFF) -> float | None:
    value = body.at(0, 2)
    return None if value is None else (value & mask) / 1000.0


def _door(body: _Bytes) -> Said:
    status, mode, alarm = body.at(0, 1) or 0, body.at(2, 1), body.at(9, 1)
    said: Said = [("BAT_V", _battery(body))]
    if mode in (1, 3):
        said.append(("DOOR_OPEN_STATUS", status >> 7 & 1))
    if mode in (2, 3):
        said.append(("WATER_LEAK_STATUS", status >> 6 & 1))
    if mode in (1, 2):
        said.append(("DOOR_OPEN_TIMES" if mode == 1 else "WATER_LEAK_TIMES", body.at(3, 3)))
    if mode in (1, 3) and alarm is not None:
        said.append(("ALARM", alarm & 1))
    return said


def _distance(body: _Bytes) -> Said:
    if (body.at(0, 1) or 0) & 0x10:  # the burst of a tilt-free mode: many distances without a time
        return [("Bat", _battery(body, 0x0FFF))]
    said: Said = [("Bat", _battery(body)), ("Distance", body.at(2, 2))]
    return [*said, ("TempC_DS18B20", _scaled(body.at(5, 2, signed=True), 0.1))]


def _four_distances(body: _Bytes) -> Said:
    return [("Bat", _battery(body)), *((f"distance{n}", body.at(2 * n, 2)) for n in (1, 2, 3, 4))]


def _climate(body: _Bytes) -> Said:
    if (body.at(6, 1) or 0) & 0x40:
        raise NotDecoded("kept_readings", "a reply to a poll of kept readings; such are not read")
    external = (body.at(6, 1) or 0) & 0x0F
    said: Said = []
    if external != 9:
        said.append(("BatV", _battery(body)))
    if external != 15:
        said.append(("TempC_SHT", _temperature(body, 2)))
        humidity = body.at(4, 2)
        said.append(("Hum_SHT", None if humidity is None else (humidity & 0xFFF) / 10.0))
    return said + _EXTERNAL[external](body) if external in _EXTERNAL else said


def _temperature(body: _Bytes, begin: int) -> float | None:
    value = body.at(begin, 2, signed=True)
    return None if value == _UNPLUGGED else _scaled(value, 0.01)


_EXTERNAL: Final[dict[int, Callable[[_Bytes], Said]]] = {
    1: lambda body: [("TempC_DS", _temperature(body, 7))],
    4: lambda body: [("Exti_pin_level", int(bool(body.at(7, 1))))],
    5: lambda body: [("ILL_lx", body.at(7, 2))],
    6: lambda body: [("ADC_V", _scaled(body.at(7, 2), 0.001))],
    7: lambda body: [("Exit_count", body.at(7, 2))],
    8: lambda body: [("Exit_count", body.at(7, 4))],
    9: lambda body: [("TempC_DS", _temperature(body, 0)), ("Systimestamp", body.at(7, 4))],
}

# By model: the port of its readings, how many bytes they have, how they are read, and what the fields mean.
Model = tuple[int, int, Callable[[_Bytes], Said], Fields]
MODELS: Final[dict[str, Model]] = {
    "lds02": (10, 10, _door, DOOR),
    "lwl02": (10, 10, _door, DOOR),
    "lht65": (2, 11, _climate, DOOR),
    "ldds75": (2, 8, _distance, _ranging(0.28)),
    "ldds45": (2, 8, _distance, _ranging(0.03)),
    "ldds20": (2, 8, _distance, _ranging(0.021)),
    "dds75-lb": (2, 8, _distance, _ranging(0.28)),
    "ldds04": (2, 11, _four_distances, _ranging(0.021)),
}
# What a door or leak sensor sends in each of its modes.
ALWAYS: Final[dict[int, tuple[str, ...]]] = {
    1: ("DOOR_OPEN_STATUS", "DOOR_OPEN_TIMES", "ALARM"),
    2: ("WATER_LEAK_STATUS", "WATER_LEAK_TIMES"),
    3: ("DOOR_OPEN_STATUS", "WATER_LEAK_STATUS", "ALARM"),
}


def _model(name: str) -> str:
    known = name.lower()
    if known not in MODELS:
        raise ValueError(f"is no model that is known; known are {', '.join(sorted(MODELS))}")
    return known


class Settings(CodecSettings):
    """model: as the label says, without the band, such as lds02."""

    kind: Literal["dragino"]
    model: Annotated[str, AfterValidator(_model)]


def build(settings: Settings) -> Codec:
    return Dragino(settings.model)


class Dragino:
    """One model's payloads."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._port, self._size, self._said, self._fields = MODELS[model]

    def of_bytes(self, sent: Sent, payload: bytes) -> Decoded:
        if sent.port != self._port:
            text = f"port {sent.port} has no readings of a {self._model}; port {self._port} has"
            raise NotDecoded("other_port", text)
        if len(payload) < 3:
            raise NotDecoded("cut_short", f"the payload has {len(payload)} bytes; a reading has more")
        said = self._said(_Bytes(payload))
        at = next((epoch(value) for name, value in said if name == "Systimestamp"), None)
        readings, left = self._fields.read(sent.device, said, sent.at if at is None else at)
        if len(payload) < self._size:
            text = f"the payload has {len(payload)} bytes of {self._size}; what is not there is left out"
            left.append(reason("cut_short", text))
        return Decoded(tuple(readings), tuple(left))

    def of_object(self, sent: Sent, said: Mapping[str, Any], *, lacks_zeros: bool) -> Decoded:
        pairs = list(said.items())
        mode = said.get("MOD")
        if lacks_zeros and self._fields is DOOR and isinstance(mode, int):
            pairs += [(name, 0) for name in ALWAYS.get(mode, ()) if name not in said]
        readings, left = self._fields.read(sent.device, pairs, sent.at)
        return Decoded(tuple(readings), tuple(left))
