"""Every source of pictures: can it be reached, what is its stream like, what does decoding it cost."""

import socket
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import av.error

from broker.saying import said
from edge.diagnosis import cameras as told
from edge.diagnosis.cameras import Stream, Wanted
from edge.diagnosis.sign import Finding
from edge.examining.beside import side_by_side
from edge.examining.case import Case, Measured, Seen
from edge.examining.streamed import LONGEST_S, Watch
from edge.settings import SourceSettings
from edge.sources import file, folder, rtsp
from edge.streams.hardware import acceleration
from edge.streams.livestream import Ending, Target, elsewhere, why
from edge.streams.pictures import DAMAGED, listed, picture
from edge.streams.video import NoVideo, video_stream, words

TITLE = "cameras"
BOX, ALONE = False, False
AT_ONCE = 8  # opened side by side; more would disturb each other's figures
ANSWER_S = 8.0
ENDINGS = {
    "silent": Ending("silent", said("pictures came, and then no more")),
    "over": Ending("over", said("the camera ended the stream")),
}


def limit_s(case: Case) -> float:
    """Each may take its time; so many at once."""
    rounds = -(-len(case.settings.sources) // AT_ONCE)
    return 10.0 + rounds * (case.seconds + LONGEST_S + 2 * ANSWER_S)


def examine(case: Case) -> Iterable[Finding]:
    """All of them, some at a time."""
    tasks = [partial(_examined, case, source) for source in case.settings.sources]
    for findings in side_by_side(tasks, AT_ONCE):
        yield from findings


def _examined(case: Case, source: SourceSettings) -> list[Finding]:
    try:
        if isinstance(source, rtsp.Settings):
            return _stream(case, source)
        if isinstance(source, file.Settings):
            return _film(case, source)
        return _pictures(case, source) if isinstance(source, folder.Settings) else []
    except (NoVideo, av.error.FFmpegError, OSError) as error:
        return [told.unreachable(source.id, _cause(error), _words(error), "")]


def _cause(error: Exception) -> str:
    return "no_video" if isinstance(error, NoVideo) else "file"


def _words(error: Exception) -> str:
    return error.why if isinstance(error, NoVideo) else said("cannot be read: {why}", why=words(error))


def wanted(source: SourceSettings) -> Wanted:
    """What the configuration wants of a source."""
    zones = [(zone.id, zone.polygon) for zone in source.zones]
    return Wanted(source.id, source.idle, source.sample, zones, live=isinstance(source, rtsp.Settings))


def _judged(case: Case, source: SourceSettings, stream: Stream, seen: Seen) -> list[Finding]:
    case.board.put_source(source.id, Measured(stream, seen))
    return list(told.judge(wanted(source), stream))


def _stream(case: Case, source: rtsp.Settings) -> list[Finding]:
    try:
        target = source.target()
    except (OSError, UnicodeDecodeError) as error:
        what = f"{source.password_file}: {words(error)}"
        return [told.unreachable(source.id, "password_file", what, "")]
    watch, ending = _followed(case, source, target)
    stream, seen = (watch.told(), watch.picture) if watch is not None else (None, None)
    if ending is None and stream is None:
        ending = Ending("silent", said("packets come, and not one picture"))
    found = [] if stream is None or seen is None else _judged(case, source, stream, seen)
    if ending is not None:
        found = [one for one in found if one.state != "fine"]
        what = said("{file}: {what}", file=source.address, what=ending.what)
        found.append(told.unreachable(source.id, ending.cause, what, target.host))
    return found


def _followed(case: Case, source: rtsp.Settings, target: Target) -> tuple[Watch | None, Ending | None]:
    """One connection, one attempt: what was watched, and why it ended before its time."""
    began, watch = time.monotonic(), None
    target = replace(target, timeout=min(target.timeout, ANSWER_S), stall=min(target.stall, ANSWER_S))
    try:
        if (wrong := elsewhere(target)) is not None:
            return None, wrong
        device = acceleration(target.hardware, target.hardware_device)
        with device.open(target.url, target.options, (target.timeout, target.stall)) as container:
            watch = Watch(video_stream(container), began)
            idle = max(source.idle, 1.0 / source.sample)
            outcome = watch.live(container, case.seconds, idle, target.stall)
        return watch, ENDINGS.get(outcome)
    except socket.gaierror:
        return None, Ending("name", said("the host name {host} is not known", host=target.host))
    except NoVideo as error:
        return None, Ending("no_video", error.why)
    except av.error.FFmpegError as error:
        return watch, why(error, target, time.monotonic() - began, watch is not None)


def _film(case: Case, source: file.Settings) -> list[Finding]:
    if not source.path.is_file():
        what = said("is a folder, not a file") if source.path.is_dir() else said("there is no such file")
        seen = said("{file}: {what}", file=source.path, what=what)
        return [told.unreachable(source.id, "file", seen, "")]
    device = acceleration(source.hardware, source.hardware_device)
    with device.open(str(source.path)) as container:
        watch = Watch(video_stream(container), time.monotonic())
        watch.film(container, case.seconds)
        stream = watch.told()
    if stream is None or watch.picture is None:
        seen = said("{file}: not one picture in it", file=source.path)
        return [told.unreachable(source.id, "no_video", seen, "")]
    return _judged(case, source, stream, watch.picture)


def _pictures(case: Case, source: folder.Settings) -> list[Finding]:
    entries = listed(source.path)
    for entry in reversed(entries[-5:]):
        try:
            began = time.thread_time()
            image = picture(entry.path)
        except DAMAGED:
            continue
        ms = round((time.thread_time() - began) * 1000, 2)
        every = source.poll if source.watch else source.every
        height, width = image.shape[:2]
        stream = Stream("pictures", width, height, 1, 0, 0.0, 1.0 / every, every, ms, ms)
        return _judged(case, source, stream, image)
    if source.watch:
        return [told.FINE.at(source.id, said("{file}: waits for its first picture", file=source.path))]
    seen = said("{file}: no picture in it can be read", file=source.path)
    return [told.unreachable(source.id, "file", seen, "")]
