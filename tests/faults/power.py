"""What a disk may hold after a power cut, at every step of a process that was watched with strace.

Durable is only what was synced: bytes by a sync of their file, names by a sync of their folder. Of all else
a cut leaves nothing, everything, or any part of it, torn at sectors. What the process said to anybody is
in the record too, so that each word can be held against what a cut at that moment would have left.
"""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

CALLS = (
    "pwrite64,write,writev,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,"
    "sendto,sendmsg"
)
SECTOR = 512
IGNORED = "-shm"  # memory that processes share; SQLite makes it anew
_LINE = re.compile(rb"^(\d+) +(.*)$")
_CALL = re.compile(rb"^(\w+)\((.*)$", re.DOTALL)
_FD = re.compile(rb"^(\d+)<((?:\\x[0-9a-f]{2})*)>(.*)$", re.DOTALL)
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_HEAD = re.compile(rb"([\x00-\xff])([\x80-\xff]{0,3}[\x00-\x7f])")  # of an MQTT packet: type, length
Act = Literal["write", "truncate", "sync", "rename", "unlink", "folder", "said"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the process did to its disk, or said."""

    act: Act
    path: str = ""
    data: bytes = b""
    at: int = 0  # offset, or size; -1: at the end
    to: str = ""


def watched(command: Sequence[str], record: Path) -> list[str]:
    """The command under strace. The test is skipped where that is not allowed."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: apt-get install strace)")
    options = [strace, "-f", "-y", "--seccomp-bpf", "-xx", "-s", "4000000", "-e", f"trace={CALLS}"]
    if subprocess.run([*options, "-o", os.devnull, "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace is not allowed to trace here")
    return [*options, "-o", str(record), *command]


def steps(record: Path, folder: Path) -> list[Step]:
    """What was done in the folder, and said, in order. A sync counts when it has returned."""
    return list(_steps(record.read_bytes().splitlines(), str(folder.resolve())))


def _steps(lines: Iterable[bytes], folder: str) -> Iterator[Step]:
    waiting: dict[bytes, bytes] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        pid, rest = match.groups()
        if rest.startswith(b"<..."):
            begun = waiting.pop(pid, b"")
            if begun.startswith((b"fsync", b"fdatasync")) and rest.endswith(b"= 0"):
                yield from _step(begun, folder)
            continue
        if rest.endswith(b"<unfinished ...>"):
            waiting[pid] = rest
            if rest.startswith((b"fsync", b"fdatasync")):
                continue
        elif re.search(rb"= -1 E", rest[-80:]):
            continue
        yield from _step(rest, folder)


def _step(call: bytes, folder: str) -> Iterator[Step]:
    match = _CALL.match(call)
    if match is None:
        return
    name, rest = match.group(1).decode(), match.group(2)
    if name.startswith(("rename", "unlink", "mkdir")):
        yield from _names(name, [_plain(text).decode() for text in _TEXT.findall(rest)], folder)
        return
    target = _FD.match(rest)
    if target is None:
        return
    path, words = _plain(target.group(2)).decode(errors="replace"), target.group(3)
    if path.startswith(("socket:", "TCP")):
        yield Step("said", path, b"".join(_plain(text) for text in _TEXT.findall(words)))
    elif path.startswith(folder) and not path.endswith(IGNORED):
        yield from _on_file(name, path, words, folder)


def _on_file(name: str, path: str, words: bytes, folder: str) -> Iterator[Step]:
    numbers = re.findall(rb"(?<![\\x\w])(\d+)(?=[,) ]|$)", words.rpartition(b'"')[2])
    if name == "pwrite64":
        yield Step("write", path, _text(words), int(numbers[1]))
    elif name in ("write", "writev"):
        yield Step("write", path, _text(words), -1)
    elif name == "ftruncate":
        yield Step("truncate", path, at=int(numbers[0]))
    elif name in ("fsync", "fdatasync"):
        yield Step("sync", path)


def _names(name: str, paths: list[str], folder: str) -> Iterator[Step]:
    if not paths or not paths[0].startswith(folder) or paths[0].endswith(IGNORED):
        return
    if name.startswith("rename"):
        yield Step("rename", paths[0], to=paths[-1])
    elif name.startswith("mkdir"):
        if paths[0] != folder:
            yield Step("folder", paths[0])
    else:
        yield Step("unlink", paths[0])


def _text(words: bytes) -> bytes:
    return b"".join(_plain(text) for text in _TEXT.findall(words))


def _plain(escaped: bytes) -> bytes:
    return bytes.fromhex(escaped.replace(b"\\x", b"").decode())


@dataclass
class _File:
    durable: bytes = b""
    pending: list[Step] = field(default_factory=list)

    def synced(self) -> None:
        self.durable = applied(self.durable, self.pending)
        self.pending = []


@dataclass
class Disk:
    """The files below a folder, as steps are done to them."""

    names: dict[str, _File] = field(default_factory=dict)  # as the process sees them
    kept: dict[str, _File] = field(default_factory=dict)  # as they would be found
    changes: list[tuple[str, _File | None]] = field(default_factory=list)  # of names, not synced yet
    loose: set[str] = field(default_factory=set)  # folders made whose own names are not synced yet

    def do(self, step: Step) -> None:
        """One step more."""
        if step.act in ("write", "truncate"):
            self._file(step.path).pending.append(step)
        elif step.act == "sync":
            if step.path in self.names:
                self.names[step.path].synced()
            else:
                self._folder_synced(step.path)
        elif step.act == "folder":
            self.loose.add(step.path)
        elif step.act == "rename":
            moved = self.names.pop(step.path, None)
            if moved is not None:
                self._named(step.path, None)
                self._named(step.to, moved)
        elif step.act == "unlink" and self.names.pop(step.path, None) is not None:
            self._named(step.path, None)

    def _file(self, path: str) -> _File:
        if path not in self.names:
            self._named(path, _File())
        return self.names[path]

    def _named(self, path: str, file: _File | None) -> None:
        if file is not None:
            self.names[path] = file
        self.changes.append((path, file))

    def _folder_synced(self, folder: str) -> None:
        here = [change for change in self.changes if str(Path(change[0]).parent) == folder]
        self.changes = [change for change in self.changes if change not in here]
        _rename(self.kept, here)
        self.loose = {made for made in self.loose if str(Path(made).parent) != folder}

    def least(self) -> dict[str, bytes]:
        """Nothing survives but what was synced."""
        return {path: file.durable for path, file in self.kept.items() if not _within(path, self.loose)}

    def most(self) -> dict[str, bytes]:
        """Everything survives, as after kill -9."""
        return {path: applied(file.durable, file.pending) for path, file in self.names.items()}

    def some(self, chance: random.Random) -> dict[str, bytes]:
        """Any part survives: names in order, bytes in any, each write whole, torn or not at all."""
        names = dict(self.kept)
        _rename(names, self.changes[: chance.randint(0, len(self.changes))])
        gone = {folder for folder in sorted(self.loose) if chance.random() < 0.5}
        return {
            path: applied(file.durable, list(_torn(file.pending, chance)))
            for path, file in names.items()
            if not _within(path, gone)
        }


def _rename(names: dict[str, _File], changes: Iterable[tuple[str, _File | None]]) -> None:
    for path, file in changes:
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _within(path: str, folders: Collection[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _torn(pending: Iterable[Step], chance: random.Random) -> Iterator[Step]:
    for step in pending:
        fate = chance.random()
        if fate < 0.4:
            yield step
        elif fate < 0.7 and step.act == "write" and step.at >= 0:
            whole = len(step.data) // SECTOR
            yield Step("write", step.path, step.data[: SECTOR * chance.randint(0, whole)], step.at)


def applied(content: bytes, done: Iterable[Step]) -> bytes:
    """A file's bytes after these writes and truncations."""
    result = bytearray(content)
    for step in done:
        if step.act == "truncate":
            del result[step.at :]
            result.extend(b"\0" * (step.at - len(result)))
        elif step.data:
            at = len(result) if step.at < 0 else step.at
            result.extend(b"\0" * (at - len(result)))
            result[at : at + len(step.data)] = step.data
    return bytes(result)


def laid_out(image: Mapping[str, bytes], root: Path, folder: Path) -> None:
    """Write what a cut left of `root` into an empty folder."""
    for path, content in image.items():
        target = folder / Path(path).relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def packets(said: bytes) -> Iterator[tuple[int, bytes]]:
    """MQTT packets in what went over one connection: type and body. One that is cut off is left out."""
    match = _HEAD.match(said)
    while match is not None:
        length = sum((byte & 0x7F) << (7 * n) for n, byte in enumerate(match[2]))
        body = said[match.end() : match.end() + length]
        if len(body) == length:
            yield match[1][0] >> 4, body
        match = _HEAD.match(said, match.end() + length)
