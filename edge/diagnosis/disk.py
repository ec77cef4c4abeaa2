"""Whether the disk has room for what may be kept, is quick enough, and lasts for years."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Figure, Finding, Sign

LEAST_MB: Final = 100.0  # below, events themselves find no room soon
LEAST_ALL_MB: Final = 50.0  # of `storage.max_mb`
EVENT_KB: Final = 4.0
SLOW_MS, TOO_SLOW_MS = 150.0, 1000.0  # one commit
LEAST_YEARS: Final = 5.0
FEW_INODES: Final = 10_000
# Whole overwrites that such memory is sold for (typical of the cheap ones), and how much more is written
# inside it than is asked for by small synchronous writes.
OVERWRITES: Final = {"sd": 500, "emmc": 3000, "flash": 600}
AMPLIFIED: Final = {"sd": 8.0, "emmc": 4.0, "flash": 3.0}
WORN: Final = 9  # tenths of an eMMC's life
FLEETING = frozenset({"tmpfs", "ramfs", "zram"})
INSIDE = frozenset({"overlay", "aufs"})
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs"})

FINE = Sign("disk_fine", "fine", "there is room for all that may be kept, and commits are quick")
LASTS = Sign("disk_lasts", "fine", "the memory lasts")
UNUSABLE = Sign(
    "disk_unusable",
    "fault",
    "the node cannot start: nothing can be stored here",
    "Let the node's user write there (`chown NODE_USER {folder}`), mount it for writing, or correct "
    "`storage.directory`.",
)
FULL = Sign(
    "disk_full",
    "fault",
    "there is no room: events will wait in memory, and are lost with the power",
    "Make room on the file system of {folder}, or move `storage.directory` to a larger one.",
)
TIGHT = Sign(
    "disk_tight",
    "warning",
    "before the configured limits are reached the disk is full",
    "Make room for {missing_mb:.0f} MB more, or set `storage.max_mb: {max_mb:.0f}`: what is worth least goes "
    "first.",
)
INODES = Sign(
    "disk_inodes",
    "warning",
    "there is room and yet hardly a file can be made",
    "Remove small files from the file system of {folder} (`df -i`).",
)
SLOW = Sign(
    "disk_slow",
    "warning",
    "each commit waits for the disk; many events at once come late",
    "Use another card or disk (application class A1 or better, or an SSD); see what else writes (`iotop`).",
)
TOO_SLOW = Sign(
    "disk_too_slow",
    "fault",
    "a commit takes longer than a second: the disk is failing, or far too busy",
    "Replace the disk; look at the kernel's words (`dmesg`).",
)
FLEETS = Sign(
    "disk_fleeting",
    "fault",
    "what lies in memory is gone with the power, and with it what the centre has not confirmed",
    "Set `storage.directory` to a folder on a disk, in a container to a volume.",
)
IN_CONTAINER = Sign(
    "disk_in_container",
    "warning",
    "the storage folder goes with the container, and with it what the centre has not confirmed",
    "Mount a volume at {folder}.",
)
FAR = Sign(
    "disk_remote",
    "fault",
    "locks and commits cannot be believed on a network's file system",
    "Set `storage.directory` to a folder on a disk of this box.",
)
CARD = Sign(
    "disk_sd_card",
    "note",
    "an SD card wears out and ends without a word",
    "Use eMMC or an SSD for `storage.directory`; else a card of high endurance, and have a spare.",
)
WEARS = Sign(
    "disk_wears",
    "warning",
    "at this rate the memory is worn out in {years:.1f} years",
    "Set `storage.snapshot_every: 60s` and `journal.buffer: 15m`, or use a larger or more lasting disk.",
)
WORN_OUT = Sign(
    "disk_worn",
    "warning",
    "the eMMC itself says that it is nearly worn out",
    "Replace the board or move `storage.directory` to another disk, soon.",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Megabytes that the configuration allows, and what of them lies there already.

    all_mb: of everything together. leave_mb: stay free on the disk for others.
    """

    all_mb: float
    evidence_mb: float
    journal_mb: float
    kept_mb: float
    events: int
    leave_mb: float
    used_mb: float

    @property
    def most_mb(self) -> float:
        """All that may come to lie there."""
        waiting = self.events * EVENT_KB / 1000
        return min(self.all_mb, self.evidence_mb + self.journal_mb + self.kept_mb + waiting)


@dataclass(frozen=True, slots=True)
class Device:
    """What a folder is on. kind: sd, emmc, flash, rotational, virtual, memory, unknown. life: tenths used."""

    system: str
    name: str = ""
    kind: str = "unknown"
    size_gb: float | None = None
    life: int | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """Milliseconds of one small durable write, in the middle and at the worst; MB a second of large ones."""

    commit_ms: float
    worst_ms: float
    mb_s: float


def room(folder: str, free_mb: float, inodes: int | None, limits: Limits) -> Iterator[Finding]:
    """Free room against what may be kept."""
    figures: dict[str, Figure] = {
        "folder": folder,
        "free_mb": round(free_mb),
        "most_mb": round(limits.most_mb),
    }
    needed = limits.most_mb - limits.used_mb + limits.leave_mb
    seen = said(
        "{free} free; the configuration may keep {most}, {used} of it is there",
        free=_size(free_mb),
        most=_size(limits.most_mb),
        used=_size(limits.used_mb),
    )
    if free_mb < max(LEAST_MB, limits.leave_mb):
        yield FULL.at(folder, seen, **figures)
    elif free_mb < needed:
        missing = needed - free_mb
        yield TIGHT.at(
            folder, seen, missing_mb=missing, max_mb=max(LEAST_ALL_MB, limits.most_mb - missing), **figures
        )
    if inodes is not None and 0 <= inodes < FEW_INODES:
        yield INODES.at(
            folder, said("{inodes} more files can be made", inodes=inodes), inodes=inodes, **figures
        )


def writing(folder: str, found: Writing) -> Finding | None:
    """Whether commits are quick enough."""
    seen = told(found)
    figures = {
        "commit_ms": round(found.commit_ms, 2),
        "worst_ms": round(found.worst_ms, 2),
        "mb_s": round(found.mb_s, 1),
    }
    if found.commit_ms > TOO_SLOW_MS:
        return TOO_SLOW.at(folder, seen, **figures)
    return SLOW.at(folder, seen, **figures) if found.commit_ms > SLOW_MS else None


def told(found: Writing) -> str:
    """In words."""
    return said(
        "a commit takes {commit_ms:.1f} ms (worst {worst_ms:.0f}), {mb_s:.0f} MB/s",
        commit_ms=found.commit_ms,
        worst_ms=found.worst_ms,
        mb_s=found.mb_s,
    )


def device(folder: str, found: Device, gb_a_day: float, how: str) -> Iterator[Finding]:
    """What it lies on, and how long that lasts. how: where the rate comes from."""
    figures = {"folder": folder, "system": found.system, "device": found.name, "kind": found.kind}
    lies = said("lies on {system}", system=found.system)
    if found.system in REMOTE:
        yield FAR.at(folder, lies, **figures)
        return
    if found.system in FLEETING or found.kind == "memory":
        yield FLEETS.at(folder, lies, **figures)
        return
    if found.system in INSIDE:
        yield IN_CONTAINER.at(folder, lies, **figures)
    yield from _wear(folder, found, gb_a_day, how)


def _wear(folder: str, found: Device, gb_a_day: float, how: str) -> Iterator[Finding]:
    years = lasting(found, gb_a_day)
    size = f", {found.size_gb:.0f} GB" if found.size_gb else ""
    words = "{name} ({kind}{size}); {gb:.2f} GB a day are written ({how})"
    name = found.name or said("an unknown device")
    seen = said(words, name=name, kind=found.kind, size=size, gb=gb_a_day, how=how)
    figures = {"gb_a_day": round(gb_a_day, 3), "years": years, "device": found.name, "kind": found.kind}
    if found.kind == "sd":
        yield CARD.at(folder, seen, **figures)
    if found.life is not None and found.life >= WORN:
        used = said("{name}: {percent} % of its life is used", name=found.name, percent=found.life * 10)
        yield WORN_OUT.at(folder, used, life=found.life)
    if years is not None and years < LEAST_YEARS:
        yield WEARS.at(folder, seen, **figures)
    else:
        long = said("{seen}: {years:.0f} years and more", seen=seen, years=min(years or 0.0, 99))
        yield LASTS.at(folder, seen if years is None else long, **figures)


def lasting(found: Device, gb_a_day: float) -> float | None:
    """Years until it is worn out; None where that is not what ends it."""
    if found.kind not in OVERWRITES or not found.size_gb:
        return None
    day = max(1e-3, gb_a_day) * AMPLIFIED[found.kind]
    return round(found.size_gb * OVERWRITES[found.kind] / day / 365.25, 1)


def _size(mb: float) -> str:
    return f"{mb / 1000:.1f} GB" if mb >= 1000 else f"{mb:.0f} MB"
