"""Milesight: which channel and type of a payload holds what, model by model, and what the fields mean.

Source: Milesight's SensorDecoders (one decoder and README a model) and its user guides. Numbers are little
endian.
"""

from dataclasses import dataclass, replace
from struct import Struct
from typing import Final

from edge.meanings import PERCENT, Fields, Meaning, number, one_and_zero, words
from edge.payloads import reason


@dataclass(frozen=True, slots=True)
class Item:
    """What follows a channel and type. names: one a number of `form`; an empty one is not a reading."""

    form: Struct
    names: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    history: bool = False  # the first number is when it was, in seconds since 1970
    bit: bool = False  # the lowest bit of each number is whether its threshold was passed

    @property
    def size(self) -> int:
        """Bytes."""
        return self.form.size


def item(form: str, *names: str, history: bool = False) -> Item:
    """names: `temperature/10` is a tenth of the number."""
    parts = [name.partition("/") for name in names]
    scales = tuple(1.0 / float(scale) if scale else 1.0 for _, _, scale in parts)
    return Item(Struct("<" + form), tuple(name for name, _, _ in parts), scales, history)


# About the device itself: versions, serial number, class, reset.
ABOUT: Final = {
    0xFF01: item("x"), 0xFF08: item("6x"), 0xFF09: item("2x"), 0xFF0A: item("2x"), 0xFF0B: item("x"),
    0xFF0F: item("x"), 0xFF16: item("8x"), 0xFFFE: item("x"), 0xFFFF: item("2x"),
}  # fmt: skip
BATTERY: Final = {0x0175: item("B", "battery")}
TEMPERATURE: Final = {0x0367: item("h", "temperature/10")}
CLIMATE: Final = TEMPERATURE | {0x0468: item("B", "humidity/2")}


def _past(form: str, *names: str) -> dict[int, Item]:
    return {0x20CE: item("I" + form, "timestamp", *names, history=True)}


def _climate_and(form: str, name: str, channel: int) -> dict[int, Item]:
    past = _past("hBB", "temperature/10", "humidity/2", name)
    return CLIMATE | {channel: item(form, name)} | past


DISTANCES: Final = TEMPERATURE | {
    0x0482: item("H", "distance"),
    0x0500: item("B", "position"),
    0x0688: item("9x", ),
    0x8367: item("hB", "temperature/10", "temperature_alarm"),
    0x8482: item("HB", "distance", "distance_alarm"),
}  # fmt: skip
INPUTS: Final = {
    (channel << 8): item("B", f"gpio_input_{n}") for n, channel in enumerate((3, 4, 5, 6), 1)
} | {
    (channel << 8) | 0xC8: item("I", f"gpio_counter_{n}") for n, channel in enumerate((3, 4, 5, 6), 1)
}  # fmt: skip
ANALOGUE: Final = {
    (channel << 8) | kind: item(form, name)
    for channel, of in enumerate(("pt100_1", "pt100_2", "adc_1", "adc_2", "adv_1", "adv_2"), 9)
    for kind, form, name in (
        (0x67, "h", f"{of}/10") if of.startswith("pt") else (0x02, "I", f"{of}/100"), (0xE2, "e6x", of),
    )
}  # fmt: skip
MODELS: Final[dict[str, dict[int, Item]]] = {
    "em300-th": CLIMATE | _past("hB", "temperature/10", "humidity/2"),
    "em300-mcs": _climate_and("B", "magnet_status", 0x0600),
    "em300-sld": _climate_and("B", "leakage_status", 0x0500),
    "em300-mld": _climate_and("B", "leakage_status", 0x0500),
    "em300-zld": _climate_and("B", "leakage_status", 0x0500),
    "em300-di": CLIMATE | {
        0x0500: item("B", "gpio"), 0x05C8: item("I", "pulse"), 0x05E1: item("8x"),
        0x8500: item("BB", "gpio", "gpio_alarm"), 0x85E1: item("9x"),
        0x20CE: item("IhB6x", "timestamp", "temperature/10", "humidity/2", history=True),
        0x21CE: item("IhB11x", "timestamp", "temperature/10", "humidity/2", history=True),
    },
    "em300-cl": {
        0x03ED: item("B", "liquid"), 0x04EE: item("x"), 0x83ED: item("Bx", "liquid"),
    },
    "em310-tilt": {
        0x03CF: item("hhhB", "angle_x/100", "angle_y/100", "angle_z/100", "thresholds"),
    },
    "em320-tilt": {
        0x03D4: replace(item("hhh", "angle_x/100", "angle_y/100", "angle_z/100"), bit=True),
    },
    "em310-udl": {0x0382: item("H", "distance"), 0x0400: item("B", "position")},
    "em400-mud": DISTANCES,
    "em400-tld": DISTANCES,
    "em400-udl": DISTANCES,
    "em410-rdl": TEMPERATURE | {
        0x01B9: item("2x"), 0x0482: item("h", "distance"), 0x0500: item("B", "position"), 0x06C7: item("2x"),
        0x8482: item("hB", "distance", "distance_alarm"),
        0x9482: item("h2xB", "distance", "distance_alarm"), 0xB482: item("3x"),
    } | _past("h", "distance"),
    "em500-lgt": {0x0394: item("I", "illumination")} | _past("I", "illumination"),
    "em500-pp": {0x037B: item("H", "pressure")} | _past("H", "pressure"),
    "em500-pt100": TEMPERATURE | _past("h", "temperature/10"),
    "em500-swl": {0x0377: item("H", "depth"), 0xFF1B: item("5x")} | _past("H", "depth"),
    "em500-udl": {0x0382: item("H", "distance"), 0x83E9: item("5x")} | _past("H", "distance"),
    "ws201": {0x0382: item("H", "distance"), 0x04D6: item("B", "remaining")},
    "ws202": {0x0300: item("B", "pir"), 0x0400: item("B", "daylight")},
    "ws301": {0x0300: item("B", "magnet_status"), 0x0400: item("B", "tamper_status")},
    "ws303": {0x0300: item("B", "leakage_status")},
    "ws51x": {
        0x0374: item("H", "voltage/10"), 0x0480: item("I", "active_power"), 0x0581: item("x"),
        0x0683: item("I", "power_consumption"), 0x07C9: item("H", "current"),
        0x0870: item("B", "socket_byte"), 0xFF3F: item("B", "power_outage_alarm"),
    },
    "uc300": INPUTS | {
        0x0701: item("B", "gpio_output_1"), 0x0801: item("B", "gpio_output_2"), 0xFF15: item("x"),
    } | ANALOGUE,
    "at101": TEMPERATURE | {
        0x0488: item("9x", ), 0x8488: item("9x", ), 0x0500: item("B", "position"),
        0x06D9: item("9x", "wifi"), 0x0700: item("B", "tamper_status"), 0x089B: item("6x"),
        0x8367: item("hB", "temperature/10", "temperature_alarm"), 0x20CE: item("18x"),
    },
}  # fmt: skip
MODELS["ws52x"] = MODELS["ws51x"]
# They count or watch people: nothing they say is read, their battery neither.
OF_PERSONS: Final = frozenset(
    {"vs121", "vs125", "vs132", "vs133", "vs135", "vs330", "vs340", "vs341", "vs350", "vs351", "vs360"}
    | {"vs370", "vs373"}
)

TILTED: Final = one_and_zero("tilted", "tilt", "normal")
ALARM_WORDS: Final = {
    "threshold_alarm": True, "threshold_alarm_release": False, "mutation_alarm": True, "normal": False,
    "abnormal": True, "high_temperature_alarm": True, "high_temperature_alarm_release": False,
    0: False, 1: True, 2: True, 3: True, 4: False,
}  # fmt: skip
CONTACT: Final = one_and_zero("contact", "open", "close closed", when=False)
WATER: Final = one_and_zero("water", "leak", "normal")
KNOWN: dict[str, Meaning] = {
    "battery": number("battery", within=PERCENT),
    "temperature": number("temperature"),
    "humidity": number("humidity", within=PERCENT),
    "distance": number("distance", 0.001, within=(0.0, 60.0)),  # what has no echo is told as 65 m
    "depth": number("water_level", 0.01, within=(0.0, 600.0)),  # in cm; 655 m is a fault of the probe
    "pressure": number("pressure", 10.0, channel="pipe"),  # told in kPa
    "illumination": number("illuminance"),
    "illuminance": number("illuminance"),
    "remaining": number("fill", within=PERCENT),
    "magnet_status": CONTACT,
    "leakage_status": WATER,
    "water_leak": WATER,
    "position": TILTED,
    "tilt_status": TILTED,
    "tamper_status": one_and_zero("tamper", "uninstall uninstalled", "install installed"),
    "temperature_alarm": words("alarm", ALARM_WORDS, channel="temperature"),
    "distance_alarm": words("alarm", ALARM_WORDS, channel="distance"),
    "liquid": words(
        "alarm", {1: False, "full": False, 2: True, "critical_liquid_level_alert": True}, channel="liquid"
    ),
    "gpio": one_and_zero("input", "high on", "low off"),
    "gpio_alarm": one_and_zero("alarm", "gpio_alarm", "gpio_alarm_release", channel="input"),
    "pulse": number("count"),
    "voltage": number("voltage"),
    "active_power": number("power"),
    "power_consumption": number("energy", 0.001),
    "current": number("current", 0.001),
    "socket_status": one_and_zero("switch", "on", "off"),
    "power_outage_alarm": words(
        "alarm", {255: True, "power_outage": True, "normal": False}, channel="power"
    ),
}  # fmt: skip
KNOWN |= {f"angle_{axis}": number("tilt", channel=axis) for axis in "xyz"}
KNOWN |= {f"threshold_{axis}": one_and_zero("tilted", "trigger", "normal", channel=axis) for axis in "xyz"}
for _n in (1, 2, 3, 4):
    _of = None if _n == 1 else str(_n)
    KNOWN[f"gpio_input_{_n}"] = one_and_zero("input", "on high", "off low", channel=_of)
    KNOWN[f"gpio_counter_{_n}"] = number("count", channel=_of)
    KNOWN[f"gpio_output_{_n}"] = one_and_zero("switch", "on", "off", channel=_of)
    KNOWN[f"pt100_{_n}"] = number("temperature", channel=_of)
    KNOWN[f"adc_{_n}"] = number("current", 0.001, channel=_of)  # a loop of 4 to 20 mA
    KNOWN[f"adv_{_n}"] = number("voltage", channel=_of)
PERSONS: Final = frozenset({"pir", "occupancy", "people_count_all", "people_in", "people_out"})
SILENT: Final = frozenset(
    {"history", "sn", "ipso_version", "protocol_version", "hardware_version", "firmware_version"}
    | {"tsl_version", "lorawan_class", "reset_event", "device_status", "power_factor", "calibration_result"}
    | {"gpio_type", "timestamp", "event", "daylight", "motion_status", "geofence_status"}
    | {"wifi_scan_result"}
)
_POSITION: Final = reason(
    "position_unread", "a tracker's position is not read; devices have theirs by settings"
)
DROPPED: Final = {
    "wifi": reason("network_unread", "networks that the device scanned are left unread"),
    "longitude": _POSITION,
    "latitude": _POSITION,
}
FIELDS: Final = Fields(KNOWN, PERSONS, SILENT, DROPPED)
