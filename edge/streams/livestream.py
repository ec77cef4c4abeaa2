"""One connection to a camera: read in a thread of its own, left behind when it hangs."""

import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from broker.outside import addresses_of, not_a_device
from broker.saying import said
from edge.frames import Decoding, Frame, SourceClock, Trouble
from edge.strays import Strays
from edge.streams.decoded import Decoded
from edge.streams.hardware import Hardware, acceleration
from edge.streams.mailbox import Mailbox
from edge.streams.plan import USUAL_S, Plan, Policy
from edge.streams.streamtime import DamageCount, LiveTimes, Sampler
from edge.streams.video import Converter, Look, NoVideo, packets, video_stream, words
from edge.streams.viewing import Packet, Shot, Viewing


@dataclass(frozen=True, slots=True)
class Target:
    """Where a stream is and how long to wait for it. Only FFmpeg ever sees `url`: it may hold a password."""

    url: str = field(repr=False)
    host: str
    port: int
    options: Mapping[str, str]
    timeout: float
    stall: float
    allow_link_local: bool = False
    hardware: Hardware = "none"
    hardware_device: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a connection is over. silent: it still stood, but no frame came."""

    cause: str
    what: str
    silent: bool = False


class LiveFrames:
    """Turns a camera's packets into sampled frames with the node's times; lives through reconnections.

    `heard` is when this connection last brought a sound frame, or a packet passed over that may be one; None
    before the first.
    """

    def __init__(self, source: str, sampler: Sampler, policy: Policy, clock: SourceClock) -> None:
        self.heard: float | None = None
        self._source = source
        self._clock = clock
        self._sampler = sampler
        self._times = _Arrivals()
        self._plan = Plan(policy, USUAL_S)
        self._viewing = Viewing(self._plan, sampler, self._times, sampler.due)
        self._converter = Converter()
        self._look = Look()
        self._damage = DamageCount()
        self._broken = 0
        self._tick = 0.0

    @property
    def decoding(self) -> Decoding:
        """How the stream is decoded now."""
        return self._plan.decoding

    def restart(self) -> None:
        """Begin a new connection."""
        self.heard = None
        self._broken = 0  # a frame that the end of the last connection cut in two is no damage
        self._times.live.restart()

    def open(self, stream: VideoStream) -> None:
        """The new connection's stream."""
        self._viewing.open(stream, self._viewing.index)
        self._tick = float(stream.time_base or 0)

    def of(self, packet: Packet) -> Iterator[Frame | Trouble]:
        """The frames that are due and that a packet completes, and what is wrong with it."""
        arrival, stamp = self._clock.monotonic(), packet.pts
        self._times.arrived(arrival, None if stamp is None else stamp * self._tick)
        for item in self._viewing.of(packet):
            if not isinstance(item, int):
                yield from self._shown(item, packet, arrival)
            elif self.heard is not None:
                # A connection begins between key frames; what cannot be decoded until the first is no damage.
                self._broken += item
        if self.heard is not None and self._viewing.passing:
            self.heard = arrival

    def _shown(self, shot: Shot, packet: Packet, arrival: float) -> Iterator[Frame | Trouble]:
        self.heard = arrival
        self._damage.add(self._broken)
        self._broken = 0
        if count := self._damage.due(arrival):
            what = f"{count} damaged frame(s) since the last word; packets are lost on the way"
            yield Trouble(self._source, "damaged", what)
        if change := self._look.change(packet.stream.codec_context.name, shot.frame):
            yield Trouble(self._source, "changed", change)
        if shot.due or (shot.due is None and self._sampler.due(shot.t)):
            yield self._frame(shot, arrival)

    def _frame(self, shot: Shot, arrival: float) -> Frame:
        utc = self._clock.utc() - max(0.0, arrival - shot.t)
        picture = Decoded(shot.frame, self._converter)
        return Frame(picture, self._source, shot.index, shot.t, utc, self._clock.quality())


class _Arrivals:
    """A camera's stamps on the node's clock, by when its packets arrive."""

    def __init__(self) -> None:
        self.live = LiveTimes()
        self._arrival = 0.0

    def arrived(self, arrival: float, pts: float | None) -> None:
        self._arrival = arrival
        self.live.note(arrival, pts)

    def at(self, pts: float | None, _dts: float | None) -> float:
        return self.live.time(self._arrival, pts)

    def passed(self, pts: float | None, dts: float | None) -> None:
        """Its arrival told all there is to know."""


class Session:
    """One connection from opening to its end. Whoever reads `mail` never waits for the network.

    Nothing interrupts FFmpeg before its own time limits, nor a name look-up at all. So `stop` only asks, and
    a thread that hangs is left behind as a daemon: `alive` says whether it is still about.
    """

    def __init__(self, target: Target, frames: LiveFrames, clock: SourceClock) -> None:
        self.mail: Mailbox[Frame, Trouble | Ending] = Mailbox()
        self._target = target
        self._frames = frames
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"stream {target.host}", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Connect and read."""
        self._frames.restart()
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End at the next packet or time limit; wait for that no longer than `patience` seconds."""
        self._stopped.set()
        self._thread.join(patience)

    def leave(self, strays: Strays, source: str) -> bool:
        """Leave the thread behind for good; False where too many are."""
        return strays.leave(source, self._thread)

    def _run(self) -> None:
        try:
            self.mail.put_word(self._read())
        except Exception as error:  # a thread that dies silently would look like a camera that stalls
            self.mail.put_word(Ending("fault", said("reading it failed ({why})", why=type(error).__name__)))

    def _read(self) -> Ending:
        target = self._target
        begun, opened = self._clock.monotonic(), False
        try:
            if (wrong := elsewhere(target)) is not None:
                return wrong
            limits = (target.timeout, target.stall)
            hardware = acceleration(target.hardware, target.hardware_device)
            with hardware.open(target.url, target.options, limits) as container:
                opened = True
                return self._follow(container, video_stream(container))
        except socket.gaierror:
            return Ending("name", said("the host name {host} is not known", host=target.host))
        except NoVideo as error:
            return Ending("no_video", error.why)
        except av.error.FFmpegError as error:
            return why(error, target, self._clock.monotonic() - begun, opened)

    def _follow(self, container: InputContainer, stream: VideoStream) -> Ending:
        self._frames.open(stream)
        last = self._clock.monotonic()
        for packet in packets(container, stream):
            before, last = last, self._clock.monotonic()
            # Cut short by the time limit, FFmpeg first hands out the frame it was still assembling.
            if self._stopped.is_set() or last - before >= self._target.stall:
                return _silent(self._target)
            for item in self._frames.of(packet):
                if isinstance(item, Frame):
                    self.mail.put_frame(item)
                else:
                    self.mail.put_word(item)
        return Ending("over", said("the camera ended the stream"))


def elsewhere(target: Target) -> Ending | None:
    """Where the name leads to no camera. Raises socket.gaierror for a name that nobody knows."""
    for address in addresses_of(target.host, target.port):
        why_not = not_a_device(ip_address(address.partition("%")[0]))
        if why_not is not None and not target.allow_link_local:
            leads = "the name leads to {address}, {why}; allow_link_local permits it"
            return Ending("address", said(leads, address=address, why=why_not))
    return None


def _silent(target: Target) -> Ending:
    what = said("no frame came for {stall:g} s though the connection stands", stall=target.stall)
    return Ending("silent", what, silent=True)


CAUSES: dict[type[av.error.FFmpegError], Ending] = {
    av.error.HTTPUnauthorizedError: Ending("refused", said("refuses the user name or password (401)")),
    av.error.HTTPForbiddenError: Ending("refused", said("refuses this user the stream (403)")),
    av.error.HTTPNotFoundError: Ending("path", said("has no stream at this path (404)")),
    av.error.ConnectionRefusedError: Ending(
        "port", said("nothing listens at this port (connection refused)")
    ),
    av.error.ConnectionResetError: Ending("reset", said("the camera closed the connection")),
    av.error.BrokenPipeError: Ending("reset", said("the camera closed the connection")),
    av.error.InvalidDataError: Ending("data", said("sends nothing that can be read as video over RTSP")),
}


def why(error: av.error.FFmpegError, target: Target, waited: float, opened: bool) -> Ending:
    """An error of FFmpeg's as a cause and a sentence, without any address."""
    if isinstance(error, av.error.ExitError) and opened:
        return _silent(target)
    if isinstance(error, av.error.ExitError) or (not opened and waited >= target.timeout):
        return Ending("no_answer", said("did not answer within {timeout:g} s", timeout=target.timeout))
    if type(error) in CAUSES:
        return CAUSES[type(error)]
    if target.url.startswith("rtsps:") and not opened:
        insecure = "no secure connection ({why}): is its certificate trusted (ca_file, tls_verify)?"
        return Ending("tls", said(insecure, why=words(error)))
    return Ending(type(error).__name__, said("the connection broke: {why}", why=words(error)))
