"""`probe`: opens a source that is not configured yet, measures what it gives, and shows one still of it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from broker.asks import Probe, Stream
from broker.settings import Settings, SettingsError, loads
from broker.wholefile import make_folder, write_whole
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.asks.entrust import FOLDER, PRIVATE, opened
from edge.asks.look import ready, sent
from edge.frames import Decodes, Frame, Source, Trouble
from edge.kinds import AnySource
from edge.settings import SourceSettings
from edge.sources import open_source

MEASURE_S = 3.0  # after the first picture
PATIENCE_S = 15.0  # for the first one
WIDTH = 640


class _Probed(Settings):
    source: AnySource


_GIVES_UP = ("ended", "failed", "lost", "stalled")


def answer(ask: Probe, room: Room, tell: Telling) -> None:
    """Read-only, and nothing of it is kept."""
    masker = ready(room)
    with _password(ask, room) as password:
        settings = _settings(ask, password)
        frame, stream = _measured(open_source(settings, room.clock), min(PATIENCE_S, tell.left_s))
    tell.done(stream=stream, still=sent(frame, masker, WIDTH, room, ask.id))


@contextmanager
def _password(ask: Probe, room: Room) -> Iterator[Path | None]:
    """The secret as a file, for as long as it takes."""
    if ask.secret is None:
        yield None
        return
    secret = opened(ask.secret, str(ask.source.get("id")), room)
    make_folder(room.secrets)
    room.secrets.chmod(FOLDER)
    path = room.secrets / f".probe-{token_hex(8)}"
    try:
        write_whole(path, secret, mode=PRIVATE)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _settings(ask: Probe, password: Path | None) -> SourceSettings:
    """Raises NotDone for what is no source, with every fault."""
    given: dict[str, Any] = {**ask.source, "sample": 30.0}
    if any(key.endswith("_file") for key in given):
        text = "a file of the node is not named from outside; send the secret sealed"
        raise NotDone("configuration", text, refused=True)
    if password is not None:
        given["password_file"] = str(password)
    try:
        return loads(json.dumps({"source": given}), _Probed, name="probe").source
    except SettingsError as error:
        faults = "; ".join(f"{fault.where}: {fault.what}".lstrip(": ") for fault in error.faults)
        raise NotDone("configuration", faults, refused=True) from error


def _measured(source: Source, patience_s: float) -> tuple[Frame, Stream]:
    """The first frame, and what the stream is like. Raises NotDone where no frame comes."""
    frames: list[Frame] = []
    timer = threading.Timer(patience_s, source.close)
    timer.daemon = True
    timer.start()
    troubles = []
    until = float("inf")
    try:
        for item in source.frames():
            if isinstance(item, Frame):
                until = min(until, time.monotonic() + MEASURE_S)
                frames = [frames[0] if frames else item, item]
            elif isinstance(item, Trouble):
                troubles.append(item)
            gone = isinstance(item, Trouble) and item.state in _GIVES_UP
            if gone or time.monotonic() >= until:
                break
    finally:
        timer.cancel()
        source.close()
    if not frames:
        why = troubles[0].what if troubles else f"no picture came within {patience_s:g} s"
        raise NotDone("no_picture", why)
    return frames[0], _stream(source, frames[0], frames[-1])


def _stream(source: Source, first: Frame, last: Frame) -> Stream:
    decoding = source.decoding if isinstance(source, Decodes) else None
    passed = last.t - first.t
    return Stream(
        codec=decoding.codec if decoding else None,
        width=first.width,
        height=first.height,
        fps=round((last.index - first.index) / passed, 2) if passed > 0 else None,
        key_s=decoding.key_s if decoding else None,
    )
