"""What a device said, as typed values: one vocabulary for all makes. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

Quality = Literal["good", "uncertain", "bad"]
Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be read. of: the type of its values; unit: the only one it is told in; `words`: of a state."""

    of: Literal["flag", "number", "state"]
    unit: str | None = None
    words: tuple[str, ...] = ()


def _number(unit: str | None) -> Quantity:
    return Quantity("number", unit)


FLAG: Final = Quantity("flag")
QUANTITIES: Final[dict[str, Quantity]] = {
    # contact: True where the device says closed. What a flag means otherwise stands in its name.
    "contact": FLAG,
    "tilted": FLAG,
    "water": FLAG,
    "smoke": FLAG,
    "gas": FLAG,
    "vibration": FLAG,
    "tamper": FLAG,
    "switch": FLAG,
    "input": FLAG,
    "occupied": FLAG,
    "vehicle_standing": FLAG,
    "alarm": FLAG,
    # passage: True where a gate let something through, False where it refused. online: the device is there.
    "passage": FLAG,
    "online": FLAG,
    "barrier": Quantity("state", words=("open", "closed", "opening", "closing", "held_open", "forced")),
    "tilt": _number("°"),
    "fill": _number("%"),
    "distance": _number("m"),
    "water_level": _number("m"),
    "queue": _number(None),
    "count": _number(None),
    "power": _number("W"),
    "energy": _number("kWh"),
    "voltage": _number("V"),
    "current": _number("A"),
    "illuminance": _number("lx"),
    "temperature": _number("°C"),
    "humidity": _number("%"),
    "pressure": _number("hPa"),
    "battery": _number("%"),
    "battery_voltage": _number("V"),
    "signal": _number("dBm"),
    "snr": _number("dB"),
    "link": _number("%"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one device. device: as its network names it. at: UTC seconds, None where nothing says.

    channel: which of several alike, such as the second contact of a relay box; the first has none.
    """

    device: str
    quantity: str
    value: Value
    at: float | None = None
    quality: Quality = "good"
    channel: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a value that its quantity does not have."""
        known = QUANTITIES.get(self.quantity)
        if known is None:
            raise ValueError(f"{self.quantity!r} is no quantity; there are {', '.join(QUANTITIES)}")
        if not _fits(self.value, known):
            raise ValueError(f"{self.quantity} cannot be {self.value!r}; it is a {known.of}")

    @property
    def unit(self) -> str | None:
        """The only one that its quantity is told in."""
        return QUANTITIES[self.quantity].unit


def _fits(value: Value, known: Quantity) -> bool:
    if known.of == "flag":
        return isinstance(value, bool)
    if known.of == "number":
        return isinstance(value, float) and value - value == 0.0  # finite
    return value in known.words
