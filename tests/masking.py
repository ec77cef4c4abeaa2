"""A real masking process for the tests, pictures to give it, and where its models lie."""

import io
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from central.pictures.masked import MaskedPicture, Refusal
from central.pictures.masker import Masker
from models.catalog import shipped
from models.runtime import default_directory
from tests.centre import until
from tests.conftest import ROOT

MAIN = "import sys; from edge.cli import main; sys.exit(main())"
ROLES = ("detector", "faces", "plates")
OWNER, DEVICE = "Mrs Example of Shoe Street", "Telephone 12"


def models_folder() -> Path:
    """Where the models are that `make test` fetches, or the shared ones; the test is skipped without them."""
    shared = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data")) / "models"
    catalogue = shipped()
    files = [catalogue.entry(name).file for name in catalogue.needed]
    for folder in (default_directory(), ROOT / "var" / "models", shared):
        if all((folder / file).is_file() for file in files):
            return folder
    pytest.skip("no models here; `make models` fetches them")


def command(*words: str) -> list[str]:
    """`gewu-edge mask` with the models that can be fetched anywhere."""
    fixed = ["--model", shipped().default, "--models", str(models_folder())]
    return [sys.executable, "-c", MAIN, "mask", *fixed, *words]


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes into its pictures: who, with what, when, where, and how it was held."""
    found = Image.Exif()
    found[0x0112], found[0x010F], found[0x013B] = orientation, DEVICE, OWNER
    found[0x9003] = "2026:03:01 08:00:00"
    found.get_ifd(0x8825).update({1: "N", 2: (39.0, 31.0, 26.4), 3: "E", 4: (116.0, 42.0, 46.8)})
    return found


def photograph(
    size: tuple[int, int] = (160, 120), seed: int = 1, kind: str = "JPEG", **options: Any
) -> bytes:
    """A picture of nothing: soft colours, and the metadata of a telephone."""
    small = np.random.default_rng(seed).integers(60, 200, (3, 4, 3), np.uint8)
    body = io.BytesIO()
    picture = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    picture.save(body, kind, **{"exif": exif(), **options})
    return body.getvalue()


def refusal(found: MaskedPicture | Refusal, code: str) -> Refusal:
    """The refusal that this has to be."""
    assert isinstance(found, Refusal), found
    assert found.reason.code == code, found
    return found


def pid_of(masker: Masker) -> int:
    """Of its first process, once that is ready."""
    process = until(lambda: masker.up and masker._hands[0]._process)
    found: int = process.pid
    return found


def traces_of(sent: bytes, kept: bytes) -> list[bytes]:
    """What of a picture's metadata and of its pixels, as they were sent, is in something that was kept."""
    pixels = sent.index(b"\xff\xda") + 20  # before them are tables that all encoders share
    parts = [sent[at : at + 16] for at in range(pixels, len(sent) - 16, 16)]
    assert len(parts) > 20
    return [part for part in [OWNER.encode(), DEVICE.encode(), *parts] if part in kept]
