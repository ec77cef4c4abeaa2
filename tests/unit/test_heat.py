"""A hot machine is asked for less, by a rule, aloud, and for more again when it has cooled."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.heat import LEVELS, Heat, Reading
from edge.rounds import SELDOM_S, eased
from edge.temperature import Thermometer


def feel(heat: Heat, celsius: float | None, begin: float, seconds: float, **more: bool) -> list[str]:
    """Readings every ten seconds; the levels gone to."""
    found = []
    for step in range(int(seconds // 10)):
        if heat.read(Reading(celsius, 85.0, **more), begin + 10 * step):
            found.append(heat.level)
    return found


def test_it_goes_down_in_steps_and_comes_back_after_a_while() -> None:
    heat = Heat()
    assert feel(heat, 79.0, 0, 600) == []
    assert heat.trouble is None
    assert feel(heat, 81.0, 600, 60) == ["warm"]
    assert heat.share == 0.5
    assert "81 °C, and 85 °C is its limit: the detector may work 50%" in str(heat.trouble)
    assert feel(heat, 86.0, 700, 60) == ["hot"]
    assert heat.share == 0.25
    assert feel(heat, 82.0, 800, 600) == []  # not cool enough yet
    assert feel(heat, 79.0, 1400, 150) == ["warm"]
    assert feel(heat, 76.0, 1600, 600) == []
    assert feel(heat, 74.0, 2200, 110) == []
    assert feel(heat, 77.0, 2310, 10) == []  # warm again: the time begins anew
    assert feel(heat, 74.0, 2320, 130) == ["cool"]
    assert heat.trouble is None


def test_one_reading_alone_is_a_spike() -> None:
    heat = Heat()
    for n in range(50):
        heat.read(Reading(95.0 if n % 2 else 60.0, 85.0), 10.0 * n)
    assert heat.level == "cool"


def test_a_machine_without_a_thermometer_that_slows_itself_down_is_believed() -> None:
    heat = Heat()
    assert feel(heat, None, 0, 100, throttled=True) == ["warm"]
    assert "the machine slows itself down" in str(heat.trouble)
    assert feel(heat, None, 100, 200) == ["cool"]


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(20, 120)), st.booleans()), max_size=80))
def test_never_more_than_one_step_at_a_time_and_no_flapping(
    readings: list[tuple[float | None, bool]],
) -> None:
    heat, changes = Heat(), []
    for n, (celsius, throttled) in enumerate(readings):
        before = LEVELS.index(heat.level)
        if heat.read(Reading(celsius, 85.0, throttled), 10.0 * n):
            assert abs(LEVELS.index(heat.level) - before) == 1
            changes.append((10.0 * n, LEVELS.index(heat.level) - before))
    backs = [at for at, step in changes if step < 0]
    assert all(b - a >= 120.0 for a, b in pairwise(backs))


def test_what_ripens_keeps_its_pace() -> None:
    assert eased(0.5, 4.0, 0.25) == 0.5
    assert eased(4.0, 4.0, 0.5) == 8.0
    assert eased(30.0, 30.0, 0.25) == SELDOM_S
    assert eased(4.0, 4.0, 1.0) == 4.0


def board(sys: Path, *zones: tuple[str, str, dict[str, str]]) -> Thermometer:
    for n, (kind, temp, trips) in enumerate(zones):
        folder = sys / "class" / "thermal" / f"thermal_zone{n}"
        folder.mkdir(parents=True)
        (folder / "type").write_text(kind + "\n")
        (folder / "temp").write_text(temp + "\n")
        for k, (word, milli) in enumerate(trips.items()):
            (folder / f"trip_point_{k}_type").write_text(word + "\n")
            (folder / f"trip_point_{k}_temp").write_text(milli + "\n")
    return Thermometer(sys)


@pytest.mark.parametrize(
    ("zones", "celsius", "limit"),
    [
        ([("cpu-thermal", "61300", {"critical": "110000"})], 61.3, 80.0),
        ([("cpu-thermal", "61300", {"passive": "85000", "critical": "100000"})], 61.3, 85.0),
        ([("x86_pkg_temp", "71000", {"passive": "0"}), ("acpitz", "27800", {})], 71.0, 95.0),
        ([("soc", "nonsense", {})], None, 80.0),
        ([("cpu", "70000", {"critical": "90000"}), ("gpu", "60000", {})], 70.0, 75.0),
        ([], None, 80.0),
    ],
)
def test_what_boards_tell(
    zones: list[tuple[str, str, dict[str, str]]], celsius: float | None, limit: float, tmp_path: Path
) -> None:
    found = board(tmp_path, *zones).read()
    assert (found.celsius, found.limit, found.throttled) == (celsius, limit, False)


def test_signs_of_being_slowed_down(tmp_path: Path) -> None:
    cpu = tmp_path / "devices" / "system" / "cpu"
    (cpu / "cpu0" / "thermal_throttle").mkdir(parents=True)
    count = cpu / "cpu0" / "thermal_throttle" / "core_throttle_count"
    (cpu / "cpufreq" / "policy0").mkdir(parents=True)
    clock = cpu / "cpufreq" / "policy0" / "scaling_max_freq"
    pi = tmp_path / "devices/platform/soc/soc:firmware"
    pi.mkdir(parents=True)
    count.write_text("7")
    clock.write_text("2400000")
    (pi / "get_throttled").write_text("50000\n")  # it was once: that is over
    board = Thermometer(tmp_path)
    assert not board.read().throttled
    count.write_text("9")
    assert board.read().throttled
    assert not board.read().throttled
    clock.write_text("1500000")
    assert board.read().throttled
    clock.write_text("2400000")
    assert not board.read().throttled
    (pi / "get_throttled").write_text("50004\n")
    assert board.read().throttled
