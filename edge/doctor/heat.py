"""How hot the box is, and whether it is slowed down."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from broker.saying import said
from edge.diagnosis import heat as told
from edge.diagnosis.heat import Sensor, Throttling
from edge.diagnosis.sign import Finding
from edge.examining.box import number, text
from edge.examining.case import Case

TITLE = "heat"
BOX, ALONE = True, False
PI = "sys/devices/platform/soc/soc:firmware/get_throttled"
# Bits of Raspberry Pi's firmware: now, and 16 higher since the start.
PI_BITS = {
    0: said("under-voltage"),
    1: said("frequency capped"),
    2: said("throttled"),
    3: said("soft temperature limit"),
}
COOLS = ("processor", "cpufreq", "cpu-", "thermal-cpufreq", "gpu")


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Some files are read."""
    return 10.0


def examine(case: Case) -> Iterable[Finding]:
    """Sensors, and what slows the processor."""
    sys = case.root / "sys"
    sensors = [*_zones(sys / "class/thermal"), *_hardware(sys / "class/hwmon")]
    return told.judge(sensors, _slowed(case.root))


def _zones(folder: Path) -> Iterator[Sensor]:
    for zone in sorted(folder.glob("thermal_zone*")):
        celsius = _celsius(zone / "temp")
        if celsius is not None:
            limits = {
                text(file): _celsius(zone / f"{file.name[:-5]}_temp")
                for file in zone.glob("trip_point_*_type")
            }
            slows = limits.get("passive") or limits.get("hot")
            yield Sensor(text(zone / "type") or zone.name, celsius, slows, limits.get("critical"))


def _hardware(folder: Path) -> Iterator[Sensor]:
    """Only where they tell their own limits: some measure what may be hot."""
    for chip in sorted(folder.glob("hwmon*")):
        for file in sorted(chip.glob("temp*_input")):
            celsius, ends = _celsius(file), _celsius(chip / file.name.replace("_input", "_crit"))
            slows = _celsius(chip / file.name.replace("_input", "_max"))
            if celsius is not None and ends is not None:
                yield Sensor(text(chip / "name") or chip.name, celsius, slows, ends)


def _celsius(file: Path) -> float | None:
    """Of thousandths; sensors that are off tell nonsense."""
    value = number(file)
    return value / 1000 if value is not None and 0 < value < 200_000 else None


def _slowed(root: Path) -> Throttling:
    now, before, power = [], [], None
    with suppress(ValueError):
        bits = int(text(root / PI).removeprefix("throttled=") or "none", 16)
        now += [word for bit, word in PI_BITS.items() if bits >> bit & 1]
        before += [word for bit, word in PI_BITS.items() if bits >> (bit + 16) & 1]
        power = bool(bits & 1)
    for device in sorted((root / "sys/class/thermal").glob("cooling_device*")):
        kind, state, most = text(device / "type"), number(device / "cur_state"), number(device / "max_state")
        if kind.lower().startswith(COOLS) and state and most:
            now.append(said("{kind} at step {state:.0f} of {most:.0f}", kind=kind, state=state, most=most))
    cpu = root / "sys/devices/system/cpu/cpu0/thermal_throttle"
    count = (number(cpu / "core_throttle_count") or 0) + (number(cpu / "package_throttle_count") or 0)
    often = said("slowed down {count:.0f} times since it was started", count=count)
    before += [often] if count else []
    return Throttling(now, before, power)
