"""A node's picture without what the node drew into it. Runs where pictures are decoded.

A node puts a caption below the scene and an amber box around what it tells. A network that learns from such
pictures learns to find the amber box. So the caption is cut off, and the line is filled with what lies on its
two sides; boxes where nothing was drawn are filled alike, so that a filled line tells nothing either.

The figures are those of the drawing (`edge/drawing.py`); a test holds the two together.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from PIL import Image

Box = Sequence[float]  # x1 y1 x2 y2 in shares of the scene
_DARKEST = 80  # of a caption's ground, all three channels
_AMBER = 50  # by how much red is above blue along a drawn line, in the mean
_SEEN = 3  # of the four sides


class NotDrawn(ValueError):
    """It is no picture as nodes make them; the words say why."""


def undrawn(picture: Image.Image, box: Box | None, decoys: Sequence[Box] = ()) -> Image.Image:
    """The scene alone. box: that was drawn. Raises NotDrawn where it or the caption is not in its place."""
    width, height = picture.size[0], scene_height(*picture.size)
    colours = picture.convert("RGB")
    if max(_medians(colours.crop((0, height, width, picture.size[1])))) > _DARKEST:
        raise NotDrawn("there is no caption below the scene")
    scene = colours.crop((0, 0, width, height))
    if box is not None and sum(_is_amber(scene, side) for side in _sides(scene, box, 0)) < _SEEN:
        raise NotDrawn("the drawn box is not where its event says")
    for one in (*(() if box is None else (box,)), *decoys):
        _fill(scene, one)
    return scene


def scene_height(width: int, whole: int) -> int:
    """The rows above the caption. Raises NotDrawn."""
    for height in range(whole - 1, 0, -1):
        if height + max(16, round(max(width, height) / 36)) == whole:
            return height
    raise NotDrawn("it is too small to have a caption")


def _medians(strip: Image.Image) -> list[int]:
    """The median value of each channel."""
    half = strip.size[0] * strip.size[1] / 2
    return [bisect_left(list(accumulate(channel.histogram())), half) for channel in strip.split()]


def _reach(scene: Image.Image) -> int:
    """How many pixels to each side of its middle the drawing of a line may have changed."""
    thin = max(1, round(max(scene.size) / 640))
    return (3 * thin + 1) // 2 + 4


def _sides(scene: Image.Image, box: Box, reach: int) -> list[tuple[int, int, int, int]]:
    """The four lines with so many pixels to each side of them: left, top, right, bottom (both included)."""
    wide, high = scene.size
    x1, x2 = (round(x * (wide - 1)) for x in (box[0], box[2]))
    y1, y2 = (round(y * (high - 1)) for y in (box[1], box[3]))
    lines = ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2))
    return [
        (max(0, a - reach), max(0, b - reach), min(wide - 1, c + reach), min(high - 1, d + reach))
        for a, b, c, d in lines
    ]


def _is_amber(scene: Image.Image, side: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = side
    red, _, blue = scene.crop((left, top, right + 1, bottom + 1)).resize((1, 1), Image.Resampling.BOX).split()
    return int(red.getpixel((0, 0))) - int(blue.getpixel((0, 0))) >= _AMBER  # type: ignore[arg-type]


def _fill(scene: Image.Image, box: Box) -> None:
    for number, band in enumerate(_sides(scene, box, _reach(scene))):
        if number < 2:
            _between(scene, band)
        else:
            _between_upright(scene, band)


def _between(scene: Image.Image, band: tuple[int, int, int, int]) -> None:
    """Fill a lying band from the row above it to the one below; at the rim from the one that there is."""
    left, top, right, bottom = band
    rows = [scene.crop((left, y, right + 1, y + 1)) for y in _edges(top, bottom, scene.size[1])]
    wide = right - left + 1
    pair = Image.new("RGB", (wide, 2))
    for place, row in enumerate(rows):
        pair.paste(row, (0, place))
    size, middles = (wide, bottom - top + 1), (0.0, 0.5, float(wide), 1.5)
    scene.paste(pair.resize(size, Image.Resampling.BILINEAR, box=middles), (left, top))


def _between_upright(scene: Image.Image, band: tuple[int, int, int, int]) -> None:
    """The same of a standing one."""
    left, top, right, bottom = band
    columns = [scene.crop((x, top, x + 1, bottom + 1)) for x in _edges(left, right, scene.size[0])]
    high = bottom - top + 1
    pair = Image.new("RGB", (2, high))
    for place, column in enumerate(columns):
        pair.paste(column, (place, 0))
    size, middles = (right - left + 1, high), (0.5, 0.0, 1.5, float(high))
    scene.paste(pair.resize(size, Image.Resampling.BILINEAR, box=middles), (left, top))


def _edges(first: int, last: int, size: int) -> tuple[int, int]:
    """The two lines beside a band, as far as they lie in the picture."""
    before, after = first - 1, last + 1
    if before < 0:
        before = min(after, size - 1)
    return before, after if after < size else before
