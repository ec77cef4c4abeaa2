"""The lock files, read."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "locks"
NAMES = ("edge", "central", "dev")
RUN_TIME = ("edge", "central")
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+_-]+)(?:\s*;[^\\]*)?\s*(?:\\\s*)?$")
_HASH = re.compile(r"^\s+--hash=sha256:([0-9a-f]{64})\s*(?:\\\s*)?$")


class LockError(ValueError):
    """A line that pins nothing, or a package without a hash."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package at one version, and the sha256 of each file that may be it."""

    name: str
    version: str
    sha256: tuple[str, ...]


def read(text: str) -> list[Locked]:
    """Every package of a lock file. Raises LockError for anything that is not pinned with hashes."""
    found: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if pin := _PIN.match(line):
            found.append((pin[1].lower().replace("_", "-"), pin[2], []))
        elif (digest := _HASH.match(line)) and found:
            found[-1][2].append(digest[1])
        else:
            raise LockError(f"line {number}: {line.strip()!r} is neither NAME==VERSION nor a sha256")
    if bare := [name for name, _, hashes in found if not hashes]:
        raise LockError(f"without a sha256: {', '.join(bare)}")
    return [Locked(name, version, tuple(hashes)) for name, version, hashes in found]


def locked(name: str) -> list[Locked]:
    """The packages of `configs/locks/NAME.txt`. Raises LockError."""
    try:
        return read((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    except LockError as error:
        raise LockError(f"configs/locks/{name}.txt: {error}") from error
