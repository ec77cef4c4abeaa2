"""Fixtures: a real RTSP camera on the loopback, to be cut, frozen and restarted."""

import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

SERVER = Path(__file__).with_name("rtsp_server.py")
# The server's bindings belong to Debian's own Python.
PYTHON = "/usr/bin/python3"
PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav"
)
PROBE = """
import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstApp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
needed = "x264enc h264parse rtph264pay jpegenc rtpjpegpay videotestsrc decodebin avdec_h264 qtdemux"
missing = [name for name in needed.split() if not Gst.ElementFactory.find(name)]
raise SystemExit("missing " + " ".join(missing) if missing else 0)
"""


class Camera:
    """One RTSP server process. Its port stays the same over restarts."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"rtsp://127.0.0.1:{self.port}/live"
        self._process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> "Camera":
        """Serve, with the options of `tests/rtsp_server.py`; returns once it listens."""
        command = [PYTHON, str(SERVER), "--port", str(self.port), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], 30)
        line = self._process.stdout.readline() if ready else "nothing within 30 s"
        assert line.startswith("READY"), f"the RTSP server did not start: {line}"
        self.url = line.split()[1]
        return self

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP freezes it with its connections open, SIGCONT lets it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """Cut the power: kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture(scope="session")
def rtsp_server() -> None:
    """Skips where the machine has no GStreamer RTSP server."""
    if not Path(PYTHON).exists():
        pytest.skip(f"no {PYTHON} to run the RTSP server with")
    probe = subprocess.run([PYTHON, "-c", PROBE], capture_output=True, text=True, check=False)
    if probe.returncode:
        last = (probe.stderr.strip() or "unknown").splitlines()[-1]
        pytest.skip(f"no RTSP server ({last}); apt-get install {PACKAGES}")


@pytest.fixture
def rtsp_cameras(rtsp_server: None) -> Iterator[Callable[[], Camera]]:
    """Makes cameras, not yet started; all are gone after the test."""
    made: list[Camera] = []

    def make() -> Camera:
        made.append(Camera())
        return made[-1]

    yield make
    for camera in made:
        camera.kill()


@pytest.fixture
def rtsp_camera(rtsp_cameras: Callable[[], Camera]) -> Camera:
    """One camera, not yet started."""
    return rtsp_cameras()


@pytest.fixture
def rtsp_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1: with its key, and without."""
    key, public, both = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "both.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(public)),
        ],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    both.write_text(key.read_text() + public.read_text())
    return both, public
