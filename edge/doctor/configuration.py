"""The configuration file: every fault, what may not be meant, and the files that it names."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from broker.saying import said
from edge.config_notes import notes
from edge.diagnosis import configuration as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case

TITLE = "configuration"
BOX, ALONE = True, False
SECRETS = ("password_file", "token_file", "key_file")
MOST_NOTES = 200


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Some files are read."""
    return 20.0


def examine(case: Case) -> Iterable[Finding]:
    """Faults where there are any; else what the file says, and the files that it names."""
    if case.configuration is None:
        return [told.fault(f"{fault.file}:{fault.line}:{fault.col}", _words(fault)) for fault in case.faults]
    found = [*_files(case), *_identity(case)]
    if not found:
        found = [told.FINE.at(str(case.path), f"sha256 {case.configuration.sha256[:12]}")]
    if case.overlaid is not None:
        seen = said("version {version} of the centre is laid over it", version=case.overlaid)
        found.append(told.OVERLAID.at(str(case.path), seen))
    found += [told.NOTE.at(str(case.path), note) for note in list(notes(case.settings))[:MOST_NOTES]]
    return found


def _words(fault: Any) -> str:
    return f"{fault.where}: {fault.what}" if fault.where else str(fault.what)


def _files(case: Case) -> Iterator[Finding]:
    for key, path in files_of(case.settings, ""):
        yield from _file(path, key)


def files_of(settings: BaseModel, way: str) -> Iterator[tuple[str, Path]]:
    """Every file that settings name as `..._file`, with the key that names it, and the keys of trust."""
    for name in type(settings).model_fields:
        value, here = getattr(settings, name), f"{way}.{name}".lstrip(".")
        if isinstance(value, Path) and name.endswith("_file"):
            yield here, value
        elif isinstance(value, BaseModel):
            yield from files_of(value, here)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from files_of(item, f"{here}[{at}]")
                elif isinstance(item, Path):
                    yield f"{here}[{at}]", item


def _file(path: Path, key: str) -> Iterator[Finding]:
    """Whether it can be read, and by whom."""
    about = {"path": str(path), "key": key}
    try:
        with path.open("rb") as file:
            body = file.read(4096)
            found = os.fstat(file.fileno())
    except FileNotFoundError:
        yield told.MISSING.at(str(path), said("is not there"), **about)
        return
    except OSError as error:
        yield told.UNREADABLE.at(str(path), said("cannot be read: {why}", why=error.strerror), **about)
        return
    if not key.endswith(SECRETS):
        return
    if not body.strip():
        yield told.EMPTY.at(str(path), said("is empty"), **about)
    open_to = told.mode_of(str(path), key, stat.S_IMODE(found.st_mode))
    if open_to is not None:
        yield open_to


def _identity(case: Case) -> Iterator[Finding]:
    """The key that enrolment made."""
    settings = case.settings
    key = settings.identity.directory / "current" / "key.pem" if settings.identity else None
    if key is not None and key.exists():
        yield from _file(key, "identity.key_file")
