"""Home Assistant: what device classes and units mean, and how its discovery shortens its keys.

Source: Home Assistant's documentation (MQTT discovery and its supported abbreviations; sensor, binary sensor
and cover device classes).
"""

from typing import Final

# Long name to short one, of the keys that are read.
SHORT: Final = {
    "state_topic": "stat_t", "value_template": "val_tpl", "device_class": "dev_cla",
    "unit_of_measurement": "unit_of_meas", "payload_on": "pl_on", "payload_off": "pl_off",
    "state_on": "stat_on", "state_off": "stat_off", "state_open": "stat_open", "state_closed": "stat_clsd",
    "state_opening": "stat_opening", "state_closing": "stat_closing", "device": "dev",
    "identifiers": "ids", "components": "cmps", "platform": "p",
}  # fmt: skip

# Of a sensor: device class, then unit, to our quantity, factor and offset.
_LENGTHS: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1000.0, "in": 0.0254, "ft": 0.3048}
_PRESSURES: Final = {
    "hPa": 1.0, "mbar": 1.0, "Pa": 0.01, "kPa": 10.0, "bar": 1000.0, "cbar": 10.0, "psi": 68.9475729,
    "mmHg": 1.333223684, "inHg": 33.86388667,
}  # fmt: skip
UNITS: Final[dict[str, tuple[str, dict[str, tuple[float, float]]]]] = {
    "temperature": (
        "temperature", {"°C": (1.0, 0.0), "°F": (5.0 / 9.0, -160.0 / 9.0), "K": (1.0, -273.15)},
    ),
    "humidity": ("humidity", {"%": (1.0, 0.0)}),
    "battery": ("battery", {"%": (1.0, 0.0)}),
    "voltage": ("voltage", {"V": (1.0, 0.0), "mV": (0.001, 0.0)}),
    "current": ("current", {"A": (1.0, 0.0), "mA": (0.001, 0.0)}),
    "power": ("power", {"W": (1.0, 0.0), "kW": (1000.0, 0.0), "mW": (0.001, 0.0)}),
    "energy": ("energy", {"kWh": (1.0, 0.0), "Wh": (0.001, 0.0), "MWh": (1000.0, 0.0)}),
    "illuminance": ("illuminance", {"lx": (1.0, 0.0)}),
    "distance": ("distance", {unit: (factor, 0.0) for unit, factor in _LENGTHS.items()}),
    "pressure": ("pressure", {unit: (factor, 0.0) for unit, factor in _PRESSURES.items()}),
    "atmospheric_pressure": ("pressure", {unit: (factor, 0.0) for unit, factor in _PRESSURES.items()}),
    "signal_strength": ("signal", {"dBm": (1.0, 0.0)}),
}  # fmt: skip

# Of a binary sensor: our flag, and what it is where the device says on. None: a switch input like any.
FLAGS: Final[dict[str | None, tuple[str, bool]]] = {
    "door": ("contact", False), "garage_door": ("contact", False), "opening": ("contact", False),
    "window": ("contact", False), "lock": ("contact", False),
    "moisture": ("water", True), "smoke": ("smoke", True), "gas": ("gas", True),
    "carbon_monoxide": ("gas", True), "tamper": ("tamper", True), "vibration": ("vibration", True),
    "battery": ("alarm", True), "problem": ("alarm", True), "safety": ("alarm", True),
    "heat": ("alarm", True),
    "power": ("switch", True), "plug": ("switch", True), "running": ("switch", True), None: ("input", True),
}  # fmt: skip
PERSONS: Final = frozenset({"motion", "occupancy", "presence", "moving", "sound"})
COVERS: Final = {"open": "open", "closed": "closed", "opening": "opening", "closing": "closing"}
