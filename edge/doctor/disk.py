"""The storage folder: room against the limits, how long a commit takes, and how long its memory lasts."""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from broker.saying import said
from edge.configured import EdgeSettings
from edge.diagnosis import disk as told
from edge.diagnosis.disk import Limits, Writing
from edge.diagnosis.sign import Finding
from edge.diagnosis.writes import Writer, gb_a_day
from edge.examining.box import device
from edge.examining.case import Case

TITLE = "disk"
BOX, ALONE = False, True
COMMIT, LARGE = 8192, 4 << 20  # bytes: of one small durable write, and of a large one
LEAST_AGE_S = 600.0  # of a running node, to go by what it has written


def limit_s(case: Case) -> float:
    """A failing disk takes its time."""
    return 30.0 + 2 * case.seconds


def examine(case: Case) -> Iterable[Finding]:
    """Everything about the storage folder."""
    settings = case.settings
    folder = settings.storage.directory
    there = _there(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=there) as work:
            free = shutil.disk_usage(there).free / 1e6
            yield from _examined(case, folder, there, Path(work), free)
    except OSError as error:
        yield from _not_written(settings, folder, there, error)


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that exists: the node makes the rest."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _examined(case: Case, folder: Path, there: Path, work: Path, free: float) -> Iterator[Finding]:
    settings = case.settings
    limits = _limits(settings, folder)
    found = [*told.room(str(folder), free, os.statvfs(there).f_favail or None, limits)]
    speed = _writing(work / "try", min(2.0, case.seconds / 2), large=free > told.LEAST_MB)
    slow = told.writing(str(folder), speed)
    found += [slow] if slow is not None else []
    if not any(finding.state in ("warning", "fault") for finding in found):
        words = "{free:.1f} GB free of at most {most:.1f} GB needed; {speed}"
        seen = said(words, free=free / 1000, most=limits.most_mb / 1000, speed=told.told(speed))
        yield told.FINE.at(str(folder), seen, commit_ms=round(speed.commit_ms, 2), free_mb=round(free))
    yield from found
    rate, how = _rate(case)
    yield from told.device(str(folder), device(case.root, there), rate, how)


def _not_written(settings: EdgeSettings, folder: Path, there: Path, error: OSError) -> Iterator[Finding]:
    """Why nothing could be written: no room, or no right."""
    free = shutil.disk_usage(there).free / 1e6
    full = [
        one for one in told.room(str(folder), free, None, _limits(settings, folder)) if one.state == "fault"
    ]
    yield from full or [
        told.UNUSABLE.at(str(folder), f"{there}: {error.strerror or error}", folder=str(folder))
    ]


def _limits(settings: EdgeSettings, folder: Path) -> Limits:
    storage, journal = settings.storage, settings.journal
    return Limits(
        storage.max_mb,
        storage.max_evidence_mb,
        journal.max_mb,
        storage.max_kept_mb,
        storage.max_events,
        storage.leave_mb,
        _used_mb(folder),
    )


def _used_mb(folder: Path) -> float:
    used = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                used += (Path(root) / name).stat().st_size
            except OSError:
                continue  # it went meanwhile
    return used / 1e6


def _writing(file: Path, seconds: float, *, large: bool) -> Writing:
    """Small durable writes as commits are, for so long, and one large one."""
    took: list[float] = []
    until = time.monotonic() + seconds
    with file.open("wb", buffering=0) as out:
        while len(took) < 3 or (time.monotonic() < until and len(took) < 200):
            began = time.perf_counter()
            out.write(os.urandom(COMMIT))
            os.fsync(out.fileno())
            took.append((time.perf_counter() - began) * 1000)
        out.seek(0)
        size = LARGE if large else COMMIT
        began = time.perf_counter()
        out.write(os.urandom(size))
        os.fsync(out.fileno())
        mb_s = size / 1e6 / (time.perf_counter() - began)
    return Writing(statistics.median(took), max(took), mb_s)


def _rate(case: Case) -> tuple[float, str]:
    """GB a day: what the running node has written, else what a node with this configuration will."""
    if case.node is not None:
        age, written = case.processes.age_s(case.node), case.processes.written(case.node)
        if written is not None and age is not None and age >= LEAST_AGE_S:
            return written / 1e9 / age * 86_400, said("measured at the running node")
    settings = case.settings
    writer = Writer(
        sources=len(settings.watched) + len(settings.flights),
        devices=len(settings.devices.items),
        snapshot_every=settings.storage.snapshot_every,
        buffer=settings.journal.buffer,
    )
    return gb_a_day(writer), said("reckoned")
