"""Frames that are converted only as far as somebody asks."""

import threading
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.frames import Frame
from edge.sources import open_source
from edge.sources.file import Settings
from edge.streams.decoded import Decoded
from edge.streams.grey import small_grey_of
from edge.streams.video import Converter
from tests.footage import FakeTime, played

Picture = NDArray[np.uint8]


def small_grey(image: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """The yardstick: the converted picture, made small and grey."""
    if image.shape[1] > width:
        height = max(1, round(image.shape[0] * width / image.shape[1]))
        # Where many rows become one, every second one tells as much and costs half.
        rows = image[::2] if image.shape[1] >= 4 * width else image
        image = np.asarray(cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


class CountingConverter(Converter):
    """Counts the conversions to BGR."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    def bgr(self, frame: av.VideoFrame) -> Picture:
        self.made += 1
        return super().bgr(frame)


def scene(width: int = 642, height: int = 358) -> Picture:
    """Soft blobs over the whole range of brightness, not very colourful, as streets are."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (9, 16, 1)) + rng.integers(-25, 26, (9, 16, 3))
    small = np.clip(coarse, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def decoded(name: str, picture: Picture, converter: Converter | None = None) -> Frame:
    frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=name)
    return Frame(Decoded(frame, converter or Converter()), "cam", 0, 0.0, 0.0, "unknown")


FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "nv21", "yuyv422", "yuv420p10le", "p010le"]


@pytest.mark.parametrize("name", [*FORMATS, "gray", "rgb24"])
def test_the_small_grey_picture_needs_no_conversion_and_is_that_of_the_bgr_one(name: str) -> None:
    converter = CountingConverter()
    frame = decoded(name, scene(), converter)
    grey = small_grey_of(frame, 160)
    assert converter.made == 0
    expected = small_grey(frame.image, 160)
    assert grey.shape == expected.shape
    off = np.abs(grey.astype(int) - expected)
    assert off.mean() < 2.0
    assert np.percentile(off, 99) <= 6


@pytest.mark.parametrize("size", [(65, 49), (321, 241), (98, 50)])
def test_sizes_that_do_not_fill_the_decoders_lines(size: tuple[int, int]) -> None:
    frame = decoded("yuv420p", scene(*size))
    assert (frame.width, frame.height) == size
    assert frame.luma.shape == (size[1], size[0]) == frame.image.shape[:2]
    grey = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
    assert np.abs(small_grey_of(frame, 999).astype(int) - grey).mean() < 2.0


def test_a_picture_smaller_than_asked_keeps_its_size() -> None:
    assert small_grey_of(decoded("yuv420p", scene(100, 60)), 160).shape == (60, 100)


def test_black_and_white_are_the_same_in_limited_and_full_range() -> None:
    halves = np.zeros((180, 320, 3), np.uint8)
    halves[:, 160:] = 255
    for name, levels in (("yuv420p", (16, 235)), ("yuvj420p", (0, 255)), ("gray", (0, 255))):
        frame = decoded(name, halves)
        grey = small_grey_of(frame, 160)
        assert frame.levels == levels
        assert grey[:, :78].max() <= 1
        assert grey[:, 82:].min() >= 254


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "gray"])
def test_colour_is_the_same_from_every_format(name: str) -> None:
    picture = scene()
    known = Frame(picture, "cam", 0, 0.0, 0.0, "unknown").colour
    assert known is not None
    assert known > 5
    assert decoded(name, picture).colour == pytest.approx(known, rel=0.2)


@pytest.mark.parametrize("name", ["yuv420p", "nv12", "gray"])
def test_a_picture_without_colour_has_none(name: str) -> None:
    grey = np.repeat(scene()[:, :, :1], 3, axis=2)
    assert decoded(name, grey).colour == pytest.approx(0.0, abs=3.0)
    assert Frame(grey, "cam", 0, 0.0, 0.0, "unknown").colour == pytest.approx(0.0, abs=3.0)


def test_an_array_is_a_picture_too() -> None:
    picture = scene()
    frame = Frame(picture, "cam", 3, 1.5, 2.5, "synchronised")
    assert frame.image is picture
    assert (frame.width, frame.height, frame.levels) == (642, 358, (0, 255))
    assert np.array_equal(frame.luma, cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
    assert np.abs(small_grey_of(frame, 160).astype(int) - small_grey(picture, 160)).mean() < 1.0


def test_the_decoders_own_memory_cannot_be_written_into() -> None:
    frame = decoded("yuv420p", scene())
    with pytest.raises(ValueError, match="read-only"):
        frame.luma[0, 0] = 1


def test_two_threads_that_ask_at_once_cost_one_conversion() -> None:
    converter = CountingConverter()
    frame = decoded("yuv420p", scene(), converter)
    ready = threading.Barrier(8)
    found: list[Picture] = []

    def ask() -> None:
        ready.wait()
        found.append(frame.image)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert converter.made == 1
    assert all(picture is found[0] for picture in found)


def test_frames_of_one_source_are_converted_on_many_threads_without_mixing() -> None:
    converter = Converter()
    shades = [Frame(Decoded(shade(v), converter), "cam", v, 0.0, 0.0, "unknown") for v in range(20, 220, 10)]
    means: dict[int, float] = {}

    def ask(frame: Frame) -> None:
        means[frame.index] = float(frame.image.mean())

    threads = [threading.Thread(target=ask, args=(frame,)) for frame in shades]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(abs(means[frame.index] - frame.index) <= 4 for frame in shades)


def shade(value: int) -> av.VideoFrame:
    size = (160 + 2 * (value % 7), 120)
    flat = np.full((size[1], size[0], 3), value, np.uint8)
    return av.VideoFrame.from_ndarray(flat, format="bgr24").reformat(format="yuv420p")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_recording_is_upright_in_every_form(tmp_path: Path, degrees: int) -> None:
    frame = first_frame(turned(tmp_path, degrees))
    assert frame.image.shape[:2] == (frame.height, frame.width) == frame.luma.shape
    assert (frame.width < frame.height) == (degrees != 180)
    assert np.abs(small_grey_of(frame, 64).astype(int) - small_grey(frame.image, 64)).mean() < 3.0


def turned(folder: Path, degrees: int) -> Path:
    """A recording of one picture that a player should turn."""
    plain, path = folder / "plain.mp4", folder / "turned.mp4"
    with av.open(str(plain), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        frame = av.VideoFrame.from_ndarray(scene(128, 72), format="bgr24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.write_bytes(_with_matrix(plain.read_bytes(), degrees))
    return path


def _with_matrix(whole: bytes, degrees: int) -> bytes:
    """The track header's display matrix of an MP4 file, changed in place: 16.16 and 2.30 fixed point."""
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    terms = [cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, 0, 0, 1 << 30]
    matrix = b"".join((term & 0xFFFFFFFF).to_bytes(4, "big") for term in terms)
    at = whole.index(b"tkhd") + 4 + 40
    return whole[:at] + matrix + whole[at + 36 :]


def first_frame(path: Path) -> Frame:
    settings = Settings.model_validate({"id": "clip", "kind": "file", "path": path, "pace": "fast"})
    return played(open_source(settings, FakeTime().clock))[0][0]
