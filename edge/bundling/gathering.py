"""Gathers what is known of a node, for a bundle. What cannot be had is named with its reason."""

import json
import logging
import os
import socket
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from broker.fields import rfc3339, utc
from broker.fleet import Found
from edge import machine
from edge.bundling.packing import packed
from edge.bundling.redacting import Redactor, secret_files, written_secrets
from edge.config import Configuration
from edge.lastrun import left
from edge.storeroom import bytes_of

log = logging.getLogger(__name__)
MOST_OF_A_SECRET: Final = 8192
COUNTED: Final = ("events", "uploads", "refused", "wanted")


@dataclass(frozen=True, slots=True)
class Known:
    """What is gathered from. made: by the node itself, or by the command beside it.

    more: parts by the name of their file, each made when it is wanted; a text, or plain values.
    """

    configuration: Configuration
    folder: Path
    software: str
    made: str
    lines: Callable[[], list[str]]
    findings: Callable[[], list[Found]]
    more: Mapping[str, Callable[[], Any]]


def bundle(known: Known, utc_s: float) -> bytes:
    """The whole file. Raises ValueError where even its least is too large."""
    redactor = Redactor(_secrets(known), _here(known.folder))
    left_out: dict[str, str] = {}
    parts: dict[str, str] = {}
    for name, make in _parts(known).items():
        try:
            made = make()
        except Exception as error:  # the text of a foreign exception may hold anything
            log.info("diagnostics: %s cannot be told (%s)", name, type(error).__name__)
            left_out[name] = type(error).__name__
            continue
        parts[name] = redactor.text(made) if isinstance(made, str) else _written(redactor.tree(made))
    settings = known.configuration.settings
    head = {
        "at": rfc3339(utc(utc_s)),
        "node": settings.address.name,
        "software": known.software,
        "made_by": known.made,
        "left_out": left_out,
    }
    return packed(head, parts)


def _parts(known: Known) -> dict[str, Callable[[], Any]]:
    return {
        "configuration.json": lambda: _configuration(known.configuration),
        "findings.json": lambda: [one.model_dump(mode="json") for one in known.findings()],
        "log.txt": lambda: "\n".join(known.lines()),
        "storage.json": lambda: storage(known.folder),
        "lastrun.json": lambda: _last(known.folder),
        **known.more,
    }


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _configuration(found: Configuration) -> dict[str, Any]:
    """As it runs, the centre's part laid over it."""
    return {"sha256": found.sha256, "settings": found.tree}


def _last(folder: Path) -> dict[str, Any] | None:
    found = left(folder)
    return None if found is None else asdict(found)


def storage(folder: Path) -> dict[str, Any]:
    """Files and bytes of what lies in the storage folder, by its parts, and what waits in the outbox."""
    told: dict[str, Any] = {}
    with os.scandir(folder) as found:
        for entry in sorted(found, key=lambda one: one.name)[:200]:
            is_folder = entry.is_dir(follow_symlinks=False)
            files = Path(entry.path).rglob("*") if is_folder else [Path(entry.path)]
            told[entry.name] = {"bytes": bytes_of(files), "folder": is_folder}
    room = machine.disk(folder)
    return {
        "disk": {"free": room.free, "size": room.size} if room else None,
        "parts": told,
        "outbox": _outbox(folder / "outbox.sqlite"),
    }


def _outbox(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)) as db:
            rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            tables = {name for (name,) in rows}
            counted = [name for name in COUNTED if name in tables]
            return {name: db.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in counted}  # noqa: S608 - our own names
    except sqlite3.Error as error:
        return {"not_read": type(error).__name__}


def threads() -> str:
    """Where every thread of this process is: files and lines of code, and no value."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    told = []
    for ident, frame in sys._current_frames().items():
        stack = "".join(
            traceback.StackSummary.extract(traceback.walk_stack(frame), limit=40, lookup_lines=False).format()
        )
        told.append(f"{names.get(ident, 'unknown')}\n{stack}")
    return "\n".join(sorted(told))


def _here(folder: Path) -> dict[str, str]:
    """Names of this machine and its user, which help nobody far away."""
    names = {
        str(Path.home()): "~",
        socket.gethostname(): "(this machine)",
        socket.getfqdn(): "(this machine)",
    }
    return {
        name: word
        for name, word in names.items()
        if len(name) > 3 and name != "localhost" and name not in str(folder)
    }


def _secrets(known: Known) -> Iterator[str]:
    """Values of all secrets that the configuration has or names, and that the centre entrusted."""
    trees: list[Any] = [known.configuration.tree, known.configuration.settings.model_dump()]
    if known.configuration.own is not None:
        trees.append(known.configuration.own.tree)
    for tree in trees:
        yield from written_secrets(tree)
    base = known.configuration.own.path.resolve().parent if known.configuration.own else Path()
    files = {base / name for tree in trees for name in secret_files(tree)}
    entrusted = known.folder / "secrets"
    if entrusted.is_dir():
        files |= {file for file in entrusted.iterdir() if file.is_file()}
    for file in sorted(files):
        yield from _of_file(file)


def _of_file(file: Path) -> Iterator[str]:
    try:
        text = file.read_bytes()[:MOST_OF_A_SECRET].decode("utf-8", "replace")
    except OSError:
        return
    yield text
    yield from text.splitlines()
