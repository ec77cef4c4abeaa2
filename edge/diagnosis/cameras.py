"""What a source of pictures shows of itself in some seconds, and whether that is good to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from broker.saying import listed, said
from edge.diagnosis.sign import Finding, Sign
from edge.streams.plan import LATE

LEAST_WIDTH: Final = 320  # the width at which looking compares pictures
LEAST_ZONE: Final = 24  # pixels of a zone's shorter side; nothing in it would be recognised
MOST_LATE_S: Final = 2.0
MOST_WRONG: Final = 0.05  # of the pace of a camera's clock
MOST_DAMAGED: Final = 0.01
LONG_ENOUGH_S: Final = 3.0  # to judge a camera's clock by

FINE = Sign("camera_fine", "fine", "it can be looked at")
UNKNOWN_HOST = Sign(
    "camera_unknown_host",
    "fault",
    "its name leads nowhere, so no picture comes",
    "Correct the host in `sources[].url` of {id}, or write its address; else mend the name server of "
    "this box.",
)
ELSEWHERE = Sign(
    "camera_elsewhere",
    "fault",
    "its name leads to an address at which no camera is, so it is not asked",
    "Correct the host in `sources[].url` of {id}; `allow_link_local: true` permits such an address on "
    "purpose.",
)
NO_ANSWER = Sign(
    "camera_no_answer",
    "fault",
    "the camera is away: no power, another address, or a cable, switch or firewall between",
    "Look at its power and cable, and whether this box is in its network (`ping {host}`); then correct "
    "`sources[].url` of {id}.",
)
PORT = Sign(
    "camera_port",
    "fault",
    "something is there, and does not speak RTSP at this port",
    "Switch RTSP on at the camera, or correct the port in `sources[].url` of {id} (usual: 554).",
)
REFUSED = Sign(
    "camera_refused",
    "fault",
    "the camera does not take this user name or password; it was asked once, for cameras lock accounts",
    "Write the right password to `sources[].password_file` of {id}, or let its user see this stream.",
)
PATH = Sign(
    "camera_path",
    "fault",
    "the camera is there and has no such stream",
    "Correct the path in `sources[].url` of {id}; `gewu-edge onvif {host} --user NAME --password-file FILE` "
    "tells the streams there are.",
)
TLS = Sign(
    "camera_tls",
    "fault",
    "there is no secure connection to it",
    "Put the camera's certificate, or that of who signed it, into a file, and name it as `sources[].ca_file` "
    "of {id}; look at the clocks of both.",
)
NO_VIDEO = Sign(
    "camera_no_video",
    "fault",
    "what comes cannot be shown here",
    "Set the camera's stream to H.264; `hardware: none` at {id} if a device was asked for.",
)
SILENT = Sign(
    "camera_silent",
    "fault",
    "the connection stands and no picture comes",
    "Restart the camera; have fewer others watch it; `transport: tcp` at {id} where a firewall drops UDP.",
)
BROKEN = Sign(
    "camera_broken",
    "fault",
    "the connection does not hold",
    "Look at the network between; restart the camera; then again: `gewu-edge doctor CONFIG --only cameras`.",
)
PASSWORD_FILE = Sign(
    "camera_password_file",
    "fault",
    "without its password the camera is not even asked",
    "Put the password into the file that `sources[].password_file` of {id} names, for the node's user "
    "to read.",
)
FILE = Sign(
    "camera_file",
    "fault",
    "there is nothing to show",
    "Correct `sources[].path` of {id}, or let the node's user read it.",
)
KEY_FRAMES = Sign(
    "camera_key_frames",
    "warning",
    "key frames lie farther apart than looks are wanted, so every picture is decoded: about twenty "
    "times the cost",
    "Set the camera's key frame interval (I-frame interval, GOP) to {frames} frames, one in {wanted_s:g} s; "
    "smart codecs (H.264+, Smart stream) off.",
)
H265 = Sign(
    "camera_h265",
    "note",
    "H.265 costs the processor about twice as much as H.264, and some devices do not decode it",
    "Set the stream that {id} uses to H.264, or `hardware: auto` where this box has a device for it.",
)
SMALL = Sign(
    "camera_small",
    "warning",
    "so few pixels show cars as dots; most detectors need more",
    "Use a larger stream of this camera: another path in `sources[].url` of {id}, at least 640 pixels wide.",
)
SLOW = Sign(
    "camera_slow",
    "note",
    "fewer pictures come than `sample` may ask for; more cannot be looked at",
    "Raise the camera's frame rate, or set `sample: {fps:g}` at {id}.",
)
STAMPS = Sign(
    "camera_stamps",
    "warning",
    "the stream's clock does not run as time does; durations are taken from when pictures arrive",
    'Update the camera\'s firmware; switch off its "smooth" or "adaptive" stream settings; restart it.',
)
DELAY = Sign(
    "camera_late",
    "warning",
    "pictures come late or in bursts: what is told of them is that much older",
    "Lower the stream's bit rate, take `transport: tcp`, take the stream from the camera and not from "
    "a recorder.",
)
DAMAGED = Sign(
    "camera_damaged",
    "warning",
    "pictures are damaged on the way",
    "Set `transport: tcp` at {id}; look at cable and switch; lower the bit rate.",
)
ZONE_SMALL = Sign(
    "camera_zone_small",
    "warning",
    "the zone is a few pixels in this picture; nothing in it would be recognised",
    "Draw zone {zone} larger, or use a larger stream for {id}.",
)

# By the causes that the reader of streams tells (edge.streams.livestream).
BY_CAUSE: Final = {
    "name": UNKNOWN_HOST,
    "address": ELSEWHERE,
    "no_answer": NO_ANSWER,
    "HostUnreachable": NO_ANSWER,
    "port": PORT,
    "refused": REFUSED,
    "path": PATH,
    "tls": TLS,
    "no_video": NO_VIDEO,
    "data": NO_VIDEO,
    "silent": SILENT,
    "password_file": PASSWORD_FILE,
    "file": FILE,
}


@dataclass(frozen=True, slots=True)
class Stream:
    """What was measured. Times in seconds, costs in milliseconds of the processor for one picture.

    key_s: the longest way from one key frame to the next; None where no second one came in `watched_s`.
    pace: how fast the stream's clock runs beside ours; None where that cannot be told. late_s: how far the
    latest picture came behind the earliest; ahead_s: how much came at once when it was opened.
    """

    codec: str
    width: int
    height: int
    frames: int
    damaged: int
    watched_s: float
    fps: float | None
    key_s: float | None
    key_ms: float | None
    frame_ms: float | None
    first_s: float | None = None
    pace: float | None = None
    backwards: int = 0
    unstamped: int = 0
    late_s: float | None = None
    ahead_s: float | None = None

    def keys_within(self, interval: float) -> bool:
        """Whether looking so often needs key frames alone."""
        return self.key_s is not None and self.key_s <= LATE * interval

    def decode_ms(self, interval: float) -> float:
        """Milliseconds of the processor a second, for a look every `interval` seconds."""
        if self.keys_within(interval):
            return (self.key_ms or 0.0) / interval
        return (self.frame_ms or self.key_ms or 0.0) * (self.fps or 25.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the configuration wants of a source. zones: names and outlines in shares of the picture."""

    id: str
    idle: float
    sample: float
    zones: Sequence[tuple[str, Sequence[tuple[float, float]]]] = ()
    live: bool = True


def unreachable(name: str, cause: str, seen: str, host: str) -> Finding:
    """Why nothing could be watched."""
    return BY_CAUSE.get(cause, BROKEN).at(name, seen, id=name, host=host, cause=cause)


def judge(wanted: Wanted, stream: Stream) -> Iterator[Finding]:
    """What is to be said of a stream that came; fine only where nothing warns."""
    found = [*_of_pictures(wanted, stream), *_of_time(wanted, stream), *_of_zones(wanted, stream)]
    if not any(finding.state in ("warning", "fault") for finding in found):
        yield FINE.at(wanted.id, _told(stream), **_figures(stream))
    yield from found


def _figures(stream: Stream) -> dict[str, str | int | float | bool | None]:
    return {name: getattr(stream, name) for name in Stream.__slots__}


def _told(stream: Stream) -> str:
    told: list[str] = [f"{stream.codec} {stream.width}x{stream.height}"]
    if stream.fps is not None:
        told.append(said("{fps:.3g} fps", fps=stream.fps))
    if stream.key_s is not None:
        told.append(said("key frame every {key_s:.2g} s", key_s=stream.key_s))
    if stream.key_ms is not None:
        told.append(said("{key_ms:.1f} ms to decode one", key_ms=stream.key_ms))
    if stream.first_s is not None:
        told.append(said("first picture after {first_s:.1f} s", first_s=stream.first_s))
    if stream.late_s is not None:
        told.append(said("up to {late_s:.1f} s late", late_s=stream.late_s))
    return listed(told)


def _of_pictures(wanted: Wanted, stream: Stream) -> Iterator[Finding]:
    who, size = wanted.id, f"{stream.width}x{stream.height}"
    if stream.codec in ("hevc", "h265"):
        yield H265.at(who, said("the stream is H.265, {size}", size=size), id=who)
    if stream.width < LEAST_WIDTH:
        seen = said("the pictures are {size}", size=size)
        yield SMALL.at(who, seen, id=who, width=stream.width, height=stream.height)
    if stream.frames and stream.damaged / (stream.frames + stream.damaged) > MOST_DAMAGED:
        every = stream.frames + stream.damaged
        seen = said("{damaged} of {every} pictures were damaged", damaged=stream.damaged, every=every)
        yield DAMAGED.at(who, seen, id=who, damaged=stream.damaged, frames=stream.frames)
    limit = LATE * max(wanted.idle, 1.0 / wanted.sample)
    if not wanted.live:  # nobody sets a film; what it costs is told with the speed
        return
    watched_long = stream.watched_s > limit
    if (stream.key_s is None and watched_long) or (stream.key_s is not None and stream.key_s > limit):
        figures = {"key_s": stream.key_s, "wanted_s": wanted.idle, "watched_s": stream.watched_s}
        frames = max(1, int((stream.fps or 25.0) * wanted.idle))
        yield KEY_FRAMES.at(who, _apart(wanted, stream), id=who, frames=frames, **figures)


def _apart(wanted: Wanted, stream: Stream) -> str:
    if stream.key_s is None:
        keys = said("no second key frame within {watched_s:.0f} s", watched_s=stream.watched_s)
    else:
        keys = said("key frames {key_s:.2g} s apart", key_s=stream.key_s)
    return said("{keys}; a look is wanted every {idle:g} s", keys=keys, idle=wanted.idle)


def _of_time(wanted: Wanted, stream: Stream) -> Iterator[Finding]:
    who = wanted.id
    if stream.fps is not None and wanted.live and stream.fps < 0.95 * wanted.sample:
        seen = said("{fps:.2g} fps come, `sample` is {sample:g}", fps=stream.fps, sample=wanted.sample)
        yield SLOW.at(who, seen, id=who, fps=round(stream.fps, 1))
    if (what := _clock_of(stream)) is not None:
        yield STAMPS.at(who, what, pace=stream.pace, backwards=stream.backwards, unstamped=stream.unstamped)
    late, ahead = stream.late_s or 0.0, stream.ahead_s or 0.0
    if max(late, ahead) > MOST_LATE_S:
        seen = (
            said("pictures up to {late:.1f} s late", late=late)
            if late >= ahead
            else said("{ahead:.1f} s of old pictures at first", ahead=ahead)
        )
        yield DELAY.at(who, seen, id=who, late_s=late, ahead_s=ahead)


def _clock_of(stream: Stream) -> str | None:
    if stream.unstamped > stream.frames / 10:
        words = "{unstamped} of {frames} pictures bear no time"
        return said(words, unstamped=stream.unstamped, frames=stream.frames)
    if stream.backwards > 1:
        return said("the times went back {backwards} times", backwards=stream.backwards)
    if stream.pace is not None and stream.watched_s >= LONG_ENOUGH_S and abs(stream.pace - 1.0) > MOST_WRONG:
        return said("its clock runs at {pace:.2f} of ours", pace=stream.pace)
    return None


def _of_zones(wanted: Wanted, stream: Stream) -> Iterator[Finding]:
    for zone, outline in wanted.zones:
        xs, ys = zip(*outline, strict=True)
        across, down = (max(xs) - min(xs)) * stream.width, (max(ys) - min(ys)) * stream.height
        if min(across, down) < LEAST_ZONE:
            size, whole = f"{across:.0f}x{down:.0f}", f"{stream.width}x{stream.height}"
            seen = said("zone {zone} is {size} pixels of {whole}", zone=zone, size=size, whole=whole)
            yield ZONE_SMALL.at(wanted.id, seen, id=wanted.id, zone=zone)
