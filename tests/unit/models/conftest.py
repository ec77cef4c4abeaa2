"""Tiny networks and real ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import yaml
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.coco import Truth
from models.detections import Picture
from models.files import sha256_of
from models.measure import Scene, scene
from models.runtime import LoadedDetector, ModelSettings, open_detector

Install = Callable[..., ModelSettings]


@pytest.fixture(scope="session")
def real_models(shared_data: Path) -> Path:
    """The folder of real model files."""
    return shared_data / "models"


@pytest.fixture(scope="session")
def forty(shared_data: Path) -> Scene:
    """Forty pictures of COCO with what is in them."""
    return scene(shared_data / "coco_mini", every=4)


@pytest.fixture(scope="session")
def some_pictures(forty: Scene) -> list[tuple[Picture, Truth]]:
    """The same as pairs."""
    assert forty.marked
    truths = [forty.marked.truth(image["id"]) for image in forty.marked.images]
    return list(zip(forty.pictures, truths, strict=True))


@pytest.fixture(scope="session")
def detector(real_models: Path) -> Callable[..., LoadedDetector]:
    """Opens a real model by name."""

    def opened(name: str, **settings: Any) -> LoadedDetector:
        return open_detector(ModelSettings(name=name, directory=real_models, **settings))

    return opened


def constant_network(
    outputs: list[NDArray[Any]], size: tuple[int, int] = (32, 32), batch: int | str = 1
) -> bytes:
    """A network that says the same of every picture: these outputs, once for each picture of a batch."""
    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, *size])
    nodes = [helper.make_node("Shape", ["images"], ["count"], end=1)]
    constants, declared = [], []
    for i, values in enumerate(outputs):
        constants.append(numpy_helper.from_array(values, f"one{i}"))
        constants.append(numpy_helper.from_array(np.array(values.shape[1:], np.int64), f"rest{i}"))
        nodes.append(helper.make_node("Concat", ["count", f"rest{i}"], [f"shape{i}"], axis=0))
        nodes.append(helper.make_node("Expand", [f"one{i}", f"shape{i}"], [f"out{i}"]))
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        declared.append(helper.make_tensor_value_info(f"out{i}", kind, [batch, *values.shape[1:]]))
    graph = helper.make_graph(nodes, "constant", [picture], declared, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Puts a file and its entry into a model folder, as a site would, and says how to open it."""

    def installed(data: bytes, name: str = "mine", **changes: Any) -> ModelSettings:
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(data)
        entry = {
            "title": "a model of ours",
            "role": "detector",
            "format": "yolox",
            "labels": ["car", "bus"],
            "file": path.name,
            "bytes": len(data) or 1,
            "sha256": sha256_of(path),
            "licence": {"code": "Apache-2.0", "weights": "Apache-2.0"},
            "origin": {"kind": "directory", "sha256": [sha256_of(path)]},
            "input": "any",
        }
        (tmp_path / "catalog.yaml").write_text(yaml.safe_dump({"models": {name: {**entry, **changes}}}))
        return ModelSettings(name=name, directory=tmp_path)

    return installed


def yolox_output(rows: dict[int, list[float]], cells: int = 21, classes: int = 2) -> NDArray[np.float32]:
    """An output of YOLOX at 32x32 (16 + 4 + 1 cells) that holds these rows."""
    out = np.zeros((1, cells, 5 + classes), np.float32)
    for row, values in rows.items():
        out[0, row] = values
    return out


def grey(height: int = 32, width: int = 32) -> Picture:
    """A plain picture."""
    return np.full((height, width, 3), 127, np.uint8)
