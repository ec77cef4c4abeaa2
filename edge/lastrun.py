"""How the node's last run began and ended, beside its outbox: written twice in a life."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from broker.wholefile import write_whole

log = logging.getLogger(__name__)

NAME: Final = "lastrun.json"
MOST_WORDS: Final = 1000
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
# What is written to while a node runs, every 10 s at least; their age tells how long it lived.
SIGNS: Final = ("outbox.sqlite-wal", "outbox.sqlite")
End = Literal["stopped", "time", "ended", "fault", "restart"]


@dataclass(frozen=True, slots=True)
class LastRun:
    """began, ended: UTC seconds; ended None for one that runs, or never came to its end. why: of the end.

    boot: of the machine, so that a power cut is told from a kill.
    """

    began: float
    pid: int
    boot: str
    software: str
    ended: float | None = None
    why: End | None = None
    words: str | None = None


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
    """A run that goes on. why: what it will have ended for, unless a fault ends it."""

    why: End = "stopped"


@contextmanager
def kept(folder: Path, utc: Callable[[], float], software: str) -> Iterator[Going]:
    """Write down that a run begins, and then how it ended. A disk that does not take it costs this alone."""
    run, going = LastRun(utc(), os.getpid(), boot_of(), software), Going()
    _write(folder / NAME, run)
    try:
        yield going
    except BaseException as error:
        words = f"{type(error).__name__}: {error}"[:MOST_WORDS]
        _write(folder / NAME, replace(run, ended=utc(), why="fault", words=words))
        raise
    _write(folder / NAME, replace(run, ended=utc(), why=going.why))


def _write(path: Path, run: LastRun) -> None:
    try:
        write_whole(path, json.dumps(asdict(run)).encode())
    except OSError as error:
        log.warning("how this run goes cannot be kept for `gewu-edge status`: %s", error)


def left(folder: Path) -> Left | None:
    """How the last run ended; None where none is known. Reads only."""
    try:
        found = _read(json.loads((folder / NAME).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Left(found, _alive(folder), bool(found.boot) and found.boot != boot_of())


def _read(told: Mapping[str, Any]) -> LastRun:
    ended = told["ended"]
    return LastRun(
        float(told["began"]),
        int(told["pid"]),
        str(told["boot"]),
        str(told["software"]),
        None if ended is None else float(ended),
        told["why"],
        told["words"],
    )


def _alive(folder: Path) -> float | None:
    times = []
    for name in SIGNS:
        try:
            times.append((folder / name).stat().st_mtime)
        except OSError:
            continue
    return max(times, default=None)
