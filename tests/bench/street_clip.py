"""1080p camera streams made from shared clips: H.264, 25 frames a second, a key frame every four seconds.

quiet: an empty crossing (the median of a clip) with a sensor's noise; now and then one car drives through.
busy: dense traffic at a junction, to and fro without end; a van cut from the clip stands in the zone from
half-time on, so that there is an incident to be found. Composites, not recordings.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

SIZE = (1920, 1080)
SCALE = 3  # the shared clips are 640 wide
FPS = 25
GOP_S = 4
BUSY, QUIET = "opendatacam_stuttgart.mp4", "crossroad_traffic.mp4"
CAR = (slice(188, 274), slice(131, 207))  # the van of frame 50 in the busy clip
CAR_FRAME = 50
STANDS, STANDING = (52, 176), 0.85  # where the van stands (left, top), and how large it is there
ZONES = {
    "busy": [(0.05, 0.50), (0.19, 0.50), (0.19, 0.80), (0.05, 0.80)],
    "quiet": [(0.25, 0.20), (0.70, 0.20), (0.70, 0.65), (0.25, 0.65)],
}
DRIVES_S, EVERY_S = 4, 30
NOISE = 2.5  # grey levels


@dataclass(frozen=True, slots=True)
class Clip:
    """A made stream. stands_from_s: since when a van stands in the zone, None for never."""

    path: Path
    seconds: float
    zone: list[tuple[float, float]]
    stands_from_s: float | None


def clip(kind: str, data: Path, seconds: int) -> Clip:
    """The stream of this kind, made once and kept in the temporary folder."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"gewu-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{kind}-{seconds}-{recipe}.mp4"
    if not path.exists():
        part = path.with_suffix(".part.mp4")
        _write(part, _pictures(kind, data / "video", seconds))
        part.replace(path)
    return Clip(path, seconds, ZONES[kind], seconds / 2 if kind == "busy" else None)


def _write(path: Path, pictures: Iterator[Picture]) -> None:
    """As cameras do it: no B frames, key frames at fixed places, at most four megabits a second."""
    limits = "keyint={0}:min-keyint={0}:scenecut=0:bframes=0:ref=1:vbv-maxrate=4000:vbv-bufsize=8000"
    options = {"preset": "superfast", "crf": "24", "x264-params": limits.format(GOP_S * FPS)}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.thread_count = 1
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _pictures(kind: str, videos: Path, seconds: int) -> Iterator[Picture]:
    car = next(islice(_decoded(videos / BUSY), CAR_FRAME, None))[CAR]
    standing = _paster(car, STANDING)
    noise = _grain()
    scenes = _traffic(videos / BUSY) if kind == "busy" else _still(videos / QUIET, car)
    for index in range(seconds * FPS):
        scene = next(scenes)
        if kind == "busy" and index >= seconds * FPS / 2:
            standing(scene, *STANDS)
        yield _grown(scene, noise, index)


def _decoded(path: Path) -> Iterator[Picture]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _traffic(path: Path) -> Iterator[Picture]:
    """To and fro, from 30 to 25 frames a second."""
    frames = list(_decoded(path))
    turns = len(frames) - 1
    at = 0
    while True:
        step = round(at * 30 / FPS) % (2 * turns)
        yield frames[step if step <= turns else 2 * turns - step].copy()
        at += 1


def _still(path: Path, car: Picture) -> Iterator[Picture]:
    """The empty crossing below the burnt-in clock, and now and then a car from left to right."""
    some = np.stack(list(islice(_decoded(path), 0, None, 23)))[:, 60:420]
    empty = np.median(some, axis=0).astype(np.uint8)
    passing = _paster(car, 0.8)
    at = 0
    while True:
        scene, phase = empty.copy(), (at / FPS) % EVERY_S
        if 10 <= phase < 10 + DRIVES_S:
            passing(scene, round((phase - 10) / DRIVES_S * 560), 60)
        yield scene
        at += 1


def _paster(car: Picture, scale: float) -> Callable[[Picture, int, int], None]:
    """Puts the car into a picture with a soft edge."""
    small = cv2.resize(car, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    solid = np.zeros((height, width), np.float32)
    cv2.rectangle(solid, (4, 4), (width - 5, height - 5), 1.0, -1)
    alpha = cv2.GaussianBlur(solid, (7, 7), 0)[:, :, None]

    def paste(scene: Picture, left: int, top: int) -> None:
        under = scene[top : top + height, left : left + width]
        under[:] = (small * alpha + under * (1 - alpha)).astype(np.uint8)

    return paste


def _grain() -> Picture:
    """Noise around the middle grey, somewhat larger than a picture."""
    fine = np.random.default_rng(5).normal(128, NOISE, (600, 1100)).round().astype(np.uint8)
    large = cv2.resize(fine, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)


def _grown(scene: Picture, grain: Picture, index: int) -> Picture:
    """At camera size, with noise that is another one in each picture."""
    large = cv2.resize(scene, SIZE, interpolation=cv2.INTER_LINEAR)
    dx, dy = (index * 37) % 240, (index * 53) % 100
    noise = grain[dy : dy + SIZE[1], dx : dx + SIZE[0]]
    return np.asarray(cv2.addWeighted(large, 1.0, noise, 1.0, -128), np.uint8)
