"""Clips for `tests.bench.view`, with faults put into them and with what is no fault."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

WIDE, WIDTH, MARGIN = 360, 320, 20  # pixels: the clip, the window on it, and what lies around the window
RATE = 8.0  # pictures a second that are kept of a clip
MOST = 400  # pictures kept of a clip
BEGIN, END = 80.0, 144.0  # when the fault begins and when the run ends

Grey = NDArray[np.uint8]
Fault = Callable[["Scene", float, float], tuple[Grey, float]]


@dataclass
class Scene:
    """One clip, to and fro."""

    name: str
    pictures: list[Grey]
    chroma: list[float]
    rate: float
    noise: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    def index(self, t: float) -> int:
        last = len(self.pictures) - 1
        at = int(t * self.rate) % max(1, 2 * last)
        return at if at <= last else 2 * last - at

    def window(
        self, t: float, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0, zoom: float = 1.0
    ) -> Grey:
        """The picture of a camera that was moved by so many of its pixels, turned (degrees) and zoomed."""
        picture = self.pictures[self.index(t)]
        height = picture.shape[0] - 2 * MARGIN
        if not (dx or dy or turn or zoom != 1.0):
            return np.ascontiguousarray(picture[MARGIN : MARGIN + height, MARGIN : MARGIN + WIDTH])
        way = truth(height, dx, dy, turn, zoom)
        way[:, 2] += MARGIN
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(picture, way, (WIDTH, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(shown, np.uint8)

    def colour(self, t: float) -> float:
        return self.chroma[self.index(t)]


def truth(height: int, dx: float, dy: float, turn: float = 0.0, zoom: float = 1.0) -> NDArray[np.float64]:
    """From the moved picture to the view before."""
    way = cv2.getRotationMatrix2D((WIDTH / 2, height / 2), turn, zoom)
    way[:, 2] += (dx, dy)
    return np.asarray(way)


def clips(shared: Path, only: list[str]) -> list[Path]:
    files = sorted((shared / "video").glob("*.*")) + sorted((shared / "drone").glob("*.mp4"))
    files = [f for f in files if f.suffix in (".mp4", ".avi")]
    return [f for f in files if not only or any(name in f.stem for name in only)]


def load(path: Path) -> Scene:
    pictures, chroma = [], []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        rate = min(60.0, float(stream.average_rate or 25))
        stride = max(1, round(rate / RATE))
        if path.stem == "opencv_tree":
            rate, stride = 69 / 29.6, 1
        for number, frame in enumerate(container.decode(stream)):
            if number % stride or len(pictures) >= MOST:
                continue
            plane = frame.reformat(format="yuv420p").to_ndarray()
            rows, width = frame.height, frame.width
            height = round(WIDE * rows / width)
            pictures.append(cv2.resize(plane[:rows], (WIDE, height), interpolation=cv2.INTER_AREA))
            chroma.append(float(2 * np.abs(plane[rows:].astype(np.int16) - 128).mean()))
    return Scene(path.stem, pictures, chroma, rate / stride)


# Faults: what the camera shows from BEGIN on. `s` seconds after.


def grain(scene: Scene, shape: tuple[int, ...], sigma: float) -> NDArray[np.float64]:
    return scene.noise.normal(0, sigma, shape)


def bytes_of(picture: NDArray[np.floating]) -> Grey:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def shift(share: float, dy: float = 0.0) -> Fault:
    return lambda scene, t, s: (scene.window(t, share * WIDTH, dy * WIDTH), scene.colour(t))


def turned(degrees: float, zoom: float = 1.0) -> Fault:
    return lambda scene, t, s: (scene.window(t, turn=degrees, zoom=zoom), scene.colour(t))


def drift(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return scene.window(t, 0.02 * WIDTH * min(1.0, s / 100)), scene.colour(t)


def plastic(shape: tuple[int, ...], level: float) -> NDArray[np.float64]:
    """Something dark, smooth and uneven before the lens."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    return np.asarray(level + 12 * np.sin(x / 90.0) + 8 * np.cos(y / 70.0))


def cover(share: float, side: str, level: float = 45.0) -> Fault:
    def put(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
        grey = scene.window(t)
        height, width = grey.shape
        mask = np.zeros(grey.shape, np.float32)
        cut = {"left": np.s_[:, : int(share * width)], "right": np.s_[:, width - int(share * width) :]}
        cut |= {"top": np.s_[: int(share * height)], "bottom": np.s_[height - int(share * height) :]}
        mask[cut[side]] = 1.0
        soft = cv2.GaussianBlur(mask, (0, 0), 3)
        hidden = plastic(grey.shape, level) + grain(scene, grey.shape, 1.0)
        return bytes_of(grey * (1 - soft) + hidden * soft), scene.colour(t) * (1 - share)

    return put


def blur(sigma: float) -> Fault:
    return lambda scene, t, s: (cv2.GaussianBlur(scene.window(t), (0, 0), sigma), scene.colour(t))  # type: ignore[return-value]


def softening(seconds: float, sigma: float) -> Fault:
    """Focus is lost slowly."""

    def put(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
        now = max(0.05, sigma * min(1.0, s / seconds))
        return np.asarray(cv2.GaussianBlur(scene.window(t), (0, 0), now), np.uint8), scene.colour(t)

    return put


def freeze(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return scene.window(BEGIN), scene.colour(BEGIN)


def freeze_coded(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    """One picture coded anew at every look: errors of up to some levels in blocks, as measured of H.264."""
    held = scene.window(BEGIN)
    height, width = held.shape
    rough = scene.noise.normal(0, 0.8, (-(-height // 4), -(-width // 4))).astype(np.float32)
    errors = cv2.resize(rough, (width, height), interpolation=cv2.INTER_LINEAR)
    return bytes_of(held + errors), scene.colour(BEGIN)


def freeze_clock(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(BEGIN)
    high = max(5, grey.shape[0] // 20)
    grey[4 : 4 + high, 210:300] = scene.noise.integers(0, 2, (high, 90)) * 200
    return grey, scene.colour(BEGIN)


def black(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return bytes_of(6 + grain(scene, scene.window(t).shape, 1.5)), 0.3


def glare(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t).astype(np.float64)
    y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    light = 420 * np.exp(-(((x - 150) / 130) ** 2 + ((y / grey.shape[0] - 0.4) * 2) ** 2))
    return bytes_of(grey * 0.4 + 90 + light + grain(scene, grey.shape, 1.0)), scene.colour(t) / 3


def spray(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t)
    film = cv2.GaussianBlur(grey, (0, 0), 9) * 0.3 + 0.7 * plastic(grey.shape, 120)
    return bytes_of(film + grain(scene, grey.shape, 1.0)), scene.colour(t) / 4


def elsewhere(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t)
    return np.ascontiguousarray(cv2.rotate(grey, cv2.ROTATE_180)[:, ::-1]), scene.colour(t)


def colour_lost(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return scene.window(t), 0.2


FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "shift 1 %": (shift(0.01), ("moved", "followed")),
    "shift 2 %": (shift(0.02), ("moved", "followed")),
    "shift 5 %": (shift(0.05, 0.01), ("moved", "followed")),
    "shift 10 %": (shift(0.10, -0.02), ("moved", "followed")),
    "turn 2 deg": (turned(2.0), ("moved", "followed")),
    "zoom 1.05": (turned(0.0, 1.05), ("moved", "followed")),
    "drift 2 %": (drift, ("followed", "moved")),
    "turned away": (elsewhere, ("moved",)),
    "cover 50 % left": (cover(0.5, "left"), ("part_covered", "covered")),
    "cover 50 % right": (cover(0.5, "right", 110.0), ("part_covered", "covered")),
    "cover 50 % top": (cover(0.5, "top"), ("part_covered", "covered")),
    "cover 50 % bottom": (cover(0.5, "bottom", 180.0), ("part_covered", "covered")),
    "cover 100 %": (cover(1.0, "left"), ("covered", "black")),
    "blur sigma 0.8": (blur(0.8), ("defocused",)),
    "blur sigma 1.0": (blur(1.0), ("defocused",)),
    "blur sigma 1.2": (blur(1.2), ("defocused",)),
    "blur sigma 2": (blur(2.0), ("defocused",)),
    "blur sigma 4": (blur(4.0), ("defocused", "covered", "moved", "part_covered")),
    "blur 0 to 2 in 600 s": (softening(600.0, 2.0), ("defocused",)),
    "freeze": (freeze, ("frozen",)),
    "freeze, coded anew": (freeze_coded, ("frozen",)),
    "freeze, clock runs": (freeze_clock, ("frozen",)),
    "black": (black, ("black", "covered")),
    "blinding light": (glare, ("blinded", "covered", "moved")),
    "spray": (spray, ("covered", "defocused", "moved")),
    "colour lost": (colour_lost, ("colour_lost",)),
}


# What is no fault.


def clean(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return scene.window(t), scene.colour(t)


def gained(gain: Callable[[float], float]) -> Fault:
    def put(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
        return bytes_of(scene.window(t) * gain(s) + grain(scene, scene.window(t).shape, 0.5)), scene.colour(
            t
        ) * gain(s)

    return put


def infrared(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t).astype(np.float64)
    y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    lamp = np.exp(-(((x - 160) / 170) ** 2 + ((y - grey.shape[0] / 2) / (0.6 * grey.shape[0])) ** 2))
    return bytes_of(20 + 200 * (grey / 255) ** 0.8 * lamp + grain(scene, grey.shape, 2.0)), 0.2


def jitter(sigma: float) -> Fault:
    def put(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
        dx, dy = scene.noise.normal(0, sigma, 2)
        return scene.window(t, dx, dy), scene.colour(t)

    return put


def shadow(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t).astype(np.float64)
    edge = np.clip((np.arange(grey.shape[1]) - 400 + 10 * s) / 12, 0, 1)
    return bytes_of(grey * (1 - 0.45 * edge)), scene.colour(t)


def headlights(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    grey = scene.window(t).astype(np.float64)
    if s % 20 < 8:
        y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
        for at in (110, 190):
            grey += 380 * np.exp(-(((x - at) ** 2 + (y - 110) ** 2) / 45**2))
    return bytes_of(grey), scene.colour(t)


def noisy(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
    return bytes_of(scene.window(t) + grain(scene, scene.window(t).shape, 4.0)), scene.colour(t)


def lorry(width: float, seconds: float = 60.0) -> Fault:
    """A box lorry over 80 % of the height; it comes, stands and goes."""

    def put(scene: Scene, t: float, s: float) -> tuple[Grey, float]:
        grey = scene.window(t)
        if s > seconds:
            return grey, scene.colour(t)
        height = grey.shape[0]
        w, h = int(width * WIDTH), int(0.8 * height)
        body = np.full((h, w), 205.0) + np.linspace(0, 12, h)[:, None]
        body[int(0.86 * h) :] = 45
        body[:, : max(2, w // 60)] = 120
        body[int(0.35 * h) : int(0.5 * h), w // 3 : 2 * w // 3] += np.where(
            np.arange(2 * w // 3 - w // 3) % 9 < 4, -90, 0
        )
        cab = int(0.22 * w)
        body[:, w - cab :] = 90
        body[int(0.2 * h) : int(0.45 * h), w - int(0.85 * cab) : w - 3] = 35
        for wheel in (0.12, 0.25, 0.85):
            cv2.circle(body, (int(wheel * w), int(0.92 * h)), int(0.07 * h), 15.0, -1)
            cv2.circle(body, (int(wheel * w), int(0.92 * h)), int(0.03 * h), 130.0, -1)
        x, y = (WIDTH - w) // 2, height - h - int(0.05 * height)
        shown = grey.astype(np.float64)
        shown[y : y + h, x : x + w] = cv2.GaussianBlur(body, (3, 3), 0) + grain(scene, body.shape, 1.0)
        return bytes_of(shown), scene.colour(t)

    return put


HARMLESS: dict[str, Fault] = {
    "clean": clean,
    "gain x.6": gained(lambda s: 0.6),
    "gain x1.5": gained(lambda s: 1.5),
    "dusk": gained(lambda s: max(0.35, 1 - s / 80)),
    "cloud edge": shadow,
    "infrared": infrared,
    "headlights": headlights,
    "jitter .5": jitter(0.5),
    "noise 4": noisy,
    "lorry 45 %": lorry(0.45),
    "lorry 90 %": lorry(0.9),
}
LONG = {"drift 2 %": 130.0, "blur 0 to 2 in 600 s": 660.0}  # seconds that are shown of it, if not as usual
WITHIN = {"blur 0 to 2 in 600 s": 600.0}  # seconds within which it is to be found, if not a minute
EXPECTED = {"infrared": ("colour_lost",)}
