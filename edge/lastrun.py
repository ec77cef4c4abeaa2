"""How the node's last run began and ended, beside its outbox: written twice in a life.

By `kept` around it; by the watchdog (`hung`) where it has to end the process.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from broker.fields import rfc3339, utc
from broker.wholefile import write_whole

log = logging.getLogger(__name__)

NAME: Final = "lastrun.json"
MOST_WORDS: Final = 1000
TOLD_S: Final = 86_400.0  # for so long a node tells in its health that the one before hung
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
# What is written to while a node runs, every 10 s at least; their age tells how long it lived.
SIGNS: Final = ("outbox.sqlite-wal", "outbox.sqlite")
End = Literal["stopped", "time", "ended", "fault", "hung", "restart"]


@dataclass(frozen=True, slots=True)
class LastRun:
    """began, ended: UTC seconds; ended None for one that runs, or never came to its end. why: of the end.

    boot: of the machine, so that a power cut is told from a kill. before: how one before this one hung, as
    long as none has ended in order since.
    """

    began: float
    pid: int
    boot: str
    software: str
    ended: float | None = None
    why: End | None = None
    words: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What is known of a node that does not run. alive: the last sign of life, UTC seconds."""

    run: LastRun
    alive: float | None
    rebooted: bool


def boot_of(file: Path = BOOT) -> str:
    """A name for this boot of the machine; empty where there is none."""
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""


@dataclass(slots=True)
class Going:
    """A run that goes on. before: as of `LastRun`. why: what it ends for, unless a fault ends it."""

    before: str | None = None
    why: End = "stopped"


@contextmanager
def kept(folder: Path, now: Callable[[], float], software: str) -> Iterator[Going]:
    """Write down that a run begins, and then how it ended. A disk that does not take it costs this alone."""
    before = _hung_before(folder)
    run, going = LastRun(now(), os.getpid(), boot_of(), software, before=before), Going(before)
    _write(folder / NAME, run)
    try:
        yield going
    except BaseException as error:
        words = f"{type(error).__name__}: {error}"[:MOST_WORDS]
        _write(folder / NAME, replace(run, ended=now(), why="fault", words=words))
        raise
    _write(folder / NAME, replace(run, ended=now(), why=going.why, before=None))


def hung(folder: Path, at: float, words: str) -> None:
    """This run ends itself, for something in it hangs. at: UTC seconds."""
    run = _found(folder) or LastRun(at, os.getpid(), boot_of(), "")
    _write(folder / NAME, replace(run, ended=at, why="hung", words=words[:MOST_WORDS]))


def _hung_before(folder: Path) -> str | None:
    """What the next run tells of the one that is over, or has been telling."""
    run = _found(folder)
    if run is None or run.why != "hung" or run.ended is None:
        return None if run is None else run.before
    told = f"the node ended itself at {rfc3339(utc(run.ended))} and was begun again: {run.words}"
    log.warning("%s", told)
    return told


def _write(path: Path, run: LastRun) -> None:
    try:
        write_whole(path, json.dumps(asdict(run)).encode())
    except OSError as error:
        log.warning("how this run goes cannot be kept for `gewu-edge status`: %s", error)


def left(folder: Path) -> Left | None:
    """How the last run ended; None where none is known. Reads only."""
    if (found := _found(folder)) is None:
        return None
    return Left(found, _alive(folder), bool(found.boot) and found.boot != boot_of())


def _found(folder: Path) -> LastRun | None:
    try:
        return _read(json.loads((folder / NAME).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None


def _read(told: Mapping[str, Any]) -> LastRun:
    ended = told["ended"]
    for moment in (told["began"], ended or 0.0):
        utc(float(moment))  # or it is no time at all
    return LastRun(
        float(told["began"]),
        int(told["pid"]),
        str(told["boot"]),
        str(told["software"]),
        None if ended is None else float(ended),
        told["why"],
        told["words"],
        told.get("before"),
    )


def _alive(folder: Path) -> float | None:
    times = []
    for name in SIGNS:
        try:
            times.append((folder / name).stat().st_mtime)
        except OSError:
            continue
    return max(times, default=None)
