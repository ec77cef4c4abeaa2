"""The masker with the real process and real models."""

import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from central.metrics import Metrics
from central.pictures.masked import MaskedPicture
from central.pictures.masker import Masker
from central.pictures.settings import MaskerSettings
from edge.cli import main
from models.catalog import shipped
from tests.centre import until
from tests.masking import DEVICE, OWNER, ROLES, command, exif, models_folder, photograph, pid_of, refusal
from tests.unit.test_privacy_models import clip, put_plate


@pytest.fixture(scope="module")
def real() -> Iterator[Masker]:
    settings = {"command": command("--stdio"), "processes": 2, "timeout": "60s"}
    masker = Masker(MaskerSettings.model_validate(settings), Metrics())
    masker.start()
    yield masker
    masker.stop()


def test_a_real_process_masks_and_nothing_else_of_the_file_comes_along(real: Masker) -> None:
    body = photograph((96, 64), exif=exif(6))
    found = real.mask(body, "image/jpeg")
    assert isinstance(found, MaskedPicture), found
    assert (found.width, found.height) == (64, 96), "it was held upright"
    assert {model.role for model in found.models} == set(ROLES)
    with Image.open(io.BytesIO(found.body)) as picture:
        assert (picture.size, picture.format, dict(picture.getexif())) == ((64, 96), "JPEG", {})
    for secret in (OWNER, DEVICE):
        assert secret.encode() in body
        assert secret.encode() not in found.body


def test_two_at_once_and_one_killed_in_the_middle(real: Masker) -> None:
    until(lambda: real.up == 2)
    before = [hand._process.pid for hand in real._hands if hand._process]
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(real.mask, photograph(seed=n), "image/jpeg") for n in (1, 2)]
        until(lambda: real.taken == 2)
        os.kill(before[0], signal.SIGKILL)
        found = [one.result() for one in waiting]
    assert all(isinstance(one, MaskedPicture) for one in found), found
    assert found[0].sha256 != found[1].sha256  # type: ignore[union-attr]
    until(lambda: real.up == 2)
    assert before[0] not in [hand._process.pid for hand in real._hands if hand._process]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_system_itself_keeps_the_process_from_writing(real: Masker) -> None:
    pid = pid_of(real)
    limits = Path(f"/proc/{pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max core file size"][:2] == ["0", "0"]
    assert int(rows["Max address space"][0]) <= 4_000_000_000
    files = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert not [name for name in files if name.startswith("/") and not name.startswith("/dev/")]


def test_what_the_process_refuses_is_refused_in_its_words(real: Masker) -> None:
    assert refusal(real.mask(b"\xff\xd8\xffno", "image/jpeg"), "damaged").retry_s is None
    large = refusal(real.mask(bytes(20_000_001), "image/png"), "too_large")
    assert large.reason.text == "it has more than 20000000 bytes"


@pytest.mark.shared_data
def test_persons_and_faces_of_a_real_picture_are_hidden(real: Masker, shared_data: Path) -> None:
    body = (shared_data / "coco_mini/images/000000217285.jpg").read_bytes()
    found = real.mask(body, "image/jpeg")
    assert isinstance(found, MaskedPicture), found
    assert found.hidden.persons >= 2
    assert found.hidden.faces >= 2
    with Image.open(io.BytesIO(body)) as before, Image.open(io.BytesIO(found.body)) as after:
        change = np.abs(np.asarray(before.convert("RGB"), int) - np.asarray(after, int)).max(axis=2)
    assert (change > 12).mean() > 0.1


@pytest.mark.shared_data
def test_the_plate_of_a_real_car_is_hidden(real: Masker, shared_data: Path) -> None:
    street = clip(shared_data, "opendatacam_stuttgart.mp4", 200)
    put_plate(street, 318, 318)
    sent = cv2.imencode(".jpg", street)[1].tobytes()
    found = real.mask(sent, "image/jpeg")
    assert isinstance(found, MaskedPicture), found
    assert found.hidden.plates >= 1
    back = cv2.imdecode(np.frombuffer(found.body, np.uint8), cv2.IMREAD_COLOR)
    plate = (slice(318, 331), slice(318, 358))
    assert np.ptp(np.asarray(back)[plate].mean(axis=2)) < 60, "grey with faint stripes: no glyph is left"


def test_a_missing_detector_is_no_reason_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    known = shipped()
    for name in known.needed:
        file = known.entry(name).file
        for other in known.needed:
            (tmp_path / known.entry(other).file).unlink(missing_ok=True)
            if other != name:
                (tmp_path / known.entry(other).file).symlink_to(models_folder() / known.entry(other).file)
        words = ["mask", "--model", known.default, "--models", str(tmp_path)]
        assert main([*words, str(tmp_path / "in.png"), str(tmp_path / "out.jpg")]) == 3
        assert (
            f"{file} is not there; `gewu-models pull {name}` fetches it"
            in caplog.text + capsys.readouterr().err
        )


def test_a_file_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.png").write_bytes(photograph((64, 48), kind="PNG"))
    words = ["mask", "--models", str(models_folder()), "--model", "centernet_mbv3_512"]
    assert main([*words, str(tmp_path / "in.png"), str(tmp_path / "out.jpg")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["width"], told["hidden"]["persons"]) == ("masked", 64, 0)
    assert OWNER.encode() not in (tmp_path / "out.jpg").read_bytes()
    (tmp_path / "in.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert main([*words, str(tmp_path / "in.png"), str(tmp_path / "other.jpg")]) == 1
    assert "refused: the bytes are no whole image/png" in capsys.readouterr().err
    assert not (tmp_path / "other.jpg").exists()
    assert main(["mask"]) == 2
