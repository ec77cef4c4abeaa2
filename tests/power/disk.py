"""A disk that forgets what was not synced: the least that POSIX promises, and any part of the rest.

A file's bytes are safe from its fsync on, a name from the fsync of its folder on. Everything else may have
reached the disk or not, each write and each name for itself: a real disk reorders as it likes. (Names made
in one folder reach it in their order, as every journalling file system has it.)
"""

import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.power.recording import Step


@dataclass
class _File:
    safe: bytearray = field(default_factory=bytearray)
    since: list[Step] = field(default_factory=list)


class Disk:
    """`apply` the steps up to the cut; then `lay` down what is there afterwards."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._folders: set[str] = set()
        self._since: list[Step] = []  # changes of names that no fsync of their folder has made safe
        self.said = b""

    def apply(self, steps: Iterable[Step]) -> "Disk":
        """Live through these steps."""
        for step in steps:
            if step.kind == "said":
                self.said += step.data
            elif step.kind in ("write", "cut"):
                self._files[step.number].since.append(step)
            elif step.kind == "sync":
                file = self._files[step.number]
                _write(file.safe, file.since)
                file.since.clear()
            elif step.kind == "sync_folder":
                self._sync_folder(step.path)
            else:
                if step.kind == "make":
                    self._files[step.number] = _File()
                self._since.append(step)
        return self

    def lay(self, folder: Path, chance: random.Random | None) -> None:
        """What is there. `chance` None: the process was killed, and all it did is there."""
        names, folders = dict(self._names), set(self._folders)
        _rename(names, folders, _some(self._since, chance))
        for name in sorted(folders):
            if _reachable(name, folders):
                (folder / name).mkdir()
        for name, number in names.items():
            if not _reachable(name, folders):
                continue
            file = self._files[number]
            content = bytearray(file.safe)
            kept = file.since if chance is None else [s for s in file.since if chance.random() < 0.5]
            _write(content, kept)
            (folder / name).write_bytes(content)

    def _sync_folder(self, folder: str) -> None:
        mine = [step for step in self._since if _folder_of(step) == folder]
        _rename(self._names, self._folders, mine)
        self._since = [step for step in self._since if _folder_of(step) != folder]


def cuts(
    steps: Sequence[Step], folder: Path, *, seeds: int, every: int, begin: str = ""
) -> Iterator[tuple[Path, str, str]]:
    """What a kill leaves and what `seeds` power cuts leave, step by step: folder, words said, where.

    Cut is after each step that is no write, and after every `every`-th write; before the program has said
    `begin`, ten times more seldom.
    """
    disk = Disk()
    for number, step in enumerate(steps):
        disk.apply([step])
        said = disk.said.decode()
        often = every if begin in said else 10 * every
        if number % often and (step.kind == "write" or begin not in said):
            continue
        for seed in (None, *range(seeds)):
            left = folder / f"{number}-{seed}"
            left.mkdir(parents=True)
            chance = None if seed is None else random.Random(seed * 100_003 + number)  # noqa: S311
            disk.lay(left, chance)
            yield left, said, f"cut after step {number} ({step.kind} {step.path}), seed {seed}"
            shutil.rmtree(left)


def _reachable(name: str, folders: set[str]) -> bool:
    """A name in a folder that is not there is not there."""
    return all(str(parent) in folders for parent in PurePosixPath(name).parents if str(parent) != ".")


def _some(steps: list[Step], chance: random.Random | None) -> list[Step]:
    """Of each folder's changes the first few."""
    if chance is None:
        return steps
    most = {folder: chance.random() for folder in sorted({_folder_of(step) for step in steps})}
    kept: list[Step] = []
    for folder, share in most.items():
        mine = [step for step in steps if _folder_of(step) == folder]
        kept += mine[: round(share * len(mine))]
    return [step for step in steps if step in kept]


def _folder_of(step: Step) -> str:
    parent = str(PurePosixPath(step.to or step.path).parent)
    return "" if parent == "." else parent


def _write(content: bytearray, steps: Iterable[Step]) -> None:
    for step in steps:
        end = step.at if step.kind == "cut" else max(len(content), step.at + len(step.data))
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        if step.kind == "cut":
            del content[end:]
        else:
            content[step.at : step.at + len(step.data)] = step.data


def _rename(names: dict[str, int], folders: set[str], steps: Iterable[Step]) -> None:
    for step in steps:
        if step.kind == "make":
            names[step.path] = step.number
        elif step.kind == "rename":
            names.pop(step.path, None)
            names[step.to] = step.number
        elif step.kind == "remove":
            names.pop(step.path, None)
        else:
            folders.add(step.path)
