"""DJI's subtitle sidecars (.SRT) in all dialects seen: one entry a frame or a second. Pure.

`read` takes a whole file. The time of a pose is its entry's time code; where a dialect has none, seconds
since the first entry by the clock on the wall, whose zone no file tells.
"""

from dataclasses import replace
from typing import ClassVar, Final, Literal

from pydantic import Field

from edge.decoding import NotDecoded
from edge.flight import djiwords
from edge.flight.pose import Pose
from edge.flight.subtitles import Entry, entries
from edge.flight.telling import LARGEST, MOST, Leftovers, TelemetrySettings, Told

_CAUSES: Final = {
    "cut": "entries that end before their position is complete",
    "no_position": "entries that tell no position (not every model writes one)",
    "no_fix": "entries without a position fix (N/A, or 0, 0)",
    "impossible": "entries whose values no flight can have",
    "no_time": "entries without a time code and a date",
    "too_many": f"entries beyond the {MOST} that are read",
    "altitude_unsaid": (
        "entries with an [altitude] of which the file does not say above what; "
        "set altitude to above_sea or above_takeoff"
    ),
}


class Settings(TelemetrySettings):
    """altitude: what a bare [altitude: x] is; models differ, so by default it is not used.

    gps_order: of `GPS(a,b,c)`; auto knows the dialects that turn it round. utc_offset: of the clock on the
    wall, such as +08:00; without it no pose has a UTC time.
    """

    suffix: ClassVar[str] = ".SRT"
    film_time: ClassVar[bool] = True
    kind: Literal["dji_srt"] = "dji_srt"
    altitude: Literal["unknown", "above_takeoff", "above_sea"] = "unknown"
    gps_order: Literal["auto", "longitude_first", "latitude_first"] = "auto"
    utc_offset: str | None = Field(default=None, pattern=r"^[+-](0[0-9]|1[0-4]):[0-5][0-9]$")


def build(settings: Settings) -> "Sidecar":
    """The reader."""
    return Sidecar(settings)


class Sidecar:
    """Reads one file at a time and remembers nothing of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._offset = _offset(settings.utc_offset)

    def read(self, body: bytes, t: float | None = None) -> Told:
        """A whole file. t: what the beginning of the film is, 0 where it is not given."""
        left, poses, count = Leftovers(dict(_CAUSES)), list[Pose](), 0
        begin: float | None = None
        for entry in entries(_text(body)):
            count = entry.place
            wall = djiwords.wall(entry.text)
            begin = wall if begin is None else begin
            if len(poses) >= MOST:
                left.add("too_many", count)
                continue
            start = entry.start if entry.start is not None else _since(wall, begin)
            pose = self._pose(entry, start, wall, left)
            if pose is not None:
                poses.append(replace(pose, t=pose.t + t) if t and pose.t is not None else pose)
        if not poses:
            raise _nothing(count, left)
        return Told(tuple(poses), left.reasons())

    def _pose(self, entry: Entry, start: float | None, wall: float | None, left: Leftovers) -> Pose | None:
        """None, and counted, where the entry has none."""
        try:
            said = djiwords.said(entry.text, self._settings.gps_order)
        except djiwords.Unsaid as cause:
            left.add("cut" if not entry.text.strip() else str(cause), entry.place)
            return None
        utc = None if wall is None or self._offset is None else wall - self._offset
        if start is None and utc is None:
            left.add("no_time", entry.place)
            return None
        try:
            return self._built(said, start, utc, left, entry.place)
        except ValueError:
            left.add("impossible", entry.place)
            return None

    def _built(
        self, said: djiwords.Said, start: float | None, utc: float | None, left: Leftovers, place: int
    ) -> Pose:
        height, above_sea = said.height, said.above_sea
        if said.altitude is not None and self._settings.altitude == "unknown":
            left.add("altitude_unsaid", place)
        elif self._settings.altitude == "above_sea":
            above_sea = said.altitude if above_sea is None else above_sea
        else:
            height = said.altitude if height is None else height
        return Pose(
            said.latitude,
            said.longitude,
            t=start,
            utc=utc,
            height=height,
            altitude=above_sea,
            heading=said.heading,
            gimbal=said.gimbal,
            spread=self._settings.spread(said.step_m),
            focal=said.focal,
        )


def _text(body: bytes) -> str:
    if len(body) > LARGEST:
        raise NotDecoded("too_large", f"the sidecar has {len(body)} bytes; {LARGEST} are read")
    if not body.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotDecoded("empty", "the sidecar is empty")
    if b"\0" in body:
        raise NotDecoded("not_text", "the sidecar is no text in UTF-8: it has zero bytes")
    return body.decode("utf-8-sig", errors="replace")


def _nothing(count: int, left: Leftovers) -> NotDecoded:
    """Why no entry has a position: the most frequent cause."""
    causes = left.reasons()
    code = causes[0].code if causes else "cut"
    return NotDecoded(code, f"no position in {count} entries: {_CAUSES[code]}")


def _since(wall: float | None, begin: float | None) -> float | None:
    return None if wall is None or begin is None else wall - begin


def _offset(written: str | None) -> float | None:
    """Seconds east of UTC."""
    if written is None:
        return None
    hours, minutes = int(written[1:3]), int(written[4:6])
    return (hours * 3600.0 + minutes * 60.0) * (-1.0 if written[0] == "-" else 1.0)
