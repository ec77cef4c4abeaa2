"""Runs a program and records every step that changes a folder, in order, with the bytes."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

CALLS = (
    "openat,creat,dup,dup2,close,lseek,write,pwrite64,writev,pwritev,ftruncate,truncate,fsync,fdatasync,rename,"
    "renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,fallocate"
)
LONGEST = 10_000_000
PATIENCE_S = 60.0
Kind = Literal["make", "write", "cut", "sync", "sync_folder", "rename", "remove", "folder", "said"]

_LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FD = re.compile(r"(-?\d+)(?:<(.*?)>)?")


@dataclass(frozen=True, slots=True)
class Step:
    """One change: of file `number` (a file keeps its number under every name), or of names below the folder.

    `said`: what the program wrote to its standard output, which no power cut takes back.
    """

    kind: Kind
    number: int = 0
    path: str = ""
    to: str = ""
    at: int = 0
    data: bytes = b""


def record(program: Sequence[str], folder: Path, log: Path) -> list[Step]:
    """Run to its end, which must be a good one. Skips the test where strace cannot."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian: apt-get install strace)")
    tracing = ["strace", "-f", "-qq", "-y", "-xx", "-s", str(LONGEST), "-e", f"trace={CALLS}", "-o", str(log)]
    done = subprocess.run(
        [*tracing, *program], check=False, capture_output=True, timeout=PATIENCE_S, env={**os.environ}
    )
    if b"ptrace" in done.stderr and done.returncode:
        pytest.skip("this machine lets nobody trace a process")
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return list(_Reading(folder.resolve()).steps(log))


class _Reading:
    """Follows descriptors and names through the trace."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder) + "/"
        self._open: dict[int, int] = {}  # descriptor -> file
        self._at: dict[int, int] = {}  # descriptor -> position
        self._end: dict[int, int] = {}  # file -> size
        self._append: set[int] = set()
        self._names: dict[str, int] = {}
        self._next = 1

    def steps(self, log: Path) -> Iterator[Step]:
        for name, words, result in _calls(log):
            yield from getattr(self, f"_{name}", _nothing)(words, result)

    def _inside(self, path: str) -> str | None:
        inside = path.startswith(self._folder) and not path.endswith("-shm")  # made anew at every opening
        return path[len(self._folder) :] if inside else None

    def _openat(self, words: str, result: int) -> Iterator[Step]:
        path = _strings(words)[0].decode()
        self._open.pop(result, None)
        if (name := self._inside(path)) is None or "O_DIRECTORY" in words:
            return
        if "O_CREAT" not in words and name not in self._names:
            return  # a folder, opened to be synced
        if name not in self._names:
            yield self._made(name)
        number = self._names[name]
        if "O_TRUNC" in words and self._end[number]:
            self._end[number] = 0
            yield Step("cut", number)
        self._open[result], self._at[result] = number, 0
        self._append.discard(result)
        if "O_APPEND" in words:
            self._append.add(result)

    def _made(self, name: str) -> Step:
        number, self._next = self._next, self._next + 1
        self._names[name], self._end[number] = number, 0
        return Step("make", number, name)

    def _close(self, words: str, _result: int) -> Iterator[Step]:
        self._open.pop(_descriptor(words)[0], None)
        return iter(())

    def _lseek(self, words: str, result: int) -> Iterator[Step]:
        self._at[_descriptor(words)[0]] = result
        return iter(())

    def _write(self, words: str, result: int) -> Iterator[Step]:
        descriptor, data = _descriptor(words)[0], b"".join(_strings(words))[:result]
        if descriptor == 1:
            yield Step("said", data=data)
        elif (number := self._open.get(descriptor)) is not None:
            at = self._end[number] if descriptor in self._append else self._at[descriptor]
            self._at[descriptor] = at + len(data)
            yield self._wrote(number, at, data)

    _writev = _write

    def _pwrite64(self, words: str, result: int) -> Iterator[Step]:
        number = self._open.get(_descriptor(words)[0])
        if number is not None:
            yield self._wrote(number, int(words.rpartition(",")[2]), b"".join(_strings(words))[:result])

    _pwritev = _pwrite64

    def _wrote(self, number: int, at: int, data: bytes) -> Step:
        self._end[number] = max(self._end[number], at + len(data))
        return Step("write", number, at=at, data=data)

    def _ftruncate(self, words: str, _result: int) -> Iterator[Step]:
        number, size = self._open.get(_descriptor(words)[0]), int(words.rpartition(",")[2])
        if number is not None:
            self._end[number] = size
            yield Step("cut", number, at=size)

    def _fsync(self, words: str, _result: int) -> Iterator[Step]:
        descriptor, path = _descriptor(words)
        if descriptor in self._open:
            yield Step("sync", self._open[descriptor])
        elif path + "/" == self._folder or self._inside(path) is not None:
            yield Step("sync_folder", path=self._inside(path) or "")

    _fdatasync = _fsync

    def _rename(self, words: str, _result: int) -> Iterator[Step]:
        old, new = (self._inside(text.decode()) for text in _strings(words)[:2])
        assert old is not None, "a file came from elsewhere"
        assert new is not None, "a file went elsewhere"
        self._names[new] = self._names.pop(old)
        yield Step("rename", self._names[new], old, new)

    _renameat = _renameat2 = _rename

    def _unlink(self, words: str, _result: int) -> Iterator[Step]:
        name = self._inside(_strings(words)[0].decode())
        if name is not None and name in self._names:
            yield Step("remove", self._names.pop(name), name)

    _unlinkat = _unlink

    def _mkdir(self, words: str, _result: int) -> Iterator[Step]:
        if (name := self._inside(_strings(words)[0].decode())) is not None:
            yield Step("folder", path=name)

    _mkdirat = _mkdir


def _nothing(_words: str, _result: int) -> Iterator[Step]:
    return iter(())


def _calls(log: Path) -> Iterator[tuple[str, str, int]]:
    """Name, arguments and result of every call that went well, in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        match = _LINE.fullmatch(line)
        assert match is not None, line[:200]
        thread, text = match[1], match[2]
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>")
            continue
        if text.startswith("<..."):
            text = begun.pop(thread) + text.partition("resumed>")[2]
        call = _CALL.match(text)
        if call is not None and call[3] != "?" and int(call[3]) >= 0:
            yield call[1], call[2], int(call[3])


def _strings(words: str) -> list[bytes]:
    return [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(words)]


def _descriptor(words: str) -> tuple[int, str]:
    match = _FD.match(words)
    assert match is not None, words[:80]
    return int(match[1]), bytes.fromhex((match[2] or "").replace("\\x", "")).decode()
