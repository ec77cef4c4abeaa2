"""The newest picture of a source, however it comes: from its lane, of its system, or opened for it alone."""

import contextlib
from typing import Any

from edge.config import as_recording
from edge.configured import EdgeSettings
from edge.foreign.api import Api, NotFetched
from edge.foreign.box import kind_of
from edge.frames import Frame, SourceClock, Trouble
from edge.rounds import Lane
from edge.settings import SourceSettings
from edge.sources import open_source
from edge.watching import Watching

PATIENCE_S = 10.0  # for a picture of a camera that runs

__all__ = ["NoPicture", "picture_of"]


class NoPicture(Exception):
    """There is none; code and words say why. never: this source has no pictures at all."""

    def __init__(self, code: str, text: str, *, never: bool = False) -> None:
        super().__init__(text)
        self.code, self.never = code, never


def picture_of(
    watching: Watching,
    source: str,
    clock: SourceClock,
    patience_s: float = PATIENCE_S,
    *,
    hurried: bool = True,
) -> Frame:
    """One picture, taken after this was called where the source is live. Raises NoPicture.

    hurried: whether the source is to be looked at soon for it.
    """
    lane = next((lane for lane in watching.lanes if lane.source.id == source), None)
    if lane is not None:
        return _of_lane(lane, clock, patience_s, hurried)
    settings = watching.configuration.settings
    for box in settings.analytics:
        for camera in box.cameras:
            if camera.id == source:
                return _of_system(box, camera.camera, source, clock)
    raise _none(settings, source)


def _of_lane(lane: Lane, clock: SourceClock, patience_s: float, hurried: bool) -> Frame:
    if lane.reader.over:
        return _opened(lane.source, clock)
    frame = lane.glimpses.next(patience_s, hurried=hurried)
    if frame is None:
        report = lane.reader.report()
        text = f"no picture came within {patience_s:g} s; the source is {report.state}"
        raise NoPicture("no_picture", f"{text}: {report.trouble}" if report.trouble else text)
    return frame


def _opened(source: SourceSettings, clock: SourceClock) -> Frame:
    """The first picture of a recording that has ended."""
    opened = open_source(as_recording(source) or source, clock)
    with contextlib.closing(opened):
        for item in opened.frames():
            if isinstance(item, Frame):
                return item
            if isinstance(item, Trouble) and item.state in ("ended", "failed", "lost"):
                raise NoPicture("no_picture", item.what)
    raise NoPicture("no_picture", "the source gives no picture")


def _of_system(box: Any, camera: str, source: str, clock: SourceClock) -> Frame:
    if box.api is None:
        text = f"{box.id} has no api: its pictures are not fetched"
        raise NoPicture("no_pictures", text, never=True)
    try:
        picture = Api(box.api).picture(kind_of(box).picture_of(camera))
    except NotFetched as error:
        raise NoPicture("no_picture", str(error)) from error
    return Frame(picture, source, 0, clock.monotonic(), clock.utc(), clock.quality())


def _none(settings: EdgeSettings, source: str) -> NoPicture:
    if any(flight.id == source for flight in settings.flights):
        return NoPicture("no_picture_now", "a drone has pictures while it flies; none is at hand", never=True)
    if any(device.id == source for device in settings.devices.items):
        return NoPicture("no_pictures", "a device has no pictures", never=True)
    return NoPicture("unknown_source", f"there is no source {source} here", never=True)
