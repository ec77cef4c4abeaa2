"""How hot this machine is and whether it slows itself down, as the kernel tells under /sys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge.heat import Reading

SYS: Final = Path("/sys")
USUAL_C, X86_C = 80.0, 95.0  # where boards slow down that tell no limit of their own
BELOW_CRITICAL_C: Final = 15.0
SLOWER: Final = 0.9  # a clock capped at less of what was allowed before
PI: Final = "devices/platform/soc/soc:firmware/get_throttled"
PI_SLOWED: Final = 0x4 | 0x8  # throttled now, soft limit of temperature now


class Thermometer:
    """Asks again and again; what cannot be read is left out."""

    def __init__(self, sys: Path = SYS) -> None:
        self._sys = sys
        self._count: int | None = None
        self._clock = 0

    def read(self) -> Reading:
        """Now."""
        zones = sorted((self._sys / "class" / "thermal").glob("thermal_zone*"))
        found = [(celsius, _limit(zone)) for zone in zones if (celsius := _celsius(zone)) is not None]
        throttled = self._throttled()
        if not found:
            return Reading(None, USUAL_C, throttled)
        celsius, limit = max(found, key=lambda one: one[0] - one[1])  # the one nearest to its own limit
        return Reading(celsius, limit, throttled)

    def _throttled(self) -> bool:
        return any([self._counted(), self._capped(), self._pi()])

    def _counted(self) -> bool:
        """x86 counts how often it slowed down."""
        files = (self._sys / "devices/system/cpu").glob("cpu*/thermal_throttle/*_throttle_count")
        count = sum(filter(None, map(_number, files)))
        before, self._count = self._count, count
        return before is not None and count > before

    def _capped(self) -> bool:
        """Others lower the highest clock that is allowed."""
        files = (self._sys / "devices/system/cpu/cpufreq").glob("policy*/scaling_max_freq")
        clock = max(filter(None, map(_number, files)), default=0)
        self._clock = max(self._clock, clock)
        return clock < SLOWER * self._clock

    def _pi(self) -> bool:
        try:
            return bool(int((self._sys / PI).read_text("ascii"), 16) & PI_SLOWED)
        except (OSError, ValueError):
            return False


def _celsius(zone: Path) -> float | None:
    """Of what sits on the board; a zone of a battery or a radio has limits of its own and is warm as well."""
    milli = _number(zone / "temp")
    return None if milli is None or not -40_000 < milli < 150_000 else milli / 1000


def _limit(zone: Path) -> float:
    """Where this zone slows the machine down: its own word, or what is usual."""
    trips = dict(_trips(zone))
    if "passive" in trips:
        return trips["passive"]
    usual = X86_C if _word(zone / "type") in ("x86_pkg_temp", "acpitz") else USUAL_C
    critical = trips.get("critical")
    return usual if critical is None else min(usual, critical - BELOW_CRITICAL_C)


def _trips(zone: Path) -> Iterator[tuple[str, float]]:
    """The lowest of each kind that can be meant: some boards write nonsense."""
    found = []
    for file in zone.glob("trip_point_*_type"):
        milli = _number(file.with_name(file.name.replace("_type", "_temp")))
        if milli is not None and 50_000 <= milli <= 130_000:
            found.append((_word(file), milli / 1000))
    yield from sorted(found, key=lambda one: -one[1])


def _word(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
