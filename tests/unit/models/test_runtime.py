"""Opening models: which one, from where, and every way in which a file cannot be used."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from models import catalog, runtime
from models.detections import Detections
from models.errors import ModelError
from models.providers import WAYS, available
from models.runtime import LoadedDetector, ModelSettings, open_detector
from tests.unit.models.conftest import Install, constant_network, grey, yolox_output

CAR = {0: [0.5, 0.5, 0, 0, 1, 0.9, 0]}


def test_a_model_of_ones_own_is_opened_and_used(install: Install) -> None:
    data = constant_network([yolox_output(CAR)])
    detector = open_detector(install(data))
    assert (detector.name, detector.labels) == ("mine", ("car", "bus"))
    assert detector.sha256 == hashlib.sha256(data).hexdigest()
    found = detector.detect([grey(64, 64)])[0]
    assert found.boxes[0] == pytest.approx(np.array([0, 0, 8, 8]) / 32)
    assert (found.scores.dtype, found.classes.dtype) == (np.float32, np.int64)


def test_scores_below_the_floor_are_left_out(install: Install) -> None:
    settings = install(constant_network([yolox_output(CAR)]))
    assert len(open_detector(settings.model_copy(update={"score": 0.95})).detect([grey()])[0]) == 0


@pytest.mark.parametrize("batch", [1, "N"])
def test_several_pictures_of_any_size_come_back_in_order(install: Install, batch: int | str) -> None:
    detector = open_detector(install(constant_network([yolox_output(CAR)], batch=batch)))
    found = detector.detect([grey(32, 32), grey(64, 32), grey(32, 64)])
    assert [one.boxes[0, 3].round(2) for one in found] == [0.25, 0.25, 0.5]
    assert detector.detect([]) == []


@pytest.mark.parametrize("picture", [grey()[..., 0], grey().astype(np.float32), grey()[:0], grey()[..., :2]])
def test_what_is_no_picture_is_refused(install: Install, picture: np.ndarray) -> None:  # type: ignore[type-arg]
    detector = open_detector(install(constant_network([yolox_output({})])))
    with pytest.raises(ModelError, match=r"allowed is uint8 \(height, width, 3\)"):
        detector.detect([picture])


def test_a_file_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"yolox_nano_416\.onnx is not there; `gewu-models pull yolox_nano_416`"
    ):
        open_detector(ModelSettings(name="yolox_nano_416", directory=tmp_path))


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'yolo' is not in the catalogue; allowed is centernet_mbv3_512, "):
        open_detector(ModelSettings(name="yolo", directory=tmp_path))


def test_a_wrong_sha256_is_never_loaded(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = install(constant_network([yolox_output(CAR)]))
    (tmp_path / "mine.onnx").write_bytes(constant_network([yolox_output({})]))
    monkeypatch.setattr(runtime, "open_session", lambda *_: pytest.fail("it was loaded"))
    with pytest.raises(ModelError, match=r"mine\.onnx: sha256 is [0-9a-f]{64}, allowed is only [0-9a-f]{64}"):
        open_detector(settings)


def test_another_build_is_allowed_where_the_catalogue_says_so(install: Install) -> None:
    data = constant_network([yolox_output(CAR)])
    builds = {hashlib.sha256(data).hexdigest(): "the same"}
    detector = open_detector(install(data, sha256="0" * 64, other_builds=builds))
    assert detector.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("data", [constant_network([yolox_output(CAR)])[:-200], b"", b"no network at all"])
def test_a_truncated_or_foreign_file_is_named(install: Install, data: bytes) -> None:
    with pytest.raises(ModelError, match=r"model mine: ONNX Runtime cannot load it"):
        open_detector(install(data))


def test_an_unknown_format_lists_the_known(install: Install) -> None:
    settings = install(constant_network([yolox_output(CAR)]), format="yolo99")
    with pytest.raises(
        ModelError, match=r"catalog\.yaml: models\.mine\.format: format 'yolo99' is not known; .*yolox"
    ):
        open_detector(settings)


def test_a_wrong_number_of_outputs_is_refused(install: Install) -> None:
    two = constant_network([yolox_output(CAR), yolox_output(CAR)])
    with pytest.raises(ModelError, match=r"mine: its outputs are .*; this format needs \[\?,21,7\]"):
        open_detector(install(two))


def test_labels_that_do_not_fit_the_outputs_are_refused(install: Install) -> None:
    with pytest.raises(ModelError, match=r"this format needs \[\?,21,85\]"):
        open_detector(install(constant_network([yolox_output(CAR)]), labels="coco80"))


def test_an_output_that_is_no_number_is_a_fault_not_an_empty_street(install: Install) -> None:
    """Half precision that overflows: nothing found would mean nothing to mask."""
    detector = open_detector(install(constant_network([yolox_output({0: [np.nan] * 7})])))
    with pytest.raises(ModelError, match="model mine: its output out0 holds values that are no numbers"):
        detector.detect([grey()])


@pytest.mark.parametrize("number", [-1, 2, 79])
def test_a_class_without_a_label_is_a_fault(install: Install, number: int) -> None:
    rows = np.array([[[2, 2, 20, 20, 0.9, number]]], np.float32)
    detector = open_detector(install(constant_network([rows]), format="centernet"))
    with pytest.raises(ModelError, match=rf"it found class {number}; .* 2 labels, numbers 0 to 1"):
        detector.detect([grey()])


def test_a_fixed_batch_of_many_is_refused(install: Install) -> None:
    with pytest.raises(ModelError, match=r"batches of \(4,\); allowed is 1 or any"):
        open_detector(install(constant_network([yolox_output(CAR)], batch=4)))


@pytest.mark.parametrize("provider", [name for name in WAYS if name not in available()])
def test_a_provider_that_is_not_installed_names_its_package(install: Install, provider: str) -> None:
    settings = install(constant_network([yolox_output(CAR)]))
    with pytest.raises(ModelError, match=rf"'{provider}' is not in .* has cpu.*onnxruntime-(gpu|openvino)"):
        open_detector(settings.model_copy(update={"provider": provider}))


@pytest.mark.parametrize("wrong", [{"threads": 0}, {"score": 1.5}, {"provider": "npu"}, {"model": "x"}])
def test_settings_that_are_not_allowed(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelSettings.model_validate(wrong)


def test_the_default_is_the_recommended_where_it_is_present(tmp_path: Path) -> None:
    known = catalog.shipped()
    chosen = runtime.choose("default", known, tmp_path)
    assert chosen.name == known.default
    assert f"the recommended {known.recommended} is not in {tmp_path}" in chosen.why
    (tmp_path / known.entry(known.recommended).file).touch()
    chosen = runtime.choose("default", known, tmp_path)
    assert (chosen.name, "recommended one and present" in chosen.why) == (known.recommended, True)


def test_the_recommended_may_be_insisted_on(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"the recommended one was asked for.*is not there"):
        open_detector(ModelSettings(name="recommended", directory=tmp_path))


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEWU_MODELS", "/srv/models")
    assert runtime.default_directory() == Path("/srv/models")
    monkeypatch.delenv("GEWU_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert runtime.default_directory() == Path("/var/cache/gewu/models")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert runtime.default_directory() == Path.home() / ".cache/gewu/models"


def same(one: Detections, other: Detections) -> bool:
    return all(
        np.array_equal(getattr(one, field), getattr(other, field)) for field in ("boxes", "scores", "classes")
    )


@pytest.mark.shared_data
def test_the_same_picture_gives_the_same_bytes(
    detector: Callable[..., LoadedDetector],
    some_pictures: list[tuple[np.ndarray, object]],  # type: ignore[type-arg]
) -> None:
    pictures = [picture for picture, _ in some_pictures[:3]]
    first, second = detector("yolox_nano_416").detect(pictures), detector("yolox_nano_416").detect(pictures)
    assert all(map(same, first, second))
    assert sum(map(len, first)) > 0


@pytest.mark.shared_data
def test_a_batch_sees_what_single_pictures_see(
    detector: Callable[..., LoadedDetector],
    some_pictures: list[tuple[np.ndarray, object]],  # type: ignore[type-arg]
) -> None:
    """DEIMv2's batch axis is free, so these run as one."""
    model = detector("deimv2_atto_320")
    pictures = [picture for picture, _ in some_pictures[:4]]
    for together, alone in zip(model.detect(pictures), [model.detect([p])[0] for p in pictures], strict=True):
        assert together.boxes == pytest.approx(alone.boxes, abs=1e-3)
        assert together.classes.tolist() == alone.classes.tolist()
