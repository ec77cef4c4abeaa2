"""What Milesight's LoRaWAN sensors put on the air: channel, type, value. Pure.

Source: Milesight's user guides (EM300, EM310, EM400, EM500, WS301), chapter "Device Payload"; little endian.
"""

import struct
from collections.abc import Mapping
from typing import Final

from edge.simulation.thing import Value

_BATTERY: Final = {"battery": (0x01, 0x75, "B", 1.0)}
_CLIMATE: Final = {"temperature": (0x03, 0x67, "h", 10.0), "humidity": (0x04, 0x68, "B", 2.0)}
# By model: name of the field, channel, type, form of the number, steps a unit.
MODELS: Final[Mapping[str, Mapping[str, tuple[int, int, str, float]]]] = {
    "em300-mcs": _BATTERY | _CLIMATE | {"open": (0x06, 0x00, "B", 1.0)},
    "em300-zld": _BATTERY | _CLIMATE | {"leak": (0x05, 0x00, "B", 1.0)},
    "em310-udl": _BATTERY | {"distance": (0x03, 0x82, "H", 1.0), "tilted": (0x04, 0x00, "B", 1.0)},
    "em400-mud": _BATTERY | {
        "temperature": (0x03, 0x67, "h", 10.0),
        "distance": (0x04, 0x82, "H", 1.0),
        "tilted": (0x05, 0x00, "B", 1.0),
    },
    "em500-swl": _BATTERY | {"depth": (0x03, 0x77, "H", 1.0)},
    "em500-udl": _BATTERY | {"distance": (0x03, 0x82, "H", 1.0)},
    "ws301": _BATTERY | {"open": (0x03, 0x00, "B", 1.0), "tampered": (0x04, 0x00, "B", 1.0)},
}  # fmt: skip
WORDS: Final[Mapping[str, Mapping[str, Value]]] = {
    "open": {"open": True},
    "closed": {"open": False},
    "wet": {"leak": True},
    "dry": {"leak": False},
    "tilted": {"tilted": True},
    "upright": {"tilted": False},
    "tampered": {"tampered": True},
    "untouched": {"tampered": False},
}


def payload(model: str, fields: Mapping[str, Value]) -> bytes:
    """The bytes of an uplink. Raises ValueError for a model or a field that is not known, or does not fit."""
    if (known := MODELS.get(model)) is None:
        raise ValueError(f"model {model!r} is not simulated; known are {', '.join(MODELS)}")
    return b"".join(_item(model, known, name, value) for name, value in fields.items())


def _item(model: str, known: Mapping[str, tuple[int, int, str, float]], name: str, value: Value) -> bytes:
    if name not in known or isinstance(value, str):
        raise ValueError(f"{model} has no number {name!r}; it has {', '.join(known)}")
    channel, type_, form, steps = known[name]
    try:
        return bytes([channel, type_]) + struct.pack(f"<{form}", round(value * steps))
    except struct.error:
        raise ValueError(f"{name} of {model} cannot be {value}") from None
