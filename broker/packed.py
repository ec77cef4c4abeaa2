"""A few named files as one: a zip in which nothing is compressed, or a folder that holds just them.

Whoever reads one says which files it may hold and how large each may be. Nothing else is accepted: no other
name, no folder, no link, no second file of a name, no compression (so what is packed cannot grow), nothing
behind the end. Writing gives the same bytes for the same files.
"""

import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from broker.bundles import BundleError

Limits = Mapping[str, int]  # the names that are allowed, and the most bytes of each

_END = struct.Struct("<4s4H2LH")  # the end of a zip's directory (APPNOTE 4.3.16)
_LOCATOR = b"PK\x06\x07"  # of a zip64 directory
_LOCATOR_SIZE = 20
_PER_FILE = 400  # bytes of headers and names
_EPOCH = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one, in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _EPOCH)
            about.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(about, files[name])
    return out.getvalue()


def unpacked(path: Path, limits: Limits) -> dict[str, bytes]:
    """The files of a zip or a folder. Raises BundleError, a line for each fault."""
    try:
        if path.is_dir():
            return _of_folder(path, limits)
        most = sum(limits.values()) + _PER_FILE * (len(limits) + 1)
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise BundleError(f"cannot be read: {error.strerror}") from error
    return unpacked_bytes(body, limits)


def unpacked_bytes(body: bytes, limits: Limits) -> dict[str, bytes]:
    """As `unpacked`, of a zip in memory."""
    most = sum(limits.values()) + _PER_FILE * (len(limits) + 1)
    if len(body) > most:
        raise BundleError(f"is larger than the {most} bytes allowed")
    _plain(body, len(limits))
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            _told(_faults(members, limits))
            return {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"is no plain zip: {error}") from error


def listed(file: BinaryIO, limits: Limits) -> list[zipfile.ZipInfo]:
    """What a zip holds, of which nothing has been read yet: for files that do not fit into memory.

    Raises BundleError as `unpacked`, OSError where it cannot be read.
    """
    size = file.seek(0, io.SEEK_END)
    if size > sum(limits.values()) + _PER_FILE * (len(limits) + 1):
        raise BundleError(f"is larger than the {sum(limits.values())} bytes allowed")
    file.seek(max(0, size - _END.size - _LOCATOR_SIZE))
    _plain(file.read(), len(limits))
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise BundleError(f"is no plain zip: {error}") from error
    _told(_faults(members, limits))
    file.seek(0)
    return members


def _plain(body: bytes, files: int) -> None:
    """Before a directory is read: it is short, and nothing lies behind it."""
    end = body[-_END.size :]
    if len(end) < _END.size or end[:4] != b"PK\x05\x06":
        raise BundleError("is no plain zip (its directory does not end the file)")
    *_, here, in_all, size, _, comment = _END.unpack(end)
    if body[-_END.size - _LOCATOR_SIZE :][:4] == _LOCATOR or here != in_all or comment:
        raise BundleError("is no plain zip (zip64, several parts and comments are not allowed)")
    if in_all > files or size > _PER_FILE * files:
        raise BundleError(f"holds {in_all} files; at most {files} are allowed")


def _faults(members: list[zipfile.ZipInfo], limits: Limits) -> list[str]:
    names = [member.filename for member in members]
    faults = [f"{_short(name)}: is there twice" for name in sorted({n for n in names if names.count(n) > 1})]
    for member in members:
        if member.filename not in limits:
            faults.append(_unknown(member.filename, limits))
        elif (why := _unfit(member)) is not None:
            faults.append(f"{member.filename}: {why}")
        elif member.file_size > limits[member.filename]:
            faults.append(_too_large(member.filename, limits))
    return faults


def _unfit(member: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "is a link or no plain file; only plain files are allowed"
    if member.flag_bits & 0x1:
        return "is encrypted; only plain files are allowed"
    if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
        return "is compressed; only stored files are allowed (zip -0)"
    return None


def _of_folder(folder: Path, limits: Limits) -> dict[str, bytes]:
    found = sorted(folder.iterdir())
    faults = [_unknown(path.name, limits) for path in found if path.name not in limits]
    known = [path for path in found if path.name in limits]
    plain = [path for path in known if path.is_file() and not path.is_symlink()]
    faults += [f"{path.name}: is a link or no plain file" for path in known if path not in plain]
    files = {path.name: _bounded(path, limits[path.name]) for path in plain}
    faults += [_too_large(name, limits) for name, body in files.items() if body is None]
    _told(faults)
    return {name: body for name, body in files.items() if body is not None}


def _bounded(path: Path, most: int) -> bytes | None:
    with path.open("rb") as file:
        body = file.read(most + 1)
    return body if len(body) <= most else None


def _unknown(name: str, limits: Limits) -> str:
    return f"{_short(name)}: is not known; allowed is {', '.join(limits)}"


def _too_large(name: str, limits: Limits) -> str:
    return f"{name}: is larger than the {limits[name]} bytes allowed"


def _short(name: str) -> str:
    return repr(name[:80])


def _told(faults: list[str]) -> None:
    if faults:
        raise BundleError("\n".join(faults))
