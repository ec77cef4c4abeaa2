"""What a device said, as typed values: one vocabulary for all makes. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

Quality = Literal["good", "uncertain", "bad"]
Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be read. of: the type of its values; unit: the only one it is told in; `words`: of a state.

    told: what people say where a flag is true, and where it is false.
    """

    of: Literal["flag", "number", "state"]
    unit: str | None = None
    words: tuple[str, ...] = ()
    told: tuple[str, str] = ("", "")


def _number(unit: str | None) -> Quantity:
    return Quantity("number", unit)


def _flag(true: str, false: str) -> Quantity:
    return Quantity("flag", told=(true, false))


QUANTITIES: Final[dict[str, Quantity]] = {
    # contact: True where the device says closed. What a flag means otherwise stands in its name.
    "contact": _flag("contact is closed", "contact is open"),
    "tilted": _flag("it is tilted", "it is not tilted"),
    "water": _flag("there is water", "there is no water"),
    "smoke": _flag("there is smoke", "there is no smoke"),
    "gas": _flag("there is gas", "there is no gas"),
    "vibration": _flag("it vibrates", "it does not vibrate"),
    "tamper": _flag("it is tampered with", "it is not tampered with"),
    "switch": _flag("switch is on", "switch is off"),
    "input": _flag("input is on", "input is off"),
    "occupied": _flag("it is occupied", "it is free"),
    "vehicle_standing": _flag("a vehicle stands there", "no vehicle stands there"),
    "alarm": _flag("it tells an alarm", "it tells no alarm"),
    # passage: True where a gate let something through, False where it refused. online: the device is there.
    "passage": _flag("something was let through", "something was refused"),
    "online": _flag("it is online", "it is offline"),
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


def in_words(quantity: str, value: Value) -> str:
    """What a reading says, as people say it: contact is open, fill is 90 %, barrier is held open."""
    known = QUANTITIES[quantity]
    if isinstance(value, bool):
        return known.told[0 if value else 1]
    name = quantity.replace("_", " ")
    return f"{name} is {value.replace('_', ' ') if isinstance(value, str) else figure(value, known.unit)}"


def figure(value: float, unit: str | None) -> str:
    """A number as people read it."""
    return f"{value:.6g} {unit}" if unit else f"{value:.6g}"


def _fits(value: Value, known: Quantity) -> bool:
    if known.of == "flag":
        return isinstance(value, bool)
    if known.of == "number":
        return isinstance(value, float) and value - value == 0.0  # finite
    return value in known.words
