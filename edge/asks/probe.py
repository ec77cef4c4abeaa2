"""`probe`: opens a source that is not configured yet, measures what it gives, and shows one still of it."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.parse import urlsplit

from broker.asks import Probe, Stream
from broker.settings import Settings, SettingsError, loads
from broker.wholefile import make_folder, write_whole
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.asks.entrust import FOLDER, PRIVATE, opened
from edge.asks.look import ready, sent
from edge.frames import Decodes, Frame, Source, Trouble
from edge.kinds import AnySource
from edge.onvif.command import look
from edge.onvif.device import Device, NotAsked
from edge.settings import SourceSettings
from edge.sources import open_source

MEASURE_S = 3.0  # after the first picture
PATIENCE_S = 15.0  # for the first one
DEVICE_S = 5.0  # for each answer of an ONVIF camera
WIDTH = 640


class _Probed(Settings):
    source: AnySource


# What somebody who sets up a camera can mend, by what the source says of it.
_CODES: Final = {
    "refused": "camera_refuses",
    "path": "no_stream_there",
    "port": "nothing_listens",
    "no_answer": "camera_silent",
    "name": "host_unknown",
}
_GIVES_UP = ("ended", "failed", "lost", "stalled")


def answer(ask: Probe, room: Room, tell: Telling) -> None:
    """Read-only, and nothing of it is kept."""
    masker = ready(room)
    with _password(ask, room) as password:
        found = _stream_of(ask, password, tell.left_s)
        settings = _settings({**ask.source, **found}, password)
        frame, stream = _measured(open_source(settings, room.clock), min(PATIENCE_S, tell.left_s))
    told = {key: value for key, value in found.items() if value is not None}
    tell.done(stream=stream, still=sent(frame, masker, WIDTH, room, ask.id), settings=told or None)


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


def _stream_of(ask: Probe, password: Path | None, patience_s: float) -> dict[str, Any]:
    """The address of an ONVIF camera's largest stream, where `onvif` names its device. Raises NotDone."""
    if (address := ask.source.get("onvif")) is None:
        return {}
    given = urlsplit(str(address))
    if given.scheme not in ("http", "https") or not given.hostname or given.username is not None:
        text = "onvif: http://HOST[:PORT] of the camera is expected, without a password"
        raise NotDone("configuration", text, refused=True)
    user = str(name) if (name := ask.source.get("username")) else None
    secret = password.read_text(encoding="utf-8").strip() if password else ""
    where = f"{given.scheme}://{given.netloc}"
    with closing(Device(where, user, secret, time.time, min(DEVICE_S, patience_s))) as device:
        try:
            best = look(device).best
        except NotAsked as error:
            raise NotDone("camera_refuses" if error.refused else "no_camera", f"{where}: {error}") from error
    if best is None:
        raise NotDone("no_stream", f"{where}: the camera tells of no stream")
    return {"kind": "rtsp", "url": best.stream, "onvif": None}


def _settings(source: Mapping[str, Any], password: Path | None) -> SourceSettings:
    """Raises NotDone for what is no source, with every fault."""
    given = {key: value for key, value in source.items() if value is not None} | {"sample": 30.0}
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
        if not troubles:
            raise NotDone("not_opened", f"no picture came within {patience_s:g} s")
        raise NotDone(_CODES.get(troubles[0].cause, "not_opened"), troubles[0].what)
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
