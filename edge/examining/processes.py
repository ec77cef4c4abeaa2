"""What the kernel tells of the processes of this box. Nothing here touches them."""

import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from edge.diagnosis.node import Holder

LISTENS, STANDS = "0A", "01"  # states of a connection in /proc/net/tcp


class Processes:
    """Reads /proc under `root`. What may not be seen is told as None."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._proc = root / "proc"

    def holder(self, lock: Path, config: Path) -> Holder | None:
        """Who has a lock; nobody's work is touched by asking."""
        try:
            at = lock.stat()
        except OSError:
            return None
        for pid in self._locking(at.st_ino):
            if self._has_open(pid, lock):
                return Holder(pid, self.words(pid), self._runs(pid, config), self.age_s(pid))
        return None if _free(lock) else Holder(0, "", None)

    def _locking(self, inode: int) -> Iterator[int]:
        for line in _text(self._proc / "locks").splitlines():
            part = line.split()
            if "->" not in part and len(part) > 5 and part[1] == "FLOCK" and part[5].endswith(f":{inode}"):
                yield int(part[4])

    def _has_open(self, pid: int, file: Path) -> bool:
        return any(_same(found, file) for found in _listed(self._proc / str(pid) / "fd"))

    def words(self, pid: int) -> str:
        """Its command line."""
        return " ".join(self._arguments(pid))[:200]

    def _arguments(self, pid: int) -> list[str]:
        return [word for word in _text(self._proc / str(pid) / "cmdline").split("\0") if word]

    def _runs(self, pid: int, config: Path) -> bool | None:
        """Whether it runs the node of this configuration file; its folders may be others than ours."""
        said = self._arguments(pid)
        if not said:
            return None
        if "run" not in said:
            return False
        here, top = self._proc / str(pid) / "cwd", self._proc / str(pid) / "root"
        files = [top / word.lstrip("/") if word.startswith("/") else here / word for word in said[1:]]
        return any(_same(file, config) for file in files)

    def age_s(self, pid: int) -> float | None:
        """Seconds since it began."""
        with suppress(OSError, ValueError, IndexError):
            ticks = int(_text(self._proc / str(pid) / "stat").rpartition(")")[2].split()[19])
            up = float(_text(self._proc / "uptime").split()[0])
            return up - ticks / os.sysconf("SC_CLK_TCK")
        return None

    def written(self, pid: int) -> int | None:
        """Bytes that it has had written to disks since it began."""
        for line in _text(self._proc / str(pid) / "io").splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
        return None

    def most_mb(self, pid: int) -> float | None:
        """The most memory that it had."""
        for line in _text(self._proc / str(pid) / "status").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return None

    def open_files(self, pid: int) -> int | None:
        """How many descriptors it has."""
        return len(_listed(self._proc / str(pid) / "fd")) or None

    def limit(self, pid: int | None, name: str) -> int | None:
        """A soft limit of a process, or of this one, as /proc/PID/limits names it; None: unlimited."""
        for line in _text(self._proc / (str(pid) if pid else "self") / "limits").splitlines():
            if line.startswith(name):
                value = line[len(name) :].split()[0]
                return None if value == "unlimited" else int(value)
        return None

    def named(self) -> set[str]:
        """Short names of all processes."""
        found = (_text(folder / "comm").strip() for folder in _listed(self._proc) if folder.name.isdigit())
        return {name for name in found if name}

    def connected(self, pid: int, addresses: list[str], port: int) -> bool | None:
        """Whether it has a connection to one of these; None where that cannot be seen."""
        sockets = self._sockets(pid)
        if sockets is None:
            return None
        wanted = {_bytes_of(address) for address in addresses}
        return any(
            state == STANDS and there == port and who in wanted and inode in sockets
            for state, _, (who, there), inode in self._connections(pid, "tcp")
        )

    def listens(self, pid: int, port: int, kind: str = "tcp") -> bool | None:
        """Whether it listens at a port; None where that cannot be seen."""
        sockets = self._sockets(pid)
        if sockets is None:
            return None
        return any(
            (kind == "udp" or state == LISTENS) and here == port and inode in sockets
            for state, (_, here), _, inode in self._connections(pid, kind)
        )

    def who_listens(self, port: int, kind: str = "tcp") -> str | None:
        """Name and number of the process that has a port."""
        inodes = {
            inode
            for state, (_, here), _, inode in self._connections(None, kind)
            if here == port and (kind == "udp" or state == LISTENS)
        }
        for folder in _listed(self._proc) if inodes else ():
            if folder.name.isdigit() and inodes & (self._sockets(int(folder.name)) or set()):
                return f"{_text(folder / 'comm').strip()} (process {folder.name})"
        return None

    def _sockets(self, pid: int) -> set[str] | None:
        try:
            names = list((self._proc / str(pid) / "fd").iterdir())
        except OSError:
            return None
        links = map(_link, names)  # some are gone meanwhile
        return {link[8:-1] for link in links if link.startswith("socket:[")}

    def _connections(
        self, pid: int | None, kind: str
    ) -> Iterator[tuple[str, tuple[bytes, int], tuple[bytes, int], str]]:
        net = self._proc / (str(pid) if pid else "self") / "net"
        for name in (kind, f"{kind}6"):
            for line in _text(net / name).splitlines()[1:]:
                part = line.split()
                yield part[3], _place(part[1]), _place(part[2]), part[9]


def _place(text: str) -> tuple[bytes, int]:
    """Address and port as the kernel writes them: words of 32 bits, each the other way round."""
    address, _, port = text.partition(":")
    words = [int(address[at : at + 8], 16) for at in range(0, len(address), 8)]
    return _short(b"".join(struct.pack("=I", word) for word in words)), int(port, 16)


def _short(address: bytes) -> bytes:
    """An IPv4 address that is written as an IPv6 one, as itself."""
    return address[12:] if address[:12] == b"\0" * 10 + b"\xff\xff" else address


def _bytes_of(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return _short(socket.inet_pton(family, address.partition("%")[0]))


def _free(lock: Path) -> bool:
    """Whether nobody at all has it, also nobody in a container; it is held for this one look alone."""
    try:
        with lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # what cannot be opened is told elsewhere
    return True


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
