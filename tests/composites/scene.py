"""Things pasted into a real street at known times, behind whatever really moves in front of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np

from edge.observation import Box
from tests.composites.backgrounds import Background, Movers, Picture, Point
from tests.composites.crops import Alpha, Crop, Shelf
from tests.composites.disturbances import DISTURBANCES, Disturbance

Part = tuple[slice, slice]  # rows, columns

SHADE = 0.5  # how dark the ground is under a thing
TONED = 0.5  # how far a thing's brightness is brought to the street's
FRONT = 0.004  # share of the height: what moves must stand this much lower to be in front


@dataclass(frozen=True)
class Thing:
    """What is put down, where its foot stands (shares), how high it is, from when to when it stands there.

    lift: metres above the ground (fruit on a table). way: where it comes from, and goes back to, with the
    seconds that takes; it stands from `since` to `until` all the same. until: None where it stays.
    """

    crop: str
    at: Point
    metres: float
    since: float = -1.0
    until: float | None = None
    lift: float = 0.0
    mirrored: bool = False
    way: tuple[Point, float] | None = None
    out: tuple[Point, float] | None = None

    def where(self, t: float) -> Point | None:
        """Its foot at that time; None while it is not there."""
        if t < self.since:
            return _between(self.at, self.way, self.since - t)
        if self.until is not None and t >= self.until:
            return _between(self.at, self.out, t - self.until)
        return self.at


def _between(at: Point, way: tuple[Point, float] | None, off: float) -> Point | None:
    """`off` seconds away from the stop; braking and starting take their time."""
    if way is None or off > way[1]:
        return None
    (x, y), seconds = way
    share = (off / seconds) ** 1.5
    return at[0] + share * (x - at[0]), at[1] + share * (y - at[1])


@dataclass(frozen=True)
class Truth:
    """Where a thing really stands, when, and how much of it the street leaves to be seen in that time."""

    thing: Thing
    box: Box
    visible: float


@dataclass
class Scene:
    """A composite: `pictures` may be run through more than once, and gives the same each time."""

    background: Background
    things: Sequence[Thing]
    shelf: Shelf
    disturbance: Disturbance = field(default_factory=lambda: DISTURBANCES["clear"])
    seconds: float = 150.0
    seed: int = 0
    _sized: dict[tuple[str, bool, int], Crop] = field(default_factory=dict, init=False, repr=False)

    @property
    def fps(self) -> float:
        """Pictures a second."""
        return self.background.fps

    def pictures(self) -> Iterator[Picture]:
        """The disturbed pictures, in order, seconds * fps of them."""
        for index in range(round(self.seconds * self.fps)):
            yield self.picture(index)

    def picture(self, index: int) -> Picture:
        """One picture; each has chances of its own, so any of them can be made alone."""
        t = index / self.fps
        chance = np.random.default_rng((self.seed, index))
        return self.disturbance.apply(self._undisturbed(index, t), t, chance)

    def _undisturbed(self, index: int, t: float) -> Picture:
        picture, movers = self.background.at(index)
        standing = [(place, thing) for thing in self.things if (place := thing.where(t)) is not None]
        if not standing:
            return picture
        picture = picture.copy()
        for place, thing in sorted(standing, key=lambda s: s[0][1]):
            self._paste(picture, thing, place, movers)
        return picture

    def _paste(self, picture: Picture, thing: Thing, place: Point, movers: Movers) -> None:
        left, top, crop = self._placed(thing, place)
        high, wide = crop.picture.shape[:2]
        foot = round(place[1] * self.background.height)
        margin = max(4, wide // 2)  # room for the shadow
        part = _part(picture, left - margin, top, left + wide + margin, top + high + margin)
        free = _free(movers, part, foot, FRONT * self.background.height)
        x, y = left - part[1].start, top - part[0].start
        if thing.lift == 0:
            _shade(picture[part], free, x + wide // 2, foot - part[0].start, wide, high)
        _blend(picture[part], free, x, y, crop)

    def _placed(self, thing: Thing, place: Point) -> tuple[int, int, Crop]:
        """Left, top and the crop in its size and tone."""
        back = self.background
        metre = back.view.ground.metre(place[1]) * back.height
        height = max(2, round(thing.metres * metre))
        key = (thing.crop, thing.mirrored, height)
        if key not in self._sized:
            self._sized[key] = _toned(self.shelf[thing.crop], thing.mirrored, height, self._tone(thing))
        crop = self._sized[key]
        left = round(place[0] * back.width - crop.picture.shape[1] / 2)
        return left, round(place[1] * back.height - thing.lift * metre) - height, crop

    def _tone(self, thing: Thing) -> float:
        """The factor that brings a thing half way to the brightness of its street."""
        crop = self.shelf[thing.crop]
        own = float(crop.picture[crop.alpha > 0.5].mean())
        street = self.background.tone
        bright = TONED * (street - own) / max(own, 1.0)
        return float(np.clip(1.0 + bright, 0.5, 1.6)) * self.background.view.light

    def box(self, thing: Thing) -> Box:
        """The thing's box where it stands, shares of the picture, clipped to it."""
        left, top, crop = self._placed(thing, thing.at)
        high, wide = crop.picture.shape[:2]
        w, h = self.background.width, self.background.height
        x1, x2 = np.clip((left / w, (left + wide) / w), 0.0, 1.0)
        y1, y2 = np.clip((top / h, (top + high) / h), 0.0, 1.0)
        return float(x1), float(y1), float(x2), float(y2)

    def truths(self) -> list[Truth]:
        """One a thing, in order."""
        return [Truth(thing, self.box(thing), self.visible(thing)) for thing in self.things]

    def visible(self, thing: Thing) -> float:
        """Mean share of its box that nothing in front covers, over the clip."""
        x1, y1, x2, y2 = self.box(thing)
        w, h = self.background.width, self.background.height
        part = slice(round(y1 * h), round(y2 * h)), slice(round(x1 * w), round(x2 * w))
        foot = round(thing.at[1] * h)
        every = max(1, len(self.background.movers) // 40)
        frees = [_free(movers, part, foot, FRONT * h) for movers in self.background.movers[::every]]
        return float(np.mean([free.mean() if free.size else 0.0 for free in frees]))


def compose(
    background: Background,
    things: Sequence[Thing],
    disturbance: str,
    *,
    shelf: Shelf,
    seconds: float = 150.0,
    seed: int = 0,
) -> Scene:
    """A scene from its parts; `.pictures()` are BGR at the background's fps, `.truths()` the truth."""
    if disturbance not in DISTURBANCES:
        raise ValueError(f"no disturbance {disturbance!r}; there are {', '.join(DISTURBANCES)}")
    return Scene(background, things, shelf, DISTURBANCES[disturbance], seconds, seed)


def _part(picture: Picture, left: int, top: int, right: int, bottom: int) -> Part:
    """Rows and columns of a rectangle, within the picture."""
    y, x = np.clip((top, bottom), 0, picture.shape[0]), np.clip((left, right), 0, picture.shape[1])
    return slice(int(y[0]), int(y[1])), slice(int(x[0]), int(x[1]))


def _free(movers: Movers, part: Part, foot: int, margin: float) -> Alpha:
    """1 where nothing in front of a thing with that foot moves, softly 0 where something does."""
    front = movers.before(foot + margin, part).astype(np.float32)
    if front.size == 0:
        return front
    return np.asarray(1.0 - cv2.blur(front, (3, 3)), np.float32)


@lru_cache(maxsize=256)
def _tone_table(factor: float) -> Picture:
    return np.asarray(np.clip(np.arange(256) * factor, 0, 255), np.uint8)


def _toned(whole: Crop, mirrored: bool, height: int, tone: float) -> Crop:
    crop = (whole.mirrored() if mirrored else whole).sized(round(height * whole.aspect), height)
    picture = cv2.LUT(crop.picture, _tone_table(round(tone, 3)))
    return replace(crop, picture=np.asarray(picture, np.uint8))


def _shade(ground: Picture, free: Alpha, middle: int, foot: int, wide: int, high: int) -> None:
    """The contact shadow: a soft dark ellipse at the foot."""
    if free.size == 0:
        return
    deep = max(2, round(0.12 * min(wide, high)))
    shadow = np.zeros(free.shape, np.float32)
    cv2.ellipse(shadow, (middle, foot - deep // 3), (max(2, wide // 2), deep), 0, 0, 360, SHADE, cv2.FILLED)
    shadow = cv2.GaussianBlur(shadow, (0, 0), max(1.0, deep / 2)) * free
    ground[:] = (ground * (1.0 - shadow[..., None])).astype(np.uint8)


def _blend(picture: Picture, free: Alpha, left: int, top: int, crop: Crop) -> None:
    rows, columns = picture.shape[:2]
    high, wide = crop.picture.shape[:2]
    y1, y2, x1, x2 = max(0, top), min(rows, top + high), max(0, left), min(columns, left + wide)
    if y1 >= y2 or x1 >= x2:
        return
    inner = (slice(y1 - top, y2 - top), slice(x1 - left, x2 - left))
    alpha = (crop.alpha[inner] * free[y1:y2, x1:x2])[..., None]
    ground = picture[y1:y2, x1:x2]
    picture[y1:y2, x1:x2] = (ground * (1 - alpha) + crop.picture[inner] * alpha).astype(np.uint8)
