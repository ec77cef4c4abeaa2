"""A small network in INT8: which layers are, which stay float, what is lost and what the bundle says."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models import bundles
from models.calibration import calibration, spread
from models.cli import main
from models.coco import Part
from models.detections import Detections
from models.errors import ModelError
from models.harm import harm
from models.quantizing import Workshop
from models.runtime import ModelSettings, open_bundle
from tests.unit.models.conftest import Install
from tests.unit.models.test_judging import coco_folder

SEED = 5
RANDOM = np.random.default_rng(SEED)
FEEDS = [{"images": RANDOM.random((3, 32, 32), np.float32) * 255} for _ in range(4)]


def network(opset: int = 15) -> bytes:
    """YOLOX's form at 32x32: three convolutions see one cell of sixteen each, the other five see nothing."""
    random = np.random.default_rng(SEED)
    weights: dict[str, NDArray[Any]] = {
        "stem": random.normal(0, 0.01, (8, 3, 8, 8)),
        "body": random.normal(0, 0.3, (8, 8, 1, 1)),
        "head": random.normal(0, 0.05, (7, 8, 1, 1)),
        "bias": np.array([0.5, 0.5, 0, 0, 1, 0.9, 0.1]),
        "others": np.zeros((1, 5, 7)),
    }
    initializers = [numpy_helper.from_array(v.astype(np.float32), name) for name, v in weights.items()]
    initializers.append(numpy_helper.from_array(np.array([1, 7, 16], np.int64), "shape"))
    nodes = [
        helper.make_node("Conv", ["images", "stem"], ["a"], name="first", strides=[8, 8]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "body"], ["c"], name="second"),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("Conv", ["d", "head", "bias"], ["e"], name="last"),
        helper.make_node("Reshape", ["e", "shape"], ["f"]),
        helper.make_node("Transpose", ["f"], ["g"], perm=[0, 2, 1]),
        helper.make_node("Concat", ["g", "others"], ["out"], axis=1),
    ]
    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 32, 32])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 21, 7])
    graph = helper.make_graph(nodes, "small", [picture], [out], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    helper.set_model_props(model, {"names": "{0: 'car'}"})
    data: bytes = model.SerializeToString()
    return data


def quantized_convolutions(data: bytes) -> set[str]:
    """Those whose weights come out of a DequantizeLinear."""
    model = onnx.load_from_string(data)
    made_by = {name: node.op_type for node in model.graph.node for name in node.output}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    return {node.name for node in convolutions if made_by.get(node.input[1]) == "DequantizeLinear"}


def output(data: bytes, feeds: dict[str, NDArray[Any]]) -> NDArray[Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    found: NDArray[Any] = session.run(None, {name: value[None] for name, value in feeds.items()})[0]
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    with Workshop(network(), FEEDS) as workshop:
        assert list(workshop.units) == ["first", "second"]  # what comes last stays float
        with pytest.raises(ModelError, match="no convolution is called third; there is first, second"):
            workshop.made(["third"])
        return {
            "all": workshop.made(),
            "but the second": workshop.made(["second"]),
            "but the first": workshop.made(["first"]),
            "only the second": workshop.made(only="second"),
        }


def test_all_but_the_last_convolutions_and_those_that_are_kept(made: dict[str, bytes]) -> None:
    assert {what: quantized_convolutions(data) for what, data in made.items()} == {
        "all": {"first", "second"},
        "but the second": {"first"},
        "but the first": {"second"},
        "only the second": {"second"},
    }


def test_it_says_nearly_the_same_and_never_exactly(made: dict[str, bytes]) -> None:
    before = output(network(), FEEDS[0])
    for data in made.values():
        far = np.abs(output(data, FEEDS[0]) - before).max()
        assert 0 < far < 0.05 * np.abs(before).max()


def test_what_the_exporter_wrote_is_kept(made: dict[str, bytes]) -> None:
    kept = {one.key: one.value for one in onnx.load_from_string(made["all"]).metadata_props}
    assert kept["names"] == "{0: 'car'}"


@pytest.mark.parametrize(("pictures", "most"), [(8, 4), (9, 3), (7, 1)])
def test_what_layers_say_of_a_few_pictures_is_held_at_once(
    monkeypatch: pytest.MonkeyPatch, pictures: int, most: int
) -> None:
    from onnxruntime.quantization.calibrate import HistogramCollector

    held: list[int] = []
    collect = HistogramCollector.collect

    def watched(self: HistogramCollector, by_tensor: dict[str, list[Any]]) -> Any:
        held.extend(len(arrays) for arrays in by_tensor.values())
        return collect(self, by_tensor)

    monkeypatch.setattr(HistogramCollector, "collect", watched)
    with Workshop(network(), (FEEDS * 3)[:pictures], "percentile") as workshop:
        workshop.made()
    assert max(held) == most


@pytest.mark.parametrize("method", ["percentile", "entropy"])
def test_other_ways_to_calibrate_and_an_older_opset(method: Any) -> None:
    with Workshop(network(opset=12), FEEDS, method) as workshop:
        assert quantized_convolutions(workshop.made()) == {"first", "second"}


def test_the_layers_that_do_most_by_themselves_come_first() -> None:
    before = output(network(), FEEDS[0])
    with Workshop(network(), FEEDS) as workshop:
        far = lambda data: float(np.abs(output(data, FEEDS[0]) - before).max())  # noqa: E731
        steps: list[tuple[int, int]] = []
        found = workshop.sensitivities(far, lambda done, of: steps.append((done, of)))
    assert steps == [(1, 2), (2, 2)]
    assert set(found) == {"first", "second"}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert min(found.values()) > 0


def test_as_few_layers_stay_float_as_the_harm_of_the_whole_allows() -> None:
    before = output(network(), FEEDS[0])

    def far(data: bytes) -> float:
        return float(np.abs(output(data, FEEDS[0]) - before).max())

    with Workshop(network(), FEEDS) as workshop:
        harms = workshop.sensitivities(far)
        whole, but_the_worst = far(workshop.made()), far(workshop.made(list(harms)[:1]))
        assert but_the_worst < whole
        limits = [(whole, []), (but_the_worst, list(harms)[:1]), (but_the_worst / 2, list(harms))]
        assert [workshop.spared(far, harms, most) for most, _ in limits] == [kept for _, kept in limits]


def seen(*rows: tuple[list[float], float, int]) -> Detections:
    boxes = np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score, _ in rows], np.float32)
    return Detections(boxes, scores, np.array([label for _, _, label in rows], np.int64))


A, B = [0.0, 0.0, 0.4, 0.4], [0.5, 0.5, 0.9, 0.9]
HALF = [0.0, 0.0, 0.2, 0.4]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (seen((A, 0.8, 0), (B, 0.4, 1)), 0.0),
        (seen(), 1.0),
        (seen((A, 0.4, 0), (B, 0.2, 1)), 0.5),
        (seen((A, 0.8, 0)), 1 / 3),
        (seen((A, 0.8, 1), (B, 0.4, 1)), 2 / 3),  # by another name
        (seen((HALF, 0.8, 0), (B, 0.4, 1)), 1 / 3),  # half of it, elsewhere
        (seen((A, 0.8, 0), (B, 0.4, 1), (A, 0.2, 1)), 0.0),  # more is no harm here; AP tells of it
    ],
)
def test_harm(after: Detections, expected: float) -> None:
    before = seen((A, 0.8, 0), (B, 0.4, 1), (A, 0.05, 1))
    assert harm([before], [after]) == pytest.approx(expected, abs=1e-6)


def test_nothing_seen_before_is_no_harm() -> None:
    assert harm([seen()], [seen((A, 0.8, 0))]) == 0.0


def clip(path: Path, frames: int) -> None:
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (32, 32))
    for number in range(frames):
        film.write(np.full((32, 32, 3), number * 10, np.uint8))
    film.release()


def test_calibration_takes_pictures_and_frames_of_clips(tmp_path: Path) -> None:
    clip(tmp_path / "a.avi", 20)
    cv2.imwrite(str(tmp_path / "b.png"), np.full((32, 32, 3), 255, np.uint8))
    (tmp_path / "c.txt").write_text("no picture")
    (tmp_path / "d.jpg").write_text("no picture either")
    found = calibration(tmp_path, 12)
    shades = [int(picture.mean()) for picture in found]
    assert shades[-1] == 255
    assert len(shades) == 5
    assert shades[:-1] == pytest.approx([20, 70, 120, 170], abs=6)
    assert len(calibration(tmp_path, 1)) == 1


def test_calibration_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no picture or clip .* \.jpg"):
        calibration(tmp_path, 8)


def test_calibration_of_a_part_of_a_marked_folder(tmp_path: Path) -> None:
    folder = coco_folder(tmp_path / "a", [(A, "car", 0)], [], [(B, "car", 0)])
    assert [len(calibration(folder, 8, Part(first, 2))) for first in (0, 1)] == [2, 1]


def test_spread_is_even_and_holds_the_ends() -> None:
    assert spread(range(10), 4) == [0, 3, 6, 9]
    assert spread([1, 2], 4) == [1, 2]


def test_the_command_makes_a_bundle_that_says_what_it_costs(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(network())
    folder = coco_folder(tmp_path / "a", [([0, 0, 0.25, 0.25], "car", 0)], [], [(B, "car", 0)])
    out = tmp_path / "small.gewu-model"
    asked = ["quantize", "mine", "--dir", str(tmp_path), "--calibrate", str(folder), "--version", "2"]
    judged = ["--calibrate-part", "1/2", "--pictures", str(folder), "--part", "0/2", "--out", str(out)]
    assert main([*asked, *judged]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    bundle = bundles.read(out)
    card = bundle.card
    assert (bundle.name, card.precision, card.labels) == ("mine_int8@2", "int8", ["car", "bus"])
    assert card.made[-1].of == "mine"
    assert "minmax" in card.made[-1].by
    assert [one.pictures for one in card.metrics] == [2, 2]
    assert told["lost"] == pytest.approx(told["ap_float"] - told["ap_int8"], abs=2e-4)
    assert told["speed"] > 0
    assert told["of_convolutions"] == 2
    assert set(told["harm"]) == {"first", "second"}
    assert quantized_convolutions(bundle.network) == {"first", "second"} - set(told["float"])
    open_bundle(bundle, ModelSettings())
    again = tmp_path / "again.gewu-model"
    more = ["--keep", "second", "--name", "ours", "--out", str(again), "--part", "0/2"]
    assert main(["quantize", str(out), *asked[4:], *more]) == 1  # what is INT8 cannot be made INT8
    assert "is INT8 already" in capsys.readouterr().err
