"""What is taken as a picture, by its parts and by decoding it, and what is refused, in words."""

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from central.pictures.anatomy import MOST_PARTS, NotPlain, check
from central.pictures.examiner import Examiner, Unavailable, Unfit
from tests.clips import clip

GREY = Image.linear_gradient("L").convert("RGB")
ZIP = b"PK\x05\x06" + bytes(18)
PAGE = b"<html><script>alert(1)</script>"


def saved(kind: str, picture: Image.Image = GREY, **options: object) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


def png_part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"".join(n + struct.pack("<I", len(b)) + b + b"\0" * (len(b) % 2) for n, b in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


JPEG, PNG, WEBP = saved("JPEG"), saved("PNG"), saved("WEBP")
EXIF = Image.Exif()
EXIF[0x010E] = "the driver of the red car"
TEXT = PngImagePlugin.PngInfo()
TEXT.add_text("Comment", "a name")
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
FRAMES = [GREY, GREY.rotate(90)]

PLAIN: dict[str, tuple[bytes, str]] = {
    "jpeg": (JPEG, "image/jpeg"),
    "progressive": (saved("JPEG", progressive=True), "image/jpeg"),
    "grey": (saved("JPEG", GREY.convert("L")), "image/jpeg"),
    "restarts": (saved("JPEG", restart_marker_rows=1), "image/jpeg"),
    "png": (PNG, "image/png"),
    "palette": (saved("PNG", GREY.convert("P")), "image/png"),
    "webp": (WEBP, "image/webp"),
    "lossless": (saved("WEBP", GREY.convert("RGBA"), lossless=True), "image/webp"),
    "clip": (clip(), "video/mp4"),
}
FOUL: dict[str, tuple[bytes, str, str]] = {
    "a page behind it": (JPEG + PAGE, "image/jpeg", "bytes follow its end"),
    "an archive behind it": (PNG + ZIP, "image/png", "bytes follow its end"),
    "an archive behind a clip": (clip() + ZIP, "video/mp4", "cut off, or one of its parts"),
    "a page behind a webp": (WEBP + PAGE, "image/webp", "bytes follow its end"),
    "exif": (saved("JPEG", exif=EXIF), "image/jpeg", "0xE1"),
    "comment": (saved("JPEG", comment=PAGE), "image/jpeg", "0xFE"),
    "colours": (saved("JPEG", icc_profile=PAGE), "image/jpeg", "0xE2"),
    "text": (saved("PNG", pnginfo=TEXT), "image/png", "'tEXt'"),
    "exif in png": (saved("PNG", exif=EXIF), "image/png", "'eXIf'"),
    "exif in webp": (saved("WEBP", exif=EXIF), "image/webp", "'EXIF'"),
    "two pictures": (JPEG[:2] + JPEG, "image/jpeg", "0xD8"),
    "animation": (saved("PNG", save_all=True, append_images=FRAMES), "image/png", "'acTL'"),
    "animated webp": (saved("WEBP", save_all=True, append_images=FRAMES), "image/webp", "animation"),
    "cut jpeg": (JPEG[:-40], "image/jpeg", "cut off"),
    "cut png": (PNG[:-13], "image/png", "cut off"),
    "cut webp": (WEBP[:-13], "image/webp", "cut off"),
    "cut clip": (clip()[:-9], "video/mp4", "cut off"),
    "only a head": (b"\xff\xd8\xff", "image/jpeg", "cut off"),
    "many scans": (JPEG[:2] + b"\xff\xda\x00\x02\0" * 30 + b"\xff\xd9", "image/jpeg", "scans"),
    "many parts": (PNG[:8] + png_part(b"pHYs", b"") * (MOST_PARTS + 1), "image/png", "parts"),
    "many chunks": (webp(*[(b"ALPH", b"")] * (MOST_PARTS + 1)), "image/webp", "parts"),
    "many boxes": (
        b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08free" * (MOST_PARTS + 1),
        "video/mp4",
        "parts",
    ),
    "endless box": (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\0mdat", "video/mp4", "cut off"),
    "huge box": (b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x01mdat" + b"\xff" * 8, "video/mp4", "longer"),
    "heif": (clip().replace(b"isom", b"heic"), "video/mp4", "brand"),
    "sound": (clip(sound=True), "video/mp4", "no sound"),
    "where it was taken": (clip(**{"location": "+39.5240+116.7130/"}), "video/mp4", "not taken"),
    "no index": (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08mdat", "video/mp4", "index"),
}


@pytest.mark.parametrize(("body", "kind"), PLAIN.values(), ids=PLAIN)
def test_a_picture_and_nothing_besides_is_plain(body: bytes, kind: str) -> None:
    check(body, kind)


@pytest.mark.parametrize(("body", "kind", "why"), FOUL.values(), ids=FOUL)
def test_what_is_more_or_less_than_a_picture_is_told(body: bytes, kind: str, why: str) -> None:
    with pytest.raises(NotPlain, match=why):
        check(body, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_no_flip_of_a_byte_is_more_than_a_refusal(kind: str) -> None:
    body = saved(kind, GREY.resize((24, 24)))
    for at in range(0, len(body), 3):
        for value in (0, 0x7F, 0xFF):
            try:
                check(body[:at] + bytes([value]) + body[at + 1 :], KINDS[kind])
            except NotPlain:
                continue


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    made = Examiner(most_pixels=1_000_000)
    yield made
    made.close()


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[bytes], Path]:
    def put(body: bytes) -> Path:
        (tmp_path / "file").write_bytes(body)
        return tmp_path / "file"

    return put


def bomb(side: int) -> bytes:
    """A PNG of some kilobytes that says, and holds, side x side grey pixels."""
    rows = zlib.compress(bytes((side + 1) * side), 9)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_part(b"IHDR", head) + png_part(b"IDAT", rows) + png_part(b"IEND", b"")


@pytest.mark.parametrize(("body", "kind"), PLAIN.values(), ids=PLAIN)
def test_every_plain_picture_is_decoded(
    examiner: Examiner, lay: Callable[[bytes], Path], body: bytes, kind: str
) -> None:
    seen = examiner.examine(lay(body), kind)
    assert (seen.width, seen.body) == (None if kind == "video/mp4" else 256, b"")


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (bomb(4_000), "image/png", "more than 1000000 pixels"),
        (bomb(1_200), "image/png", "more than 1000000 pixels"),
        (PNG[:60] + b"\0" + PNG[61:], "image/png", "cannot be decoded whole"),
        (PNG[:8] + png_part(b"IHDR", bytes(13)) + png_part(b"IEND", b""), "image/png", "cannot be decoded"),
        (JPEG + PAGE, "image/jpeg", "bytes follow its end"),
        (JPEG[:2] + b"\xff\xd9", "image/jpeg", "cannot be decoded whole"),
        (webp((b"VP8L", b"\x2f" + bytes(20))), "image/webp", "cannot be decoded whole"),
    ],
    ids=["bomb", "large", "checksum", "no size", "page", "nothing", "noise"],
)
def test_what_cannot_be_decoded_whole_is_refused(
    examiner: Examiner, lay: Callable[[bytes], Path], body: bytes, kind: str, why: str
) -> None:
    with pytest.raises(Unfit, match=why):
        examiner.examine(lay(body), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_written_anew_holds_its_pixels_alone(
    examiner: Examiner, lay: Callable[[bytes], Path], kind: str
) -> None:
    anew = examiner.examine(lay(saved(kind)), KINDS[kind], anew=True).body
    check(anew, KINDS[kind])
    with Image.open(io.BytesIO(anew)) as picture:
        before, after = GREY.getpixel((128, 128)), picture.convert("RGB").getpixel((128, 128))
    assert all(abs(a - b) <= 3 for a, b in zip(before, after, strict=True))


def test_a_decoder_that_dies_is_begun_anew(lay: Callable[[bytes], Path]) -> None:
    examiner = Examiner(most_pixels=1_000_000)
    try:
        examiner.examine(lay(JPEG), "image/jpeg")
        assert examiner._process is not None
        os.kill(examiner._process.pid, 9)
        assert examiner.examine(lay(JPEG), "image/jpeg").width == 256
    finally:
        examiner.close()


def test_a_picture_that_takes_too_long_is_nobody_s_fault(
    lay: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = Examiner(most_pixels=1_000_000)
    monkeypatch.setattr("central.pictures.examiner.ANSWER_S", 0.0)
    try:
        with pytest.raises(Unavailable, match="took more than"):
            examiner.examine(lay(JPEG), "image/jpeg")
        monkeypatch.setattr("central.pictures.examiner.ANSWER_S", 20.0)
        assert examiner.examine(lay(JPEG), "image/jpeg").width == 256
    finally:
        examiner.close()
