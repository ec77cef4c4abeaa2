"""What /sys and /proc tell, laid out in a folder: heat, memory, disks, limits, control groups."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge.diagnosis.sign import Finding
from edge.examining import box as kernel
from edge.examining.case import Case, opened
from edge.examining.processes import Processes
from tests.examined import at, box, codes, findings

MEMINFO = "MemTotal:        1015808 kB\nMemAvailable:     {kb} kB\n"


def laid(root: Path, files: dict[str, str]) -> Path:
    """A file system of such files."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A healthy configuration on a box that tells what a test lays out."""
    (tmp_path / "box").mkdir()
    return replace(opened(box(tmp_path), 1.0), root=tmp_path / "box")


def heat(case: Case, **files: str) -> list[Finding]:
    zone = "sys/class/thermal/thermal_zone0"
    usual = {"type": "cpu-thermal", "trip_point_0_type": "passive", "trip_point_0_temp": "85000"}
    laid(case.root, {f"{zone}/{name}": text for name, text in (usual | files).items()})
    return findings(case, "heat")


@pytest.mark.parametrize(
    ("thousandths", "code"),
    [("45000", "heat_fine"), ("82000", "heat_warm"), ("93000", "heat_hot"), ("0", "heat_untold")],
)
def test_how_hot_it_is(case: Case, thousandths: str, code: str) -> None:
    found = heat(case, temp=thousandths)
    assert codes(found) == {code}
    assert "°C" in at(found, code).seen or code == "heat_untold"


def test_a_sensor_tells_its_own_limits(case: Case) -> None:
    found = heat(
        case,
        temp="93000",
        trip_point_0_temp="105000",
        trip_point_1_type="critical",
        trip_point_1_temp="110000",
    )
    assert codes(found) == {"heat_fine"}


def test_a_weak_power_supply_and_a_slow_processor_are_told(case: Case) -> None:
    laid(case.root, {"sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n"})
    found = heat(case, temp="45000")
    assert codes(found) == {"heat_throttled", "heat_under_voltage"}
    assert "power supply" in at(found, "heat_under_voltage").cure
    laid(case.root, {"sys/devices/platform/soc/soc:firmware/get_throttled": "0x50000\n"})
    assert codes(findings(case, "heat")) == {"heat_fine", "heat_was_throttled"}


def test_a_cooling_step_is_told(case: Case) -> None:
    cooling = "sys/class/thermal/cooling_device0"
    laid(
        case.root, {f"{cooling}/type": "Processor", f"{cooling}/cur_state": "3", f"{cooling}/max_state": "10"}
    )
    assert "step 3 of 10" in at(heat(case, temp="45000"), "heat_throttled").seen


def test_memory_that_is_short_and_a_group_that_is_capped(case: Case) -> None:
    laid(case.root, {"proc/meminfo": MEMINFO.format(kb=60_000), "proc/self/cgroup": "0::/unit\n"})
    assert codes(findings(case, "memory")) == {"memory_short"}
    laid(
        case.root, {"proc/meminfo": MEMINFO.format(kb=900_000), "sys/fs/cgroup/unit/memory.max": "100000000"}
    )
    found = findings(case, "memory")
    assert codes(found) == {"memory_limit"}
    assert "--memory" in at(found, "memory_limit").cure
    laid(case.root, {"sys/fs/cgroup/unit/memory.max": "max"})
    assert codes(findings(case, "memory")) == {"memory_fine"}


def test_swap_on_a_card(case: Case) -> None:
    swaps = "Filename Type Size Used Priority\n/dev/mmcblk0p2 partition 102396 0 -2\n"
    laid(case.root, {"proc/meminfo": MEMINFO.format(kb=900_000), "proc/swaps": swaps})
    assert "swapoff" in at(findings(case, "memory"), "memory_swap_on_card").cure


def test_too_few_open_files_and_tasks(case: Case) -> None:
    limits = "Limit                     Soft Limit           Hard Limit           Units     \n"
    limits += "Max open files            100                  100                  files     \n"
    laid(case.root, {"proc/self/limits": limits})
    found = findings(case, "limits")
    assert codes(found) == {"limits_files"}
    assert "LimitNOFILE=4096" in at(found, "limits_files").cure
    laid(
        case.root,
        {"proc/self/limits": limits.replace("100  ", "65536"), "proc/self/cgroup": "4:pids:/unit\n"},
    )
    assert codes(findings(case, "limits")) == {"limits_fine"}
    laid(case.root, {"sys/fs/cgroup/pids/unit/pids.max": "20"})
    assert codes(findings(case, "limits")) == {"limits_threads"}


def test_cores_as_a_container_may_use_them(tmp_path: Path) -> None:
    laid(tmp_path, {"proc/self/cgroup": "0::/unit\n", "sys/fs/cgroup/unit/cpu.max": "50000 100000"})
    assert kernel.cores(tmp_path) == 0.5
    laid(tmp_path, {"sys/fs/cgroup/unit/cpu.max": "max 100000"})
    assert kernel.cores(tmp_path) >= 1


def disk(root: Path, folder: Path, name: str, system: str = "ext4", **files: str) -> kernel.Device:
    """What the kernel would tell of the disk of a folder."""
    at_ = folder.stat().st_dev
    where = f"{at_ >> 8 & 0xFFF}:{at_ & 0xFF}"
    laid(root, {f"sys/block/{name}/{file}": text for file, text in files.items()})
    (root / "sys/dev/block").mkdir(parents=True, exist_ok=True)
    (root / "sys/dev/block" / where).symlink_to(root / "sys/block" / name)
    line = f"27 1 {where} / / rw,relatime - {system} /dev/{name} rw\n"
    laid(root, {"proc/self/mountinfo": line})
    return kernel.device(root, folder)


def test_cards_chips_and_disks_are_told_apart(tmp_path: Path) -> None:
    card = {"device/type": "SD\n", "size": "62333952\n", "queue/rotational": "0\n"}
    found = disk(tmp_path / "a", tmp_path, "mmcblk0", **card)
    assert (found.kind, round(found.size_gb or 0), found.system) == ("sd", 32, "ext4")
    worn = {"device/type": "MMC\n", "device/life_time": "0x02 0x0a\n", "size": "62333952\n"}
    found = disk(tmp_path / "b", tmp_path, "mmcblk1", **worn)
    assert (found.kind, found.life) == ("emmc", 10)
    assert (
        disk(tmp_path / "c", tmp_path, "sda", **{"queue/rotational": "1", "size": "1"}).kind == "rotational"
    )
    assert disk(tmp_path / "d", tmp_path, "nvme0n1", **{"queue/rotational": "0", "size": "1"}).kind == "flash"
    assert disk(tmp_path / "e", tmp_path, "zram0", size="1").kind == "memory"


def test_a_partition_lies_on_its_disk(tmp_path: Path) -> None:
    files = {"size": "62333952", "device/type": "SD", "mmcblk0p2/partition": "2", "mmcblk0p2/size": "9"}
    disk(tmp_path / "box", tmp_path, "mmcblk0", **files)
    (link,) = (tmp_path / "box/sys/dev/block").iterdir()
    link.unlink()
    link.symlink_to(tmp_path / "box/sys/block/mmcblk0/mmcblk0p2")
    assert kernel.device(tmp_path / "box", tmp_path).name == "mmcblk0"


def test_a_worn_card_is_told_with_its_cure(case: Case, tmp_path: Path) -> None:
    disk(case.root, tmp_path, "mmcblk0", **{"device/type": "SD", "size": "15625000"})
    found = findings(case, "disk", seconds=1.0)
    assert "eMMC or an SSD" in at(found, "disk_sd_card").cure


def test_sockets_as_the_kernel_writes_them(tmp_path: Path) -> None:
    head = (
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    )
    line = (
        "   0: 0100007F:9C40 0100007F:075B 01 00000000:00000000 00:00000000 00000000     0        0 4711 1\n"
    )
    laid(tmp_path, {"proc/7/net/tcp": head + line})
    (tmp_path / "proc/7/fd").mkdir()
    (tmp_path / "proc/7/fd/3").symlink_to("socket:[4711]")
    there = Processes(tmp_path)
    assert there.connected(7, ["127.0.0.1"], 1883)
    assert not there.connected(7, ["127.0.0.1"], 1884)
    assert not there.connected(7, ["192.0.2.1"], 1883)
    assert there.connected(8, ["127.0.0.1"], 1883) is None
