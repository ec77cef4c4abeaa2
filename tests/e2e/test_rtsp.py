"""A real RTSP camera that is cut, frozen, reconfigured, locked and never there."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from edge.frames import Frame, Trouble
from edge.sources import open_source
from edge.sources.rtsp import Settings
from edge.streams.reader import LiveReader, system_clock
from tests.footage import FakeTime, make_video
from tests.rtsp import Camera

CLOCK = system_clock()
DEADLINE_S = 45.0


class Watch:
    """Reads a camera and keeps what came; every frame is checked to be later than the one before."""

    def __init__(self, url: str, **more: object) -> None:
        quick = {
            "timeout": "5s",
            "stall": "5s",
            "retry_first": "100ms",
            "retry_max": "500ms",
            "sample": 5,
            "idle": "200ms",
        }
        given = {"id": "cam", "kind": "rtsp", "url": url, **quick, **more}
        self.settings = Settings.model_validate(given)
        self.frames: list[Frame] = []
        self.troubles: list[Trouble] = []
        self.reader = LiveReader("cam", lambda: open_source(self.settings, CLOCK), CLOCK)
        self.reader.start()

    def until(self, condition: Callable[[], bool]) -> None:
        """Read on until it is so."""
        deadline = time.monotonic() + DEADLINE_S
        while not condition():
            assert time.monotonic() < deadline, (
                f"it never came: {self.states} after {len(self.frames)} frames"
            )
            item = self.reader.take(0.2)
            if isinstance(item, Frame):
                assert not self.frames or item.t > self.frames[-1].t, "time went backwards"
                self.frames.append(item)
            elif item is not None:
                self.troubles.append(item)

    def more(self, frames: int) -> None:
        """Read so many frames more."""
        wanted = len(self.frames) + frames
        self.until(lambda: len(self.frames) >= wanted)

    def said(self, state: str) -> None:
        """Read until this was said."""
        self.until(lambda: state in self.states)

    @property
    def states(self) -> list[str]:
        """What was said, without repetitions next to each other."""
        said = [trouble.state for trouble in self.troubles]
        return [state for before, state in pairwise(["", *said]) if state != before]


@pytest.fixture
def watch() -> Iterator[Callable[..., Watch]]:
    made: list[Watch] = []

    def make(url: str, **more: object) -> Watch:
        made.append(Watch(url, **more))
        return made[-1]

    yield make
    for one in made:
        one.reader.close()


def test_frames_come_at_the_rate_that_was_asked_for(rtsp_camera: Camera, watch: Callable[..., Watch]) -> None:
    seen = watch(rtsp_camera.start("--fps", "20").url)
    seen.more(30)
    steady = seen.frames[5:]
    rate = (len(steady) - 1) / (steady[-1].t - steady[0].t)
    assert 4.0 < rate < 6.0
    assert seen.frames[0].image.shape == (240, 320, 3)
    assert seen.frames[0].clock == "free_running"
    assert abs(seen.frames[-1].utc - time.time()) < 5
    assert seen.troubles == []
    assert seen.reader.report().state == "ok"


@pytest.mark.parametrize("codec", ["h264", "jpeg"])
def test_both_transports_and_other_codecs(
    rtsp_camera: Camera, watch: Callable[..., Watch], codec: str
) -> None:
    url = rtsp_camera.start("--codec", codec).url
    for transport in ("tcp", "udp"):
        seen = watch(url, transport=transport)
        seen.more(5)
        seen.reader.close()


def test_a_cut_in_mid_stream_is_told_and_healed(rtsp_camera: Camera, watch: Callable[..., Watch]) -> None:
    seen = watch(rtsp_camera.start().url)
    seen.more(5)
    rtsp_camera.kill()
    seen.said("lost")
    assert seen.reader.report().state == "lost"
    time.sleep(3)
    rtsp_camera.start()
    seen.said("recovered")
    seen.more(5)
    assert seen.states == ["lost", "recovered"]
    assert seen.reader.report().state == "ok"


def test_a_recording_served_as_a_camera_goes_on_over_its_loop(
    rtsp_camera: Camera, watch: Callable[..., Watch], tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", range(0, 3000, 40), size=(160, 128))
    seen = watch(rtsp_camera.start("--file", str(clip)).url)
    seen.more(30)
    assert seen.troubles == []


def test_an_outage_of_many_retries_says_little_and_ends(
    rtsp_camera: Camera, watch: Callable[..., Watch]
) -> None:
    seen = watch(rtsp_camera.start().url, retry_first="20ms", retry_max="50ms")
    seen.more(3)
    rtsp_camera.kill()
    seen.said("lost")
    held = len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
    end = time.monotonic() + 5  # a hundred retries, as an hour has of a minute each
    seen.until(lambda: time.monotonic() > end)
    assert seen.states == ["lost"]
    now = len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
    assert now[0] <= held[0] + 3
    assert now[1] <= held[1] + 1
    assert len(seen.troubles) <= 4  # one for each cause: the stream ended, nothing listens ...
    rtsp_camera.start()
    seen.said("recovered")
    seen.more(3)


def test_a_stream_that_stalls_is_noticed_and_comes_back(
    rtsp_camera: Camera, watch: Callable[..., Watch]
) -> None:
    seen = watch(rtsp_camera.start().url, stall="2s")
    seen.more(5)
    rtsp_camera.signal(signal.SIGSTOP)
    seen.said("stalled")
    rtsp_camera.signal(signal.SIGCONT)
    seen.said("recovered")
    seen.more(5)
    assert seen.states[:1] == ["stalled"]


def test_a_camera_that_answers_but_sends_no_more_frames_has_stalled(
    rtsp_camera: Camera, watch: Callable[..., Watch]
) -> None:
    seen = watch(rtsp_camera.start("--freeze-after", "30").url, stall="2s")
    seen.said("stalled")
    assert "connection stands" in seen.troubles[0].what


def test_a_wrong_path_is_told_as_such(rtsp_camera: Camera, watch: Callable[..., Watch]) -> None:
    seen = watch(rtsp_camera.start().url.replace("/live", "/other"))
    seen.said("lost")
    assert "404" in seen.troubles[0].what
    assert "/other" in seen.troubles[0].what


def test_a_wrong_password_is_told_without_it(
    rtsp_camera: Camera, watch: Callable[..., Watch], capfd: pytest.CaptureFixture[str]
) -> None:
    url = rtsp_camera.start("--user", "ann", "--password", "right").url
    seen = watch(url.replace("//", "//ann:wr0ng-one@"))
    seen.said("lost")
    assert "401" in seen.troubles[0].what
    report = seen.reader.report()
    seen.reader.close()
    output = capfd.readouterr()
    for text in (repr(seen.troubles), repr(report), repr(seen.settings), output.out, output.err):
        assert "wr0ng-one" not in text


def test_a_refused_password_is_not_tried_in_haste(rtsp_camera: Camera) -> None:
    url = rtsp_camera.start("--user", "ann", "--password", "right").url
    time = FakeTime()
    given = {"id": "cam", "kind": "rtsp", "url": url.replace("//", "//ann:wrong@")}
    source = open_source(Settings.model_validate(given), time.clock)
    frames = source.frames()
    assert isinstance(next(frames), Trouble)
    threading.Timer(1.0, source.close).start()
    assert list(frames) == []
    assert time.waits[0] >= 30.0  # half of retry_max at least


def test_a_password_from_a_file_opens_the_stream(
    rtsp_camera: Camera, watch: Callable[..., Watch], tmp_path: Path
) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/w:rd\n")
    url = rtsp_camera.start("--user", "ann", "--password", "p@ss/w:rd").url
    seen = watch(url, username="ann", password_file=str(secret))
    seen.more(3)
    assert seen.troubles == []


def test_another_size_after_a_restart_is_told_and_followed(
    rtsp_camera: Camera, watch: Callable[..., Watch]
) -> None:
    seen = watch(rtsp_camera.start("--size", "320x240").url)
    seen.more(3)
    rtsp_camera.kill()
    rtsp_camera.start("--size", "640x480", "--codec", "jpeg")
    seen.said("changed")
    seen.more(3)
    assert seen.frames[-1].image.shape == (480, 640, 3)
    changed = next(trouble for trouble in seen.troubles if trouble.state == "changed")
    assert "640x480 mjpeg" in changed.what
    assert seen.states == ["lost", "recovered", "changed"]


def test_nothing_at_the_port_and_no_such_host_are_told(watch: Callable[..., Watch], free_port: int) -> None:
    for url, why in ((f"rtsp://127.0.0.1:{free_port}/live", "refused"), ("rtsp://no.invalid/x", "not known")):
        seen = watch(url)
        seen.said("lost")
        assert why in seen.troubles[0].what
        seen.reader.close()


def test_close_does_not_wait_for_a_camera_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/live"
        settings = Settings.model_validate({"id": "cam", "kind": "rtsp", "url": url, "timeout": "5s"})
        source = open_source(settings, CLOCK)
        items: list[object] = []
        reading = threading.Thread(target=lambda: items.extend(source.frames()))
        reading.start()
        connection, _ = silent.accept()  # the source is connecting now
        with connection:
            source.close()
            reading.join(4.0)  # before its own time limit could end it
            assert not reading.is_alive()
        assert items == []


def test_close_while_reading_ends_the_thread(rtsp_camera: Camera) -> None:
    settings = Settings.model_validate({"id": "cam", "kind": "rtsp", "url": rtsp_camera.start().url})
    source = open_source(settings, CLOCK)
    frames = source.frames()
    assert isinstance(next(frames), Frame)
    rtsp_camera.signal(signal.SIGSTOP)
    threading.Timer(0.5, source.close).start()
    assert all(isinstance(item, Frame) for item in frames)  # ends well before the ten seconds of a stall


def test_cameras_do_not_disturb_each_other(
    rtsp_cameras: Callable[[], Camera], watch: Callable[..., Watch]
) -> None:
    first, second = rtsp_cameras().start(), rtsp_cameras().start("--size", "160x120")
    one, other = watch(first.url), watch(second.url)
    one.more(3)
    first.kill()
    one.said("lost")
    other.more(10)
    assert other.troubles == []
    assert {frame.image.shape for frame in other.frames} == {(120, 160, 3)}


def test_an_encrypted_stream_is_trusted_by_its_certificate_only(
    rtsp_camera: Camera, watch: Callable[..., Watch], rtsp_certificate: tuple[Path, Path]
) -> None:
    served, public = rtsp_certificate
    url = rtsp_camera.start("--certificate", str(served)).url
    stranger = watch(url)
    stranger.said("lost")
    assert "certificate" in stranger.troubles[0].what
    assert stranger.frames == []
    trusting = watch(url, ca_file=str(public))
    trusting.more(3)
    careless = watch(url, tls_verify=False)
    careless.more(3)
    assert trusting.troubles == careless.troubles == []
