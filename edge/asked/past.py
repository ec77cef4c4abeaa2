"""Asks about the past: the journal is written out up to now, and a process of its own works on it."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from broker.asks import Backtest, Explain, Film
from edge.asked.room import Room
from edge.asked.telling import NotDone, Over, Telling
from edge.journal.keeping import PAST

log = logging.getLogger(__name__)

_PLAIN: Final = ("id", "name", "asset", "place", "position", "zones", "ignore")
_ONE = threading.Lock()  # such work takes a core for seconds; the others wait


def ask_apart(ask: Backtest | Explain | Film, room: Room, tell: Telling) -> dict[str, Any]:
    """The plain fields of the answer. Raises NotDone and Over."""
    job = _job(ask, room)
    if not _ONE.acquire(timeout=max(0.0, tell.left_s)):
        raise Over
    try:
        with _process(job, tell) as lines:
            return _ended(lines, tell)
    finally:
        _ONE.release()


def _job(ask: Backtest | Explain | Film, room: Room) -> dict[str, Any]:
    """What the process has to know: zones and names of the source, and nothing of how it is reached."""
    watching = room.watching()
    configuration = watching.configuration
    if all(one.id != ask.source for one in configuration.settings.watched):
        raise NotDone("unknown_source", f"there is no source {ask.source} with zones here", refused=True)
    for lane in watching.lanes:
        if lane.source.id == ask.source:
            lane.writer.flush()
    if not (room.journal / ask.source).is_dir():
        raise NotDone("no_journal", f"nothing of {ask.source} is in the journal yet", refused=True)
    tree = configuration.tree
    listed = [*tree.get("sources", []), *(c for box in tree.get("analytics", []) for c in box["cameras"])]
    written = next(item for item in listed if item["id"] == ask.source)
    return {
        "ask": ask.model_dump(mode="json", exclude_none=True),
        "source": {"kind": "camera", **{key: written[key] for key in _PLAIN if key in written}},
        "sha": configuration.sha256,
        "journal": str(room.journal),
        "past": str(room.journal.parent / PAST),
    }


@contextmanager
def _process(job: dict[str, Any], tell: Telling) -> Iterator[Iterator[str]]:
    """The lines that it says. It ends when nobody waits any more, whatever it is doing."""
    command = [sys.executable, "-m", "edge.trial.apart"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, encoding="utf-8", **pipes) as process:  # type: ignore[call-overload]
        late = threading.Timer(max(0.1, tell.left_s), process.kill)
        late.daemon = True
        late.start()
        try:
            process.stdin.write(json.dumps(job))
            process.stdin.close()
            yield iter(process.stdout)
        except BrokenPipeError as error:
            raise NotDone("unexpected", "it went wrong here: the process ended at once") from error
        finally:
            late.cancel()
            process.kill()


def _ended(lines: Iterator[str], tell: Telling) -> dict[str, Any]:
    for line in lines:
        said = json.loads(line)
        if "progress" in said:
            tell.working(said["progress"])
        elif "done" in said:
            found: dict[str, Any] = said["done"]
            return found
        else:
            ((how, (code, text)),) = said.items()
            raise NotDone(code, text, refused=how == "refused")
    if tell.left_s <= 0.0:
        raise Over
    raise NotDone("unexpected", "it went wrong here; the node's log says more")
