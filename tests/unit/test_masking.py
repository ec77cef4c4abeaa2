"""Bytes that somebody sent: what becomes pixels, what is refused, how the process speaks. No models."""

import io
import re
import struct
import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageOps

from broker.events import ModelRef, Reason
from broker.fields import read
from broker.masking import LENGTH, MOST_HEAD, Answer, Ask, Message, Ready, length_of, packed
from edge.cli import main
from edge.masking.darkening import Darkening, Limits
from edge.masking.decoding import Unfit, decoded
from edge.masking.serving import BadFrame, serve
from edge.privacy import Masker
from models.detections import Detections, Picture
from tests.conftest import ROOT
from tests.masking import DEVICE, OWNER, exif, photograph

MODEL = ModelRef(name="none", sha256="0" * 64, role="detector")
MOST = {"max_pixels": 1_000_000, "longest": 1920}


class Seeing:
    """Finds one person in a whole picture, whose tiles are square; or everywhere, ever anew; or fails."""

    labels = ("person", "car")

    def __init__(self, *, everywhere: bool = False, fails: bool = False) -> None:
        self._everywhere, self._fails = everywhere, fails

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        if self._fails:
            raise RuntimeError("words with a plate 冀A12345 and 3 pixels of somebody's coat")
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> Detections:
        if picture.shape[0] == picture.shape[1] and not self._everywhere:
            return Detections.none()
        where = np.random.default_rng().uniform(0, 0.4, 2) if self._everywhere else np.array([0.1, 0.1])
        box = np.array([[*where, *(where + 0.3)]], np.float32)
        return Detections(box, np.array([0.9], np.float32), np.zeros(1, np.int64))


def masking(seeing: Seeing | None = None, **limits: int) -> Darkening:
    masker = Masker(persons=seeing or Seeing(), faces=None, plates=None)
    return Darkening(masker, [MODEL], "gewu-test", Limits(**limits))


def asked(*pictures: bytes, kind: str = "image/jpeg") -> bytes:
    heads = [Ask(id=f"q-{n}", media_type=kind, bytes=len(body)) for n, body in enumerate(pictures)]  # type: ignore[arg-type]
    return b"".join(packed(head) + body for head, body in zip(heads, pictures, strict=True))


def frames(said: bytes, kinds: Sequence[type[Message]]) -> list[tuple[Message, bytes]]:
    """Every frame of what was answered; nothing may be left over."""
    file, found = io.BytesIO(said), []
    for kind in kinds:
        head = read(kind, file.read(length_of(file.read(LENGTH))))
        found.append((head, file.read(getattr(head, "bytes", 0))))
    assert file.read() == b""
    return found


def served(given: bytes, answers: int, **options: object) -> tuple[bool, list[tuple[Answer, bytes]]]:
    out = io.BytesIO()
    well = serve(masking(**options), io.BytesIO(given), out)  # type: ignore[arg-type]
    (ready, _), *found = frames(out.getvalue(), [Ready, *[Answer] * answers])
    assert ready.models == [MODEL]  # type: ignore[attr-defined]
    return well, found  # type: ignore[return-value]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    body = photograph((48, 32), kind=kind, exif=exif(orientation), quality=95)
    with Image.open(io.BytesIO(body)) as picture:
        wanted = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"), int)
    found = decoded(body, f"image/{kind.lower()}", **MOST)
    assert found.shape == wanted.shape
    assert np.abs(found[:, :, ::-1].astype(int) - wanted).max() <= 2


def test_damaged_metadata_cost_no_picture() -> None:
    body = photograph(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03\xff\xff\xff\xff")
    assert decoded(body, "image/jpeg", **MOST).shape == (120, 160, 3)


def test_large_pictures_are_decoded_no_larger_than_they_leave() -> None:
    tall = photograph((1000, 3000))
    assert decoded(tall, "image/jpeg", max_pixels=3_000_000, longest=1920).shape == (1920, 640, 3)


def test_the_first_of_several_pictures_of_a_telephone_is_taken() -> None:
    body, (first, second) = io.BytesIO(), [Image.new("RGB", (32, 32), c) for c in ("red", "blue")]
    first.save(body, "MPO", save_all=True, append_images=[second])
    found = decoded(body.getvalue(), "image/jpeg", **MOST)
    assert found[16, 16, 2] > 200 > 60 > found[16, 16, 0]


def test_what_was_transparent_does_not_come_to_light() -> None:
    body, picture = io.BytesIO(), Image.new("RGBA", (8, 8), (200, 0, 0, 0))
    picture.save(body, "PNG")
    assert (decoded(body.getvalue(), "image/png", **MOST) == 255).all()


def saved(kind: str, picture: Image.Image, **options: object) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


def bomb(side: int) -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compress(bytes((side + 1) * side), 9)
    head = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", rows) + part(b"IEND", b"")


GREY = Image.linear_gradient("L")
TWO = {"save_all": True, "append_images": [GREY.rotate(90)]}
UNFIT: dict[str, tuple[bytes, str, str]] = {
    "garbage": (b"\xff\xd8\xff" + bytes(range(256)) * 4, "image/jpeg", "damaged"),
    "nothing": (b"", "image/jpeg", "damaged"),
    "truncated jpeg": (photograph()[:-200], "image/jpeg", "damaged"),
    "truncated png": (photograph(kind="PNG")[:-60], "image/png", "damaged"),
    "truncated webp": (photograph(kind="WEBP")[:-60], "image/webp", "damaged"),
    "another type": (photograph(kind="PNG"), "image/jpeg", "damaged"),
    "a film": (b"\0\0\0\x18ftypisom" + bytes(60), "image/webp", "damaged"),
    "bomb": (bomb(1200), "image/png", "too_many_pixels"),
    "twofold bomb": (bomb(1600), "image/png", "too_many_pixels"),
    "animated png": (saved("PNG", GREY, **TWO), "image/png", "animated"),
    "animated webp": (saved("WEBP", GREY.convert("RGB"), **TWO), "image/webp", "animated"),
    "ink": (saved("JPEG", GREY.convert("CMYK")), "image/jpeg", "colours"),
    "deep": (saved("PNG", Image.new("I;16", (8, 8))), "image/png", "colours"),
}


@pytest.mark.parametrize(("body", "kind", "code"), UNFIT.values(), ids=UNFIT)
def test_what_is_no_picture_is_refused_in_words_of_our_own(body: bytes, kind: str, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        decoded(body, kind, **MOST)
    assert caught.value.reason.code == code
    assert "0x" not in caught.value.reason.text


def test_a_masked_picture_says_all_about_itself_and_carries_nothing_else() -> None:
    body = photograph()
    well, [(said, sent)] = served(asked(body), 1)
    assert (well, said.outcome, said.hidden and said.hidden.persons) == (True, "masked", 1)
    assert (said.width, said.height, said.bytes) == (160, 120, len(sent))
    with Image.open(io.BytesIO(sent)) as picture:
        assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
        assert picture.getpixel((40, 36)) != picture.getpixel((150, 110))
    for secret in (OWNER, DEVICE):
        assert secret.encode() in body
        assert secret.encode() not in sent


def test_pictures_are_answered_in_order_whatever_one_of_them_is() -> None:
    well, found = served(asked(photograph(), b"no picture", photograph(seed=2)), 3)
    assert [(said.id, said.outcome) for said, _ in found] == [
        ("q-0", "masked"),
        ("q-1", "refused"),
        ("q-2", "masked"),
    ]
    assert (well, found[1][1]) == (True, b"")


def test_one_that_is_too_large_is_passed_over_unread() -> None:
    large, small = bytes(70_000), photograph(quality=10, exif=b"")
    _, found = served(asked(large, small), 2, max_bytes=60_000)
    assert [said.reason.code for said, _ in found] == ["too_large", "masked"]


def test_what_never_gets_clean_stays() -> None:
    well, [(said, sent)] = served(asked(photograph((640, 480))), 1, seeing=Seeing(everywhere=True))
    assert (well, said.outcome, said.reason.code, sent) == (True, "refused", "not_clean", b"")


def test_models_that_fail_end_the_process_and_say_nothing_of_the_picture() -> None:
    well, [(said, sent)] = served(asked(photograph(), photograph()), 1, seeing=Seeing(fails=True))
    assert (well, said.outcome, sent) == (False, "refused", b"")
    assert said.reason == Reason(
        code="masking_failed", text="masking failed (RuntimeError); nothing was kept"
    )


@pytest.mark.parametrize("cut", [2, 30, 500])
def test_a_question_that_ends_early_is_the_end(cut: int) -> None:
    assert served(asked(photograph())[:cut], 0) == (True, [])


@pytest.mark.parametrize(
    "foul",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">I", MOST_HEAD + 1),
        struct.pack(">I", 2) + b"{}",
        struct.pack(">I", 60) + b'{"id": "a", "media_type": "image/gif", "bytes": 3}          ',
        struct.pack(">I", 60) + b'{"id": "a", "media_type": "image/png", "bytes": -3}         ',
    ],
    ids=["http", "long", "empty", "kind", "negative"],
)
def test_what_is_no_frame_is_not_guessed_at(foul: bytes) -> None:
    with pytest.raises(BadFrame):
        serve(masking(), io.BytesIO(foul), io.BytesIO())


def test_every_option_is_in_the_docs_and_the_help_tells_the_exit_codes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["mask", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "3 cannot start: a model is missing or unusable" in told
    page = (ROOT / "docs" / "edge.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z-]+", told)) - {"--help"}
    assert len(options) == 7
    assert {
        option for option in options if f"`{option}" not in page and f"mask {option}" not in page
    } == set()


@pytest.mark.parametrize("words", [[], ["in.jpg"], ["--stdio", "in.jpg", "out.jpg"]])
def test_either_pipes_or_two_files(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", *words]) == 2
    assert capsys.readouterr().err == "mask: give --stdio, or IN and OUT\n"
