"""What light, weather, cameras and encoders do to a picture, each a function of time.

All but the shift leave things where they are. Times are seconds from the first picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.composites.backgrounds import Picture

Floats = NDArray[np.float32]
Change = Callable[[Floats, float, np.random.Generator], Floats]
Span = tuple[float, float]  # seconds

BREAKS, MENDED = 90.0, 150.0  # a fault of the view: long after it is known, and over before the clip is
TOLD_S = 50.0  # docs/view.md: the slowest of them is told 40 s after it began, at any pace of looking


@dataclass(frozen=True)
class Ill:
    """A condition that the source really has. must: it has to be told; else it may be."""

    condition: str
    span: Span
    must: bool = True


@dataclass(frozen=True)
class Disturbance:
    """change: of the picture; crf: how hard the encoder squeezes; ills: what the view then has.

    waits: when, by docs/view.md, nothing can be decided: no grace runs then.
    """

    change: Change
    crf: int = 26
    ills: tuple[Ill, ...] = ()
    waits: tuple[Span, ...] = ()

    def apply(self, picture: Picture, t: float, chance: np.random.Generator) -> Picture:
        """The disturbed picture."""
        changed = self.change(picture.astype(np.float32), t, chance)
        return np.asarray(np.clip(changed, 0, 255), np.uint8)


def _ramp(t: float, start: float, end: float) -> float:
    """0 before start, 1 after end."""
    return float(np.clip((t - start) / (end - start), 0.0, 1.0))


def _hump(t: float, start: float, end: float, edge: float) -> float:
    """0, rises within `edge` seconds from start, and falls back until end."""
    return min(_ramp(t, start, start + edge), 1.0 - _ramp(t, end - edge, end))


@lru_cache(maxsize=8)
def _across(shape: tuple[int, int], slant: float) -> Floats:
    """0 at the left border to 1 at the right, slanted."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    return np.asarray((x / shape[1] + slant * y / shape[0]) / (1 + slant), np.float32)


def _still(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return picture + _grain(picture, 1.5, chance)


def _noise(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return picture + _grain(picture, 5.0, chance)


def _gain_step(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return picture * (0.6 if 35 <= t < 80 else 1.0)


def _gain_slow(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return picture * (1.0 - 0.4 * _hump(t, 15, 115, 40))


def _gamma(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    power = 1.0 + 0.7 * _hump(t, 30, 100, 8)
    return np.asarray(255 * (picture / 255) ** power, np.float32)


def _cloud(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """A cloud's soft edge goes over the street in ten seconds, and back a minute later."""
    across = _across(picture.shape[:2], 0.3)
    reached = 1.6 * _hump(t, 30, 105, 12) - 0.3
    lit = 1.0 - 0.42 / (1.0 + np.exp((across - reached) * 14))
    return np.asarray(picture * lit[..., None], np.float32)


def _shadow_edge(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """The hard shadow of a building creeps over a third of the picture."""
    across = _across(picture.shape[:2], 0.5)
    reached = 0.35 + 0.35 * _ramp(t, 10, 130)
    lit = 1.0 - 0.45 / (1.0 + np.exp((across - reached) * 120))
    return np.asarray(picture * lit[..., None], np.float32)


def _spot(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """A light patch with soft rims, such as a window throws back, for a minute."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    far = ((x / picture.shape[1] - 0.45) / 0.13) ** 2 + ((y / picture.shape[0] - 0.72) / 0.08) ** 2
    lit = 1.0 + 0.5 * _hump(t, 35, 95, 3) * np.exp(-(far**2))
    return np.asarray(picture * lit[..., None], np.float32)


def _infrared(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """The camera goes over to infrared: grey, a bright middle, dark corners, more noise."""
    if not 50 <= t < 110:
        return _still(picture, t, chance)
    grey = picture @ np.array([0.2, 0.45, 0.35], np.float32)
    y, x = np.mgrid[-1 : 1 : 1j * grey.shape[0], -1 : 1 : 1j * grey.shape[1]].astype(np.float32)
    lit = 1.25 * np.exp(-0.7 * (x**2 + y**2)) * (0.85 * grey + 20)
    return np.asarray(np.repeat(lit[..., None], 3, axis=2) + _grain(picture, 3.75, chance), np.float32)


def _dusk(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    depth = _ramp(t, 5, 140)
    return np.asarray(picture * (1 - 0.62 * depth) + _grain(picture, 1 + 3 * depth, chance), np.float32)


def _shifted(share: float, at: float = 40.0) -> Change:
    def change(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
        if t < at:
            return _still(picture, t, chance)
        x = share * picture.shape[1]
        move = np.array([[1, 0, x], [0, 1, 0.4 * x]], np.float32)
        size = (picture.shape[1], picture.shape[0])
        moved = cv2.warpAffine(picture, move, size, borderMode=cv2.BORDER_REFLECT)
        return _still(np.asarray(moved, np.float32), t, chance)

    return change


def _blur(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """A drop on the lens for half a minute: soft, not yet defocused."""
    soft = 1.0 * _hump(t, 40, 75, 2)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), soft), np.float32) if soft > 0.2 else picture


def _rain(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """Streaks, and the grey veil of rain, from 20 s on."""
    force = _ramp(t, 20, 30)
    streaks = np.zeros(picture.shape[:2], np.float32)
    for x, y in chance.uniform((0, 0), (picture.shape[1], picture.shape[0]), (int(60 * force), 2)):
        cv2.line(streaks, (int(x), int(y)), (int(x) + 1, int(y) + 9), 22.0, 1)
    return np.asarray(picture * (1 - 0.15 * force) + 18 * force + streaks[..., None], np.float32)


def _headlights(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """Every 9 s a beam sweeps over a dark street."""
    dark = 0.45 * picture
    across = _across(picture.shape[:2], 0.2)
    beam = np.exp(-(((across - (t % 9.0) / 4.0) / 0.12) ** 2)) * (0.35 + 0.15 * np.sin(t))
    return np.asarray(dark * (1 + 1.6 * beam[..., None]) + _grain(picture, 2.5, chance), np.float32)


def _broken(change: Change) -> Change:
    """The picture is still until the view goes wrong, and after it is mended."""

    def changed(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
        wrong = change(picture, t, chance) if BREAKS <= t < MENDED else picture
        return _still(wrong, t, chance)

    return changed


def _cloth(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """A grey cloth over the lens: nothing but its folds."""
    folds = 12 * np.sin(9 * _across(picture.shape[:2], 0.6))
    return np.asarray(np.repeat(folds[..., None] + 95, 3, axis=2), np.float32)


def _half_cloth(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """The same over the left half."""
    covered = picture.copy()
    half = picture.shape[1] // 2
    covered[:, :half] = _cloth(picture, t, chance)[:, :half]
    return covered


def _defocused(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 4.0 * picture.shape[1] / 320), np.float32)


def _unlit(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    return 0.03 * picture


def _glare(picture: Floats, t: float, chance: np.random.Generator) -> Floats:
    """The sun in the lens: all but the corners is blown out."""
    y, x = np.mgrid[-1 : 1 : 1j * picture.shape[0], -1 : 1 : 1j * picture.shape[1]].astype(np.float32)
    return np.asarray(picture + 500 * np.exp(-0.6 * (x**2 + y**2))[..., None], np.float32)


def _grain(picture: Floats, sigma: float, chance: np.random.Generator) -> Floats:
    return np.float32(sigma) * chance.standard_normal(picture.shape[:2], np.float32)[..., None]


_FAULT: Final = (BREAKS, MENDED)
# What may be told and need not be: a small move is followed within seconds, infrared light is no fault.
_FOLLOWED: Final = Ill("global_scene_change", (40.0, 55.0), must=False)
_GREY: Final = Ill("colour_lost", (50.0, 118.0), must=False)
_NO_COLOUR: Final = Ill("colour_lost", _FAULT, must=False)


def _faulty(change: Change, condition: str, *others: Ill) -> Disturbance:
    return Disturbance(change, ills=(Ill(condition, _FAULT), *others), waits=(_FAULT,))


DISTURBANCES: Final[dict[str, Disturbance]] = {
    "clear": Disturbance(_still),
    "squeezed": Disturbance(_still, crf=34),
    "noise": Disturbance(_noise, crf=30),
    "gain_step": Disturbance(_gain_step),
    "gain_slow": Disturbance(_gain_slow),
    "gamma": Disturbance(_gamma),
    "cloud": Disturbance(_cloud),
    "shadow_edge": Disturbance(_shadow_edge),
    "spot": Disturbance(_spot),
    "infrared": Disturbance(_infrared, ills=(_GREY,), waits=((50.0, 80.0), (110.0, 126.0))),
    "dusk": Disturbance(_dusk),
    "shift1": Disturbance(_shifted(0.01)),
    "shift3": Disturbance(_shifted(0.03), ills=(_FOLLOWED,), waits=((40.0, 48.0),)),
    "blur": Disturbance(_blur),
    "rain": Disturbance(_rain),
    "headlights": Disturbance(_headlights, crf=30),
    "shift8": _faulty(_shifted(0.08, BREAKS), "global_scene_change"),
    "cloth": _faulty(_broken(_cloth), "covered", _NO_COLOUR),
    "half_cloth": _faulty(_broken(_half_cloth), "part_covered"),
    "defocus": _faulty(_broken(_defocused), "image_too_blurry"),
    "unlit": _faulty(_broken(_unlit), "image_too_dark", _NO_COLOUR),
    "glare": _faulty(_broken(_glare), "image_too_bright", _NO_COLOUR),
}
