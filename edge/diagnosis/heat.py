"""Whether the box is too hot, or slowed down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from broker.saying import listed, said
from edge.diagnosis.sign import Finding, Sign

WARM_C, HOT_C = 80.0, 95.0  # where a sensor tells no limits of its own
NEAR_C: Final = 5.0
THERMAL, HWMON = "/sys/class/thermal", "/sys/class/hwmon"

FINE = Sign("heat_fine", "fine", "it is cool enough")
UNTOLD = Sign("heat_untold", "fine", "this box tells nothing of its heat")
WARM = Sign(
    "heat_warm",
    "warning",
    "close to where it slows down",
    "Shade, air, a fan; clean the vents; fewer cameras at this box.",
)
HOT = Sign(
    "heat_hot",
    "fault",
    "so hot that it slows down or switches off",
    "Shade, air, a fan, now; clean the vents; fewer cameras at this box.",
)
SLOWED = Sign(
    "heat_throttled",
    "warning",
    "the processor is slowed down: fewer looks than it could do when cool",
    "Cool it: shade, air, a fan; a stronger power supply where it says under-voltage.",
)
WAS_SLOWED = Sign(
    "heat_was_throttled",
    "note",
    "it has been slowed down since it was started",
    "See how hot it gets at noon; cool it if it is slowed down then.",
)
POWER = Sign(
    "heat_under_voltage",
    "warning",
    "the power supply is too weak: the box slows down, and cards get damaged",
    "Use the board's own power supply and a short, thick cable.",
)


@dataclass(frozen=True, slots=True)
class Sensor:
    """One temperature in degrees Celsius, with the limits that it tells itself."""

    name: str
    celsius: float
    slows_c: float | None = None
    ends_c: float | None = None


@dataclass(frozen=True, slots=True)
class Throttling:
    """What slows the processor: now, and since the start; under_voltage as Raspberry Pi's firmware tells."""

    now: Sequence[str] = ()
    before: Sequence[str] = ()
    under_voltage: bool | None = None


def judge(sensors: Sequence[Sensor], slowed: Throttling) -> Iterator[Finding]:
    """The hottest sensor, and what slows the box down."""
    told = [finding for sensor in sensors if (finding := _of(sensor)) is not None]
    hottest = max(sensors, key=lambda sensor: sensor.celsius, default=None)
    if slowed.now:
        told.append(SLOWED.at(said("processor"), listed(slowed.now, "; ")))
    elif slowed.before:
        told.append(WAS_SLOWED.at(said("processor"), listed(slowed.before, "; ")))
    if slowed.under_voltage:
        told.append(POWER.at(said("power supply"), said("the firmware tells under-voltage")))
    if not any(finding.state in ("warning", "fault") for finding in told):
        if hottest is None:
            nothing = said("no sensor under {thermal} or {hwmon}", thermal=THERMAL, hwmon=HWMON)
            yield UNTOLD.at(said("box"), nothing)
        else:
            seen = f"{hottest.celsius:.0f} °C ({hottest.name})"
            yield FINE.at(said("box"), seen, celsius=hottest.celsius)
    yield from told


def _of(sensor: Sensor) -> Finding | None:
    ends, slows = sensor.ends_c or HOT_C, sensor.slows_c or min(WARM_C, (sensor.ends_c or HOT_C) - NEAR_C)
    seen = said("{celsius:.0f} °C; it slows down at {slows:.0f} °C", celsius=sensor.celsius, slows=slows)
    if sensor.celsius >= ends - NEAR_C:
        return HOT.at(sensor.name, seen, celsius=sensor.celsius, slows_c=slows, ends_c=ends)
    if sensor.celsius >= slows - NEAR_C:
        return WARM.at(sensor.name, seen, celsius=sensor.celsius, slows_c=slows)
    return None
