"""Bytes that somebody sent to pixels, upright and small enough to mask. Nothing else of the file is kept."""

import io
import warnings
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFile

from broker.events import Reason
from edge.evidence import shrunk
from models.detections import Picture

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# Some telephones write a JPEG with a second, smaller picture behind it. The first is the picture.
ONE_OF_SEVERAL = "MPO"
PLAIN, WITH_ALPHA = {"RGB", "L", "1"}, {"RGBA", "LA", "P", "PA"}
ORIENTATION = 0x0112
UPRIGHT: dict[int, Callable[[Picture], Picture]] = {
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p[::-1].transpose(1, 0, 2),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p[:, ::-1].transpose(1, 0, 2),
}
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Warning)


class Unfit(ValueError):
    """Bytes that are no picture which can be masked."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.reason = Reason(code=code, text=text)


def decoded(body: bytes, media_type: str, *, max_pixels: int, longest: int) -> Picture:
    """Upright BGR, the longer side at most `longest`. Raises Unfit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of metadata; none of it is kept
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        Image.MAX_IMAGE_PIXELS = max_pixels
        try:
            with Image.open(io.BytesIO(body), formats=[FORMATS[media_type]]) as picture:
                return _pixels(picture, max_pixels, longest)
        except Unfit:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many(max_pixels) from None
        except DAMAGED:  # the words of decoders hold parts of what they read
            raise Unfit("damaged", f"the bytes are no whole {media_type}") from None


def _pixels(picture: Image.Image, max_pixels: int, longest: int) -> Picture:
    if picture.width * picture.height > max_pixels:
        raise _too_many(max_pixels)
    if getattr(picture, "n_frames", 1) > 1 and picture.format != ONE_OF_SEVERAL:
        raise Unfit("animated", "an animation is not taken; one picture is")
    if picture.mode not in PLAIN | WITH_ALPHA:
        raise Unfit("colours", f"its colours ({picture.mode}) are not taken; RGB and grey of 8 bits are")
    picture.draft("RGB", (longest, longest))  # a JPEG is decoded no larger than needed
    picture.load()
    turn = _orientation(picture)
    small = shrunk(np.asarray(_opaque(picture), np.uint8)[:, :, ::-1], longest)
    return np.ascontiguousarray(UPRIGHT[turn](small) if turn in UPRIGHT else small)


def _opaque(picture: Image.Image) -> Image.Image:
    """What nobody was meant to see beneath full transparency does not come to light."""
    if picture.mode in WITH_ALPHA and picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return picture.convert("RGB")


def _orientation(picture: Image.Image) -> int:
    """How the camera was held; damaged metadata say nothing."""
    try:
        turn = picture.getexif().get(ORIENTATION)
    except Exception:  # its reader raises whatever comes to hand, and none of it is kept
        return 1
    return turn if isinstance(turn, int) else 1


def _too_many(max_pixels: int) -> Unfit:
    return Unfit("too_many_pixels", f"it has more than {max_pixels} pixels")
