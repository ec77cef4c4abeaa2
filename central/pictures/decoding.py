"""A process of its own that decodes pictures for the centre: `python -m central.pictures.decoding PIXELS`.

One JSON line asks, one answers; the bytes of a picture written anew follow their answer. Decoders are the
large, unsafe part of taking pictures from others: they run where a crash, a leak or a flood of memory costs
one picture and nothing else. The process may write no file and opens nothing but what it is asked for.
"""

import io
import json
import mmap
import resource
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageFile

from central.pictures.anatomy import NotPlain, check
from central.pictures.undrawn import NotDrawn, undrawn

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L"), "WEBP": ("RGB", "RGBA")}
MEMORY = 1_500_000_000  # for pictures of the most pixels there may be, and the copies of a conversion
QUALITY = 90
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError, Warning)


def main(arguments: list[str], asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    _confine()
    most_pixels = int(arguments[0])
    warnings.simplefilter("error")
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = most_pixels
    for line in asked:
        question = json.loads(line)
        try:
            said, body = answer(question, most_pixels)
        except (NotPlain, *DAMAGED) as error:
            said, body = {"fault": _words(error)}, b""
        answers.write(json.dumps(said | {"bytes": len(body)}).encode() + b"\n" + body)
        answers.flush()


def answer(question: dict[str, Any], most_pixels: int) -> tuple[dict[str, Any], bytes]:
    """Check a file whole; written anew from its pixels where that is wanted. Raises NotPlain or DAMAGED."""
    path, kind = Path(question["path"]), question["media_type"]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        check(data, kind)
        if kind not in FORMATS:
            return {}, b""
        with Image.open(file, formats=[FORMATS[kind]]) as picture:
            if picture.width * picture.height > most_pixels:
                raise NotPlain(f"it has more than {most_pixels} pixels")
            picture.load()
            if (drawn := question.get("drawn")) is not None:
                return _scene_alone(picture, drawn)
            size = {"width": picture.width, "height": picture.height}
            return size, _written_anew(picture) if question.get("anew") else b""


def _scene_alone(picture: Image.Image, drawn: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """A node's picture without caption and box, as a JPEG. Raises NotDrawn."""
    scene = undrawn(picture, drawn["box"], drawn["decoys"])
    body = io.BytesIO()
    scene.save(body, "JPEG", quality=QUALITY)
    return {"width": scene.width, "height": scene.height}, body.getvalue()


def _written_anew(picture: Image.Image) -> bytes:
    """The pixels alone, by our own encoder: nothing else of the file goes along."""
    kind = picture.format or ""
    modes = MODES[kind]
    pixels = picture if picture.mode in modes else picture.convert(modes[0])
    clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    body = io.BytesIO()
    clean.save(body, kind, quality=QUALITY)
    return body.getvalue()


def _confine() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _words(error: Exception) -> str:
    if isinstance(error, (NotPlain, NotDrawn)):
        return str(error)
    if isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return f"it has more than {Image.MAX_IMAGE_PIXELS} pixels"
    return f"it cannot be decoded whole: {str(error)[:120] or type(error).__name__}"


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
