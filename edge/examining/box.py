"""What the kernel tells of this box: cores, memory, control groups, disks. root: where /proc and /sys lie."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from edge.diagnosis.disk import Device
from edge.diagnosis.memory import Memory

UNLIMITED = 1 << 50  # what older kernels write for no limit
MB = 1e6


def text(file: Path) -> str:
    """A small file's content; empty where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def number(file: Path) -> float | None:
    """A number in a file."""
    with suppress(ValueError):
        return float(text(file))
    return None


def cores(root: Path) -> float:
    """Cores that this process may use, as affinity and control group allow."""
    own = float(len(os.sched_getaffinity(0)))
    for folder in _groups(root, "cpu"):
        quota, _, period = text(folder / "cpu.max").partition(" ")
        with suppress(ValueError, ZeroDivisionError):
            own = min(own, int(quota) / int(period or 100_000))
        old, every = number(folder / "cpu.cfs_quota_us"), number(folder / "cpu.cfs_period_us")
        if old is not None and every and old > 0:
            own = min(own, old / every)
    return own


def memory(root: Path, node_mb: float | None) -> Memory:
    """What there is, what is free, and what this process's group may have."""
    told = dict(line.split(":", 1) for line in text(root / "proc/meminfo").splitlines() if ":" in line)

    def mb(name: str) -> float:
        return int(told.get(name, "0 kB").split()[0]) * 1024 / MB

    return Memory(mb("MemTotal"), mb("MemAvailable"), _memory_limit(root), node_mb, tuple(_card_swap(root)))


def _memory_limit(root: Path) -> float | None:
    found = []
    for folder in _groups(root, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            limit = number(folder / name)
            if limit is not None and limit < UNLIMITED:
                found.append(limit / MB)
    return min(found, default=None)


def tasks_limit(root: Path) -> int | None:
    """How many tasks this process's group may have."""
    found = [number(folder / "pids.max") for folder in _groups(root, "pids")]
    return min((int(one) for one in found if one is not None), default=None)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The control groups of this process, outwards, of either version."""
    top = root / "sys/fs/cgroup"
    for line in text(root / "proc/self/cgroup").splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if names and controller not in names.split(","):
            continue
        for base in (top, top / "unified") if not names else (top / controller,):
            at = base / path.lstrip("/")
            while at != base and base in at.parents:
                yield at
                at = at.parent
            yield base


def _card_swap(root: Path) -> Iterator[str]:
    for line in text(root / "proc/swaps").splitlines()[1:]:
        name = line.split()[0] if line.split() else ""
        if "/mmcblk" in name:
            yield name


def device(root: Path, folder: Path) -> Device:
    """What a folder lies on, as far as /sys and /proc tell."""
    try:
        at = folder.stat().st_dev
    except OSError:
        return Device("unknown")
    where = f"{os.major(at)}:{os.minor(at)}"
    system = _system(root, where, folder)
    block = root / "sys/dev/block" / where
    if not block.exists():
        return Device(system)
    disk = _whole(block.resolve())
    size = number(disk / "size")
    gb = None if size is None else size * 512 / 1e9
    return Device(system, disk.name, _kind(disk), gb, _life(disk))


def _system(root: Path, where: str, folder: Path) -> str:
    """The file system's name: by its device, else by the longest mount point above the folder."""
    best, found = -1, "unknown"
    here = str(folder.resolve())
    for line in text(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        part = before.split()
        if len(part) < 5 or not after:
            continue
        under = here == part[4] or here.startswith(part[4].rstrip("/") + "/")
        if under and part[2] == where and len(part[4]) > best:
            best, found = len(part[4]), after.split()[0]
    return found


def _whole(block: Path) -> Path:
    """The disk that a partition, or what is mapped onto one, lies on."""
    for _ in range(6):
        below = sorted((block / "slaves").iterdir()) if (block / "slaves").is_dir() else []
        if below:
            block = below[0].resolve()
        elif (block / "partition").exists():
            block = block.parent
        else:
            break
    return block


def _kind(disk: Path) -> str:
    name = disk.name
    if name.startswith("zram") or name.startswith("ram"):
        return "memory"
    if name.startswith(("vd", "xvd")):
        return "virtual"
    if name.startswith("mmcblk"):
        return "sd" if text(disk / "device/type").upper() == "SD" else "emmc"
    if text(disk / "queue/rotational") == "1":
        return "rotational"
    if name.startswith("nvme") or (name.startswith("sd") and text(disk / "queue/rotational") == "0"):
        return "flash"
    return "unknown"


def _life(disk: Path) -> int | None:
    """Tenths of an eMMC's life that are used up: the worse of its two kinds of cells (JEDEC EXT_CSD)."""
    told = text(disk / "device/life_time").split()
    with suppress(ValueError):
        return max((int(one, 16) for one in told), default=None)
    return None
