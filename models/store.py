"""Puts model files where they belong: fetched, verified, converted, verified again, moved into place."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from models import convert, kinds, origins
from models.catalog import Entry
from models.errors import ModelError
from models.fetching import Progress
from models.files import check, sha256_of, write_whole
from models.origins import directory


def present(entry: Entry, folder: Path) -> bool:
    """Whether the right file is there; one with a wrong sha256 is not."""
    path = folder / entry.file
    return path.is_file() and sha256_of(path) in entry.allowed()


def pull(name: str, entry: Entry, folder: Path, source: Path | None, progress: Progress) -> Path:
    """Bring a model into the folder, from `source` (a folder) if given, else from its origin.

    Raises ModelError; then the folder is as it was.
    """
    path = folder / entry.file
    if present(entry, folder):
        return path
    with tempfile.TemporaryDirectory(prefix="gewu-models-") as work:
        data = _from_folder(entry, source, Path(work), progress) or _from_origin(entry, Path(work), progress)
    check(f"model {name}: {entry.file}", data, *entry.allowed())
    try:
        write_whole(path, data)
    except OSError as error:
        raise ModelError(f"model {name}: {path} cannot be written: {error}") from error
    return path


def _from_folder(entry: Entry, source: Path | None, work: Path, progress: Progress) -> bytes | None:
    """The file out of the folder that was named; one that the environment names need not hold it."""
    named = source or os.environ.get(directory.VARIABLE)
    if not named:
        return None
    settings = directory.Settings(kind="directory", path=Path(named), sha256=entry.allowed())
    try:
        return _only(directory.fetch(settings, work, progress))
    except ModelError:
        if source or entry.origin.kind == "directory":
            raise
        return None


def _from_origin(entry: Entry, work: Path, progress: Progress) -> bytes:
    fetch = kinds.kind(origins, entry.origin.kind, "origin").fetch
    members: dict[str, bytes] = fetch(entry.origin, work, progress)
    return _only(members) if entry.convert is None else _converted(entry.convert, members)


def _converted(name: str, members: Mapping[str, bytes]) -> bytes:
    try:
        conversion = kinds.kind(convert, name, "conversion")
    except ImportError as error:
        raise ModelError(
            f"conversion {name}: needs the package {error.name}; pip install 'gewu[models]'"
        ) from error
    data: bytes = conversion.convert(members)
    return data


def _only(members: Mapping[str, bytes]) -> bytes:
    if len(members) != 1:
        raise ModelError(f"without a conversion one file is needed, not {', '.join(members)}")
    return next(iter(members.values()))
