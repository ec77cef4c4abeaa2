"""One connection to a camera: what a new one knows of the one before, and what bad streams come to."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.frames import Frame, SourceClock, Trouble
from edge.streams.livestream import LiveFrames, Session, Target
from edge.streams.plan import Policy
from edge.streams.streamtime import Sampler
from edge.streams.video import packets, video_stream
from tests.footage import FakeTime, make_video, moving, shown, states

DEADLINE_S = 10.0
BEGAN = 1000.0
MINUTE = range(0, 60_000, 40)


def test_a_new_connection_has_heard_nothing_yet_however_late_its_thread_runs() -> None:
    """Else the silence before it would count as its own, and it would be cut before it began."""
    go_on = threading.Event()

    def slow() -> float:
        go_on.wait(DEADLINE_S)
        return 100.0

    clock = SourceClock(slow, time.time)
    frames = LiveFrames("cam", Sampler(2.0), "auto", clock)
    frames.heard = 1.0
    session = Session(Target("rtsp://127.0.0.1:1/", "127.0.0.1", 1, {}, 1.0, 1.0), frames, clock)

    session.start()
    heard = frames.heard
    go_on.set()
    session.stop(DEADLINE_S)

    assert heard is None
    assert not session.alive


@dataclass(frozen=True)
class Arrival:
    """A packet on its way: when it comes after the first, and the stamp it bears in seconds."""

    t: float
    pts: float


Road = Callable[[int, float], Iterator[Arrival]]


def straight(_index: int, t: float) -> Iterator[Arrival]:
    yield Arrival(t, t)


class Camera:
    """Feeds recorded packets to what reads a camera, over a road that delays, repeats or restamps them."""

    def __init__(self, interval: float = 4.0, policy: Policy = "auto") -> None:
        self.time = FakeTime(now=BEGAN)
        self.sampler = Sampler(1 / interval)
        self.reader = LiveFrames("cam", self.sampler, policy, self.time.clock)
        self.frames: list[Frame] = []
        self.troubles: list[Trouble] = []
        self.silences: list[float] = []

    def play(self, path: Path, road: Road = straight) -> None:
        """One connection, from the time of now on."""
        self.reader.restart()
        began = self.time.now
        with av.open(str(path)) as container:
            stream = video_stream(container)
            self.reader.open(stream)
            for index, packet in enumerate(packets(container, stream)):
                if packet.pts is None or packet.time_base is None:
                    continue
                tick = float(packet.time_base)
                for arrival in road(index, packet.pts * tick):
                    packet.pts = packet.dts = round(arrival.pts / tick)
                    self.time.now = max(self.time.now, began + arrival.t)
                    self._take(packet)

    def _take(self, packet: "av.Packet[av.VideoStream]") -> None:
        for item in self.reader.of(packet):
            (self.frames if isinstance(item, Frame) else self.troubles).append(item)  # type: ignore[arg-type]
        self.silences.append(self.time.now - (self.reader.heard or BEGAN))

    @property
    def gaps(self) -> list[float]:
        return [b.t - a.t for a, b in pairwise(self.frames)]

    @property
    def ages(self) -> list[float]:
        """How long before they were handed out the pictures were taken, by their numbers, at 25 a second."""
        return [BEGAN + frame.index / 25 - frame.t for frame in self.frames]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute with a key frame every four seconds."""
    return make_video(tmp_path_factory.mktemp("live") / "clip.mkv", MINUTE, gop=100)


def test_a_camera_is_watched_by_its_keyframes_and_is_never_silent(clip: Path) -> None:
    camera = Camera()
    camera.play(clip)
    assert camera.gaps == pytest.approx([4.0] * 14, abs=0.01)
    assert [shown(frame) for frame in camera.frames] == [0] * 15  # every hundredth
    decoding = camera.reader.decoding
    assert (decoding.mode, decoding.decoded) == ("keyframes", 15)
    assert decoding.key_s == pytest.approx(4.0)
    assert max(camera.silences) == 0.0


def test_a_camera_of_keyframes_only_is_not_silent_between_the_looks(tmp_path: Path) -> None:
    path = make_video(tmp_path / "jpeg.mkv", MINUTE, codec="mjpeg", pixels="yuvj420p", options={})
    camera = Camera(interval=30.0)
    camera.play(path)
    assert camera.gaps == pytest.approx([30.0])
    assert max(camera.silences) == 0.0


@pytest.mark.parametrize("interval", [0.5, 4.0])
@pytest.mark.parametrize("speed", [0.999, 1.001])
def test_a_camera_whose_clock_drifts_is_followed(clip: Path, interval: float, speed: float) -> None:
    camera = Camera(interval)
    for _ in range(5):
        camera.play(clip, lambda _n, t: iter([Arrival(t, t * speed + 500)]))
    assert max(abs(BEGAN + f.index / 25 - f.t) for f in camera.frames) < 0.3
    assert np.mean(camera.gaps) == pytest.approx(interval, rel=0.05)


@pytest.mark.parametrize("interval", [0.5, 4.0])
@pytest.mark.parametrize("jump", [-3600.0, -7.0, 7.0, 3600.0])
def test_a_camera_whose_clock_is_set_goes_on_evenly(clip: Path, interval: float, jump: float) -> None:
    camera = Camera(interval)
    camera.play(clip, lambda _n, t: iter([Arrival(t, 5000 + t + (jump if t >= 30 else 0.0))]))
    assert all(0 < gap <= 2.1 * interval for gap in camera.gaps)
    assert len(camera.frames) >= 60 / interval * 0.85
    assert max(abs(age) for age in camera.ages) < 0.2


def test_stamps_that_run_backwards_never_make_time_do_so(clip: Path) -> None:
    camera = Camera(0.5)
    camera.play(clip, lambda _n, t: iter([Arrival(t, 500 - t)]))
    assert all(gap > 0 for gap in camera.gaps)
    assert len(camera.frames) > 20


@pytest.mark.parametrize("interval", [0.5, 4.0])
def test_packets_that_come_twice_make_no_second_look(clip: Path, interval: float) -> None:
    once, twice = Camera(interval), Camera(interval)
    once.play(clip)
    twice.play(clip, lambda n, t: iter([Arrival(t, t)] * (2 if n % 10 == 0 else 1)))
    assert twice.gaps == pytest.approx(once.gaps, abs=0.6)
    assert len(twice.frames) == pytest.approx(len(once.frames), abs=1)


def test_a_network_that_delivers_in_bursts_keeps_the_cameras_spacing(clip: Path) -> None:
    camera = Camera()
    camera.play(clip, lambda _n, t: iter([Arrival(t + (1.5 if 20 <= t < 22 else 0.0), t)]))
    assert camera.gaps == pytest.approx([4.0] * 14, abs=0.2)


def test_another_size_is_said_once_and_followed_by_keyframes_too(clip: Path, tmp_path: Path) -> None:
    large = make_video(tmp_path / "large.mkv", MINUTE, gop=100, size=(128, 96))
    camera = Camera()
    camera.play(clip)
    camera.play(large)
    assert states(camera.troubles) == ["changed"]
    assert {(frame.width, frame.height) for frame in camera.frames} == {(64, 48), (128, 96)}
    assert all(gap < 5.1 for gap in camera.gaps)


def test_a_new_connection_knows_how_far_keyframes_lie_apart(clip: Path) -> None:
    camera = Camera()
    camera.play(clip)
    first = camera.reader.decoding.decoded
    camera.play(clip)
    assert camera.reader.decoding.decoded - first == 15 == first
    assert camera.frames[-1].index == 2 * 1500 - 100


def test_a_camera_that_turns_to_infrared_is_seen_to(tmp_path: Path) -> None:
    """Its pictures keep their format; only their colours go."""

    def dusk(index: int, size: tuple[int, int]) -> NDArray[np.uint8]:
        picture = moving(index, size)
        return picture if index < 750 else np.repeat(picture[:, :, :1], 3, axis=2)

    camera = Camera()
    camera.play(make_video(tmp_path / "dusk.mkv", MINUTE, gop=100, drawn=dusk))
    colours = [frame.colour or 0.0 for frame in camera.frames]
    assert min(colours[:7]) > 10
    assert max(colours[8:]) < 4
    assert camera.troubles == []


def test_keyframes_that_cannot_be_decoded_are_silence_and_said_when_one_can(clip: Path) -> None:
    camera = Camera()
    broken = np.random.default_rng(1).bytes(300)

    class Breaking(LiveFrames):
        def of(self, packet: "av.Packet[av.VideoStream]") -> Iterator[Frame | Trouble]:
            if packet.is_keyframe and 20 <= (packet.pts or 0) / 1000 <= 33:
                stamp, stream, base = packet.pts, packet.stream, packet.time_base
                packet = av.Packet(broken)
                packet.stream, packet.time_base, packet.pts, packet.dts = stream, base, stamp, stamp
                packet.is_keyframe = True
            yield from super().of(packet)

    camera.reader = Breaking("cam", camera.sampler, "auto", camera.time.clock)
    camera.play(clip)
    assert [round(frame.t - BEGAN) for frame in camera.frames] == [0, 4, 8, 12, 16, 36, 40, 44, 48, 52, 56]
    assert states(camera.troubles) == ["damaged"]
    assert camera.troubles[0].what.startswith("4 damaged")
    assert 15.9 <= max(camera.silences) <= 16.1


def test_a_camera_whose_only_keyframe_is_its_first_is_then_decoded_in_full(
    tmp_path: Path,
) -> None:
    path = make_video(tmp_path / "one.mkv", range(0, 90_000, 40), gop=9000, drawn=moving)
    camera = Camera()
    camera.play(path)
    assert [round(frame.t - BEGAN) for frame in camera.frames] == [0]
    assert max(camera.silences[: 60 * 25]) == 0.0
    assert camera.silences[-1] == pytest.approx(30.0, abs=0.2)  # so that `stall` ends the connection
    camera.play(path)
    assert camera.gaps[2:] == pytest.approx([4.0] * 21, abs=0.1)


def test_a_connection_that_begins_between_keyframes_waits_for_one(clip: Path) -> None:
    """Or, when none comes in time, decodes what there is."""
    camera = Camera()
    camera.play(clip, lambda n, t: iter([Arrival(t, t)] if n >= 30 else []))
    assert [round(frame.t - BEGAN) for frame in camera.frames] == list(range(4, 60, 4))
    assert camera.reader.decoding.decoded == 14
    late = Camera(interval=2.0, policy="keyframes")
    late.play(clip, lambda n, t: iter([Arrival(t, t)] if n >= 30 else []))
    assert late.reader.decoding.decoded == pytest.approx(14 + 100 - 30 - 2.5 * 25, abs=2)


def test_what_the_end_of_a_connection_cut_in_two_is_no_damage(clip: Path) -> None:
    camera = Camera(policy="full")
    camera.play(clip)
    with av.open(str(clip)) as container:
        stream = video_stream(container)
        camera.reader.open(stream)
        cut = av.Packet(b"\x00\x00\x00\x09\x65\xff")
        cut.stream, cut.time_base, cut.pts = stream, stream.time_base, 61_000
        assert list(camera.reader.of(cut)) == []
    camera.play(clip)
    assert camera.troubles == []
